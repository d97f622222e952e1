/** Limits that fit into the files a process may open. */
import { expect, test } from "bun:test";
import { LIMITS, type Limits } from "../../src/config/limits.ts";
import { fitTo, openFiles } from "../../src/config/room.ts";

const limits: Limits = {
  ...LIMITS,
  generationsMax: 2000,
  generationsPerAccount: 8,
  queueMax: 1000,
  queuePerAccount: 16,
  filesBytesMax: 0,
};

test("with files enough, limits stay as they are", () => {
  expect(fitTo(limits, 1_048_576)).toBe(limits);
  expect(fitTo(limits, Infinity)).toBe(limits);
  expect(fitTo(limits, 128 + limits.socketsMax + limits.generationsMax)).toBe(limits);
});

test("with fewer, watchers and replies fit into what is there, with some to spare (O11)", () => {
  for (const files of [140, 256, 1024, 4096, 10_000, 14_000]) {
    const { socketsMax, generationsMax } = fitTo(limits, files);
    expect(socketsMax + generationsMax).toBeLessThanOrEqual(files - 100);
    expect(Math.min(socketsMax, generationsMax)).toBeGreaterThan(0);
    expect(socketsMax).toBeLessThanOrEqual(limits.socketsMax);
  }
  expect(fitTo(limits, 1024)).toMatchObject({ socketsMax: 672, generationsMax: 224 });
});

test("the system says how many files may be open", () => {
  expect(openFiles()).toBeGreaterThan(20);
});
