/** How fast one may ask: buckets of tokens that fill by themselves. Data alone, so that they outlive a hot reload. */
import { refuse } from "../../errors.ts";

export type Bucket = { tokens: number; refilledMs: number };

export type PaceLimits = { opsPerSecond: number; opsBurst: number };

/** False where it is empty: whoever has it asks faster than he may. */
export function takeToken(bucket: Bucket, nowMs: number, { opsPerSecond, opsBurst }: PaceLimits): boolean {
  const earned = ((nowMs - bucket.refilledMs) * opsPerSecond) / 1000;
  bucket.tokens = Math.min(opsBurst, bucket.tokens + Math.max(0, earned));
  bucket.refilledMs = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/** By account, least lately used first. */
export type Buckets = Map<string, Bucket>;

/** One bucket an account, whatever its ops come by and from how many tabs; throws AppError where it is empty. */
export function keepPace(
  buckets: Buckets,
  account: string,
  nowMs: number,
  limits: PaceLimits & { bucketsMax: number },
): void {
  const bucket = buckets.get(account) ?? { tokens: limits.opsBurst, refilledMs: nowMs };
  buckets.delete(account);
  buckets.set(account, bucket);
  // Whoever has not asked for longest has a full one by now, and gets a new one when he does.
  for (const [longest] of buckets) {
    if (buckets.size <= limits.bucketsMax) break;
    buckets.delete(longest);
  }
  if (!takeToken(bucket, nowMs, limits)) throw refuse("too_fast", "tooFast");
}
