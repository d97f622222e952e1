/** How fast one may ask: buckets that fill by themselves, and are never more than there may be. */
import { expect, test } from "bun:test";
import { keepPace, takeToken, type Buckets } from "../../src/chat/admission/pace.ts";

const limits = { opsPerSecond: 10, opsBurst: 3, bucketsMax: 4 };

function mayAsk(buckets: Buckets, account: string, nowMs: number): boolean {
  try {
    keepPace(buckets, account, nowMs, limits);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "too_fast" });
    return false;
  }
}

test("a burst is let through, then so many a second, and never more than a burst again", () => {
  const buckets: Buckets = new Map();
  const burst = (nowMs: number) => Array.from({ length: 6 }, () => mayAsk(buckets, "anna", nowMs));
  expect(burst(0)).toEqual([true, true, true, false, false, false]);
  expect(burst(100)).toEqual([true, false, false, false, false, false]);
  expect(burst(60_000)).toEqual([true, true, true, false, false, false]);
  expect(mayAsk(buckets, "bert", 60_000)).toBe(true);
});

test("a clock that goes back empties no bucket", () => {
  const bucket = { tokens: 2, refilledMs: 5000 };
  expect(takeToken(bucket, 1000, limits)).toBe(true);
  expect(takeToken(bucket, 1000, limits)).toBe(true);
  expect(takeToken(bucket, 1000, limits)).toBe(false);
});

test("there are so many buckets at most, and who asks again and again keeps his", () => {
  const buckets: Buckets = new Map();
  for (let count = 0; count < 3; count++) mayAsk(buckets, "anna", 0);
  for (let count = 0; count < 100; count++) {
    expect(mayAsk(buckets, `other ${count}`, 0)).toBe(true);
    expect(mayAsk(buckets, "anna", 0)).toBe(false);
    expect(buckets.size).toBeLessThanOrEqual(limits.bucketsMax);
  }
});
