/** What ends with an account, or with its being blocked: who watches by it, and what is being written for it. */
import type { Bus } from "../../bus/bus.ts";
import type { Ended } from "../../store/accounts/account-store.ts";
import type { Store } from "../../store/store.ts";
import type { Admission } from "../admission.ts";

export type AccountParts = { store: Store; bus: Bus; admission: Admission; now(): number };

export function tellEnded(bus: Bus, { sessions, links }: Ended): void {
  for (const tokenHash of new Set(sessions)) bus.publish({ type: "session.ended", tokenHash });
  for (const secretHash of links) bus.publish({ type: "link.ended", secretHash });
}

/** What runs, and what waits in line. */
export async function stopAll(admission: Admission, account: string): Promise<void> {
  const { queue, runs } = admission.parts;
  const own = [...runs.values()].filter(({ owner }) => owner === account);
  const going = [...(queue.lines.get(account) ?? []), ...own];
  await Promise.all(going.map(({ message }) => admission.stop(account, message)));
}

/** For when nothing more is let in: also what was being stored meanwhile, and runs when it is. */
export async function stopRest(admission: Admission, account: string): Promise<void> {
  const isComing = () => [...admission.parts.queue.seats].some(({ owner }) => owner === account);
  while (isComing()) await Bun.sleep(1);
  await stopAll(admission, account);
}
