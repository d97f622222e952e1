/** Somebody deletes their account: what is being written for them stops, and nobody is let in as them any more. */
import type { Bus } from "../../bus/bus.ts";
import type { Store } from "../../store/store.ts";
import type { Admission } from "../admission.ts";

export type LeaveParts = { store: Store; bus: Bus; admission: Admission; now(): number };

/** Resolves when it is stored. `tokenHash` is of the session that asks, for one may be there without being stored. */
export async function leave(
  { store, bus, admission, now }: LeaveParts,
  { account, tokenHash }: { account: string; tokenHash: string },
): Promise<void> {
  await stopAll(admission, account);
  const { sessions, links } = await store.accounts.end(account, now());
  for (const hash of new Set([tokenHash, ...sessions])) {
    bus.publish({ type: "session.ended", tokenHash: hash });
  }
  for (const secretHash of links) bus.publish({ type: "link.ended", secretHash });
  bus.publish({ type: "account.ended" });
  // What was let in meanwhile.
  await stopAll(admission, account);
}

async function stopAll(admission: Admission, account: string): Promise<void> {
  const { queue, runs } = admission.parts;
  const own = [...runs.values()].filter(({ owner }) => owner === account);
  const going = [...(queue.lines.get(account) ?? []), ...own];
  await Promise.all(going.map(({ message }) => admission.stop(account, message)));
}
