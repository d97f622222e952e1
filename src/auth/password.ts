/** The password as it was at the last start: a new one signs everybody out. */
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";

/** Kept as an Argon2id hash, in case it is used elsewhere too. */
export async function keepPassword(
  { settings, sessions }: Pick<Store, "settings" | "sessions">,
  password: string,
  log: Log,
): Promise<void> {
  const known = await settings.find(name);
  if (known !== null && (await Bun.password.verify(password, known))) return;
  const ended = await sessions.endSignedIn();
  if (ended > 0) log.warn("signin.password_changed", { sessionsEnded: ended });
  await settings.set(name, await Bun.password.hash(password, { algorithm: "argon2id", ...cost }));
}

const name = "password";

/** KiB and passes: the least that OWASP's Password Storage Cheat Sheet names, for a start is to be quick. */
const cost = { memoryCost: 19 * 1024, timeCost: 2 };
