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
