/** A way that bytes take some time for, and stay in order on. */

export type Pace = {
  latencyMs: number;
  /** Up to so much more, by chance. */
  jitterMs: number;
  bytesPerSecond: number;
};

/** `deliver` gets what was given, later; null is the end. `random` is from 0 up to 1. */
export function createWay(
  pace: () => Pace,
  random: () => number,
  deliver: (bytes: Uint8Array | null) => void,
): (bytes: Uint8Array | null) => void {
  const waiting: { bytes: Uint8Array | null; dueMs: number }[] = [];
  let freeMs = 0;
  let lastMs = 0;

  function flush(): void {
    for (;;) {
      const next = waiting[0];
      if (next === undefined) return;
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) return void setTimeout(flush, waitMs);
      waiting.shift();
      deliver(next.bytes);
    }
  }

  return (bytes) => {
    const { latencyMs, jitterMs, bytesPerSecond } = pace();
    const nowMs = performance.now();
    freeMs = Math.max(freeMs, nowMs) + ((bytes?.length ?? 0) * 1000) / bytesPerSecond;
    // What is late holds up what comes after it: TCP keeps its order.
    lastMs = Math.max(lastMs, freeMs + latencyMs + jitterMs * random());
    if (waiting.length === 0 && lastMs <= nowMs) return deliver(bytes);
    waiting.push({ bytes, dueMs: lastMs });
    if (waiting.length === 1) flush();
  };
}
