/** Temporary conversations live as long as somebody looks at them. */
import { repeat, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Memory } from "../store/temporary/memory.ts";

export type TemporaryParts = {
  memory: Memory;
  clock: Clock;
  log: Log;
  limits: { temporaryIdleMs: number; temporarySweepMs: number };
  /** Tells for each conversation whether somebody looks at it now. */
  watching(): (owner: string, conversation: string) => boolean;
};

/** Who runs no scripts is not seen to look, but asks now and then. The returned function ends it. */
export function forgetUnwatched({ memory, clock, log, limits, watching }: TemporaryParts): () => void {
  let seenMs = new Map<string, number>();
  return repeat(clock, limits.temporarySweepMs, async () => {
    const isWatched = watching();
    const nowMs = clock.now();
    const stillSeenMs = new Map<string, number>();
    let count = 0;
    for (const { owner, id, updatedMs, running } of memory.list()) {
      const key = `${owner} ${id}`;
      const isInUse = running === 1 || isWatched(owner, id);
      const lastMs = isInUse ? nowMs : Math.max(updatedMs, seenMs.get(key) ?? 0);
      if (nowMs - lastMs < limits.temporaryIdleMs) stillSeenMs.set(key, lastMs);
      else {
        memory.forget(owner, id);
        count += 1;
      }
    }
    seenMs = stillSeenMs;
    if (count > 0) log.info("temporary.forgotten", { count });
  });
}
