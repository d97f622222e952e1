/** The time limits of one call, on one timer that is not set anew for each read. */

export type WatchLimits = {
  /** From the request to the first byte of the reply's body. */
  firstByteMs: number;
  /** Between two reads after that. */
  idleMs: number;
  /** From the request to the end of the reply, however busy. */
  callMs: number;
};

export type Watch = {
  /** Bytes came. */
  heard(): void;
  /** The reply is complete; only a word about usage or the end may follow, and soon. */
  expectEnd(): void;
  stop(): void;
};

const END_MS = 2_000;

export function startWatch(limits: WatchLimits, onTimeout: (sentence: string) => void): Watch {
  const startMs = performance.now();
  let heardMs = startMs;
  let quietMs = limits.firstByteMs;
  let isFirst = true;
  let timer = setTimeout(check, Math.min(quietMs, limits.callMs));

  function check() {
    const nowMs = performance.now();
    const leftMs = Math.min(heardMs + quietMs, startMs + limits.callMs) - nowMs;
    if (leftMs > 1) timer = setTimeout(check, leftMs);
    else if (nowMs - startMs >= limits.callMs - 1) onTimeout("The reply took too long.");
    else onTimeout(isFirst ? "No answer came in time." : "The reply stopped coming.");
  }

  function allowQuiet(ms: number) {
    quietMs = ms;
    clearTimeout(timer);
    check();
  }

  return {
    heard() {
      heardMs = performance.now();
      if (isFirst) allowQuiet(limits.idleMs);
      isFirst = false;
    },
    expectEnd: () => allowQuiet(Math.min(limits.idleMs, END_MS)),
    stop: () => clearTimeout(timer),
  };
}
