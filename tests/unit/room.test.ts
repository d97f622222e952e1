/** Limits that fit into the files a process may open. */
import { expect, test } from "bun:test";
import { LIMITS } from "../../src/config/limits.ts";
import { fitTo, openFiles } from "../../src/config/room.ts";

test("with files enough, limits stay as they are", () => {
  expect(fitTo(LIMITS, 1_048_576)).toBe(LIMITS);
  expect(fitTo(LIMITS, Infinity)).toBe(LIMITS);
  expect(fitTo(LIMITS, 128 + LIMITS.socketsMax + LIMITS.generationsMax)).toBe(LIMITS);
});

test("with fewer, watchers and replies fit into what is there, with some to spare (O11)", () => {
  for (const files of [140, 256, 1024, 4096, 10_000, 14_000]) {
    const { socketsMax, generationsMax } = fitTo(LIMITS, files);
    expect(socketsMax + generationsMax).toBeLessThanOrEqual(files - 100);
    expect(Math.min(socketsMax, generationsMax)).toBeGreaterThan(0);
    expect(socketsMax).toBeLessThanOrEqual(LIMITS.socketsMax);
  }
  expect(fitTo(LIMITS, 1024)).toMatchObject({ socketsMax: 672, generationsMax: 224 });
});

test("the system says how many files may be open", () => {
  expect(openFiles()).toBeGreaterThan(20);
});
