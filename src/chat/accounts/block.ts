/** An account is blocked: nobody is let in by it, what is being written for it stops, and all that is its stays. */
import { stopRest, tellEnded, type AccountParts } from "./end.ts";

/** Resolves when it is stored, and its replies have stopped; false where there is no such account. */
export async function block({ store, bus, admission, now }: AccountParts, account: string): Promise<boolean> {
  const ended = await store.people.block(account, now());
  if (ended === null) return false;
  tellEnded(bus, ended);
  await stopRest(admission, account);
  return true;
}
