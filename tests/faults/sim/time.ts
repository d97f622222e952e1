/** Simulated time: what is due is done in order, and nothing else moves the clock. */
import { drainMicrotasks } from "bun:jsc";
import type { Clock } from "../../../src/clock.ts";

export type Time = Clock & {
  /** Does all that is due until then, each to its last promise before the next. */
  pass(ms: number): Promise<void>;
};

/** Whatever has a life: when that is over, its timers are never heard of again. */
export type Life = Clock & { readonly isOver: boolean; end(): void };

type Due = { atMs: number; work: () => void };

export function createTime(startMs: number): Time {
  let nowMs = startMs;
  const queue: Due[] = [];
  const insert = (due: Due) => {
    let at = queue.length;
    while (at > 0 && (queue[at - 1]?.atMs ?? 0) > due.atMs) at -= 1;
    queue.splice(at, 0, due);
  };
  return {
    now: () => nowMs,
    after(ms, work) {
      const due = { atMs: nowMs + Math.max(0, Math.ceil(ms)), work };
      insert(due);
      return () => {
        const at = queue.indexOf(due);
        if (at !== -1) queue.splice(at, 1);
      };
    },
    async pass(ms) {
      const untilMs = nowMs + ms;
      await outsideOfPromises(() => {
        drainMicrotasks();
        for (let next = queue[0]; next !== undefined && next.atMs <= untilMs; next = queue[0]) {
          queue.shift();
          nowMs = Math.max(nowMs, next.atMs);
          next.work();
          drainMicrotasks();
        }
      });
      nowMs = untilMs;
    },
  };
}

export function createLife(time: Clock): Life {
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    end: () => void (isOver = true),
    now: time.now,
    after: (ms, work) => time.after(ms, () => (isOver ? undefined : work())),
  };
}

/**
 * What is simulated waits for promises alone, never for the machine. Called from one, the engine would do the others
 * only when that is over; from here, they are done when it is told to.
 */
function outsideOfPromises(work: () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  setImmediate(() => {
    try {
      work();
      resolve();
    } catch (error) {
      reject(error);
    }
  });
  return promise;
}
