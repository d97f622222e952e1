/** Somebody deletes their account: what is being written for them stops, and nobody is let in as them any more. */
import { stopAll, stopRest, tellEnded, type AccountParts } from "./end.ts";

/** Resolves when it is stored. `tokenHash` is of the session that asks, for one may be there without being stored. */
export async function leave(
  { store, bus, admission, now }: AccountParts,
  { account, tokenHash }: { account: string; tokenHash: string },
): Promise<void> {
  await stopAll(admission, account);
  const { sessions, links } = await store.accounts.end(account, now());
  tellEnded(bus, { sessions: [tokenHash, ...sessions], links });
  bus.publish({ type: "account.ended" });
  await stopRest(admission, account);
}
