/** Whom people signed in with at the last start: who came by another way in is signed out. */
import type { Log } from "../../log.ts";
import type { Store } from "../../store/store.ts";

export async function keepProvider(
  { settings, sessions }: Pick<Store, "settings" | "sessions">,
  provider: Readonly<{ url: string; clientId: string }> | null,
  log: Log,
): Promise<void> {
  const told = provider === null ? "" : `${provider.url} ${provider.clientId}`;
  if (((await settings.find(name)) ?? "") === told) return;
  const ended = await sessions.endSignedIn();
  if (ended > 0) log.warn("signin.provider_changed", { sessionsEnded: ended });
  await settings.set(name, told);
}

const name = "provider";
