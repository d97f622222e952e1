/** When a call is made again: few times, never once the model has spoken. */
import type { Failure } from "../domain.ts";
import type { Route } from "./failover/route.ts";
import { isPermanent } from "./failures.ts";
import { type ReplyEvent, UpstreamError } from "./provider.ts";

export type RetryLimits = { callsMax: number; retryAfterMsMax: number };

export type Retries = {
  limits: RetryLimits;
  /** Makes the call with this number; yields what it reads in groups. */
  start(count: number): AsyncIterable<ReplyEvent[]>;
  /** Changes the next request so that this failure does not come again; false if it can't. */
  adapt(failure: Failure): boolean;
  /** Parameters that are not sent, as they were refused before. */
  dropped?(): string[];
  /** Whom the calls ask; without it, all ask the same. */
  route?: Pick<Route, "told" | "leave" | "answered">;
  /** Rejects with the signal's reason once that is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
};

export async function* withRetries(retries: Retries, signal: AbortSignal): AsyncGenerator<ReplyEvent, void> {
  const { limits, route } = retries;
  for (let count = 1; ; count++) {
    signal.throwIfAborted();
    let hasSpoken = false;
    let provider: string | null = null;
    const startMs = performance.now();
    try {
      const dropped = retries.dropped?.() ?? [];
      yield { type: "call", count, ...(dropped.length > 0 ? { dropped } : {}), ...route?.told() };
      for await (const events of retries.start(count)) {
        for (const event of events) {
          if (event.type === "text" || event.type === "reasoning") hasSpoken = true;
          else if (event.type === "provider") provider = event.name;
          yield event;
        }
      }
      if (hasSpoken) route?.answered(provider);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UpstreamError) || hasSpoken) throw error;
      const isElsewhere = route?.leave(error, performance.now() - startMs) ?? false;
      if (count >= limits.callsMax) throw error;
      if (isElsewhere || retries.adapt(error.failure)) continue;
      const waitMs = isPermanent(error) ? null : waitAfterMs(error.failure, count, retries.random());
      if (waitMs === null || waitMs > limits.retryAfterMsMax) throw error;
      await retries.sleep(waitMs, signal);
    }
  }
}

/** How long to wait after this failure of call `count`; null where asking again is the person's to decide. */
export function waitAfterMs({ kind, retryAfterMs }: Failure, count: number, random: number): number | null {
  if (kind === "rate_limited") return retryAfterMs;
  if (kind !== "provider_down") return null;
  const backOffMs = BACK_OFF_MS * 2 ** (count - 1) * (0.5 + random / 2);
  return Math.max(Math.round(backOffMs), retryAfterMs ?? 0);
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

const BACK_OFF_MS = 600;
