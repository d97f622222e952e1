/** Time, as an argument: a test can hold it still, or let an hour pass at once. */

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after `ms`; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
};

export const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Does the work again and again, `everyMs` after it was last done; the returned function ends that. */
export function repeat(clock: Clock, everyMs: number, work: () => Promise<void>): () => void {
  let isOver = false;
  let cancel = () => {};
  const begin = () => {
    cancel = clock.after(everyMs, () => void work().finally(() => isOver || begin()));
  };
  begin();
  return () => {
    isOver = true;
    cancel();
  };
}
