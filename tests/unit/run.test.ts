/** A run in memory: what has come, what is announced, what is still to be stored. */
import { expect, test } from "bun:test";
import { absorb, advance, createRun, giveBack, partsOf, receiptOf, takeUnsaved } from "../../src/chat/run.ts";
import type { Part } from "../../src/domain.ts";
import { randomOf, seedOf } from "../support/random.ts";

function newRun(base: Part[] = []) {
  const ids = { id: "g", owner: "o", conversation: "c", message: "m" };
  return createRun({
    ...ids,
    model: { endpoint: "demo", id: "eliza" },
    base,
    prompt: null,
    startedMs: 1000,
    waitedMs: 0,
  });
}

test("events are numbered from one without a gap, and an empty one is none", () => {
  const run = newRun();
  expect(advance(run)).toBeNull();
  expect(absorb(run, { type: "text", text: "a" }, 1010)).toBe(true);
  absorb(run, { type: "reasoning", text: "r" }, 1020);
  expect(advance(run)).toEqual({ seq: 1, text: "a", reasoning: "r" });
  expect(advance(run)).toBeNull();
  expect(absorb(run, { type: "finish", reason: "stop" }, 1030)).toBe(false);
  expect(absorb(run, { type: "usage", tokensIn: 1, tokensOut: 2, costUsd: null }, 1030)).toBe(false);
  expect(advance(run)).toBeNull();
  absorb(run, { type: "text", text: "b" }, 1040);
  expect(advance(run)).toEqual({ seq: 2, text: "b", reasoning: "" });
});

test("no event ends in half a character, and nothing is lost, however it is cut (P2)", () => {
  const random = randomOf(seedOf("surrogates"));
  const whole = "a😀b👩‍👩‍👧c𝒳".repeat(20);
  for (let round = 0; round < 50; round++) {
    const run = newRun();
    let told = "";
    for (let at = 0; at < whole.length;) {
      const length = 1 + random.below(4);
      absorb(run, { type: "text", text: whole.slice(at, at + length) }, 0);
      at += length;
      const event = advance(run);
      expect(event?.text.isWellFormed() ?? true).toBe(true);
      told += event?.text ?? "";
    }
    expect(told).toBe(whole);
    expect(takeUnsaved(run)?.text).toBe(whole);
    expect(run.text).toBe(whole);
  }
});

test("what a checkpoint could not store comes before what came meanwhile", () => {
  const run = newRun();
  absorb(run, { type: "text", text: "one " }, 0);
  advance(run);
  const taken = takeUnsaved(run);
  expect(takeUnsaved(run)).toBeNull();
  absorb(run, { type: "text", text: "two" }, 0);
  advance(run);
  if (taken !== null) giveBack(run, taken);
  expect(takeUnsaved(run)).toEqual({ text: "one two", reasoning: "" });
});

test("the message is what was there before and what came, thoughts first and timed", () => {
  const run = newRun([
    { type: "reasoning", text: "Hm. ", durationMs: 500 },
    { type: "text", text: "One, " },
  ]);
  absorb(run, { type: "reasoning", text: "Yes." }, 1100);
  absorb(run, { type: "text", text: "two." }, 1400);
  expect(partsOf(run)).toEqual([
    { type: "reasoning", text: "Hm. ", durationMs: 500 },
    { type: "text", text: "One, " },
  ]);
  advance(run);
  expect(partsOf(run)).toEqual([
    { type: "reasoning", text: "Hm. Yes.", durationMs: 800 },
    { type: "text", text: "One, two." },
  ]);
  expect(receiptOf(run, 2000)).toMatchObject({
    firstTokenMs: 100,
    durationMs: 1000,
    tokensIn: null,
    calls: 0,
  });
});
