/** Frames made by chance, most of them nearly right: none crashes the server, or is answered as a fault of ours. */
import { expect, test } from "bun:test";
import { startApp } from "../support/app.ts";
import { frames, parseMany } from "../support/chance.ts";
import { seedOf } from "../support/random.ts";
import { openTab } from "../support/tab.ts";

const FRAMES = 10_000;
const AT_ONCE = 500;

test("10,000 frames made by chance: each is answered, and the chat goes on (P1, P8)", async () => {
  const seed = seedOf("protocol fuzz");
  await using app = await startApp({
    limits: { opsBurst: 1e9, generationsPerAccount: 1000, backpressureBytesMax: 1e9 },
  });
  const tab = await openTab(app.url);
  const neighbour = await openTab(app.url);
  const message = await tab.send("Hello");
  const reply = /id="foot-([^"]+)"/.exec(await tab.ended())?.[1] ?? "";
  const before = await neighbour.send("Mine");
  const ids = [message, reply, tab.position.conversation, before, neighbour.position.conversation];
  const none = crypto.randomUUID();
  const made = frames(ids, tab.position.version, { count: FRAMES, seed });
  expect(made.length).toBe(FRAMES);
  for (let from = 0; from < FRAMES; from += AT_ONCE) {
    for (const frame of made.slice(from, from + AT_ONCE)) tab.raw(frame);
    // Ops are begun in order, and this one is answered at once.
    await tab.answered(tab.ask({ op: "branch.choose", message: none }));
  }
  // Chance makes no conflict with some seeds: one is made for certain.
  const { conversation } = tab.position;
  const conflict = { op: "model.choose", id: crypto.randomUUID(), conversation, model: "nowhere/model" };
  tab.raw(JSON.stringify(conflict));
  await tab.answered(conflict.id);
  expect(tab.closeCode).toBeNull();
  const errors = tab.frames.filter((frame) => frame.type === "error");
  expect(errors.length).toBeGreaterThan(FRAMES / 10);
  expect(tab.frames.filter((frame) => frame.type === "ack").length).toBeGreaterThan(100);
  expect(new Set(errors.map((error) => error.code))).toEqual(new Set(["bad_op", "not_found", "conflict"]));
  const faults = app.logged.filter((line) => /"level":"(error|warn)"|op\.failed/.test(line));
  expect(faults).toEqual([]);
  // What a stranger sent has not touched the neighbour.
  const parent = await neighbour.send("Still mine", before);
  expect(parent).not.toBe(before);
  expect(neighbour.closeCode).toBeNull();
}, 60_000);

test("100,000 values made by chance: each is an op or a sentence (P8)", () => {
  const { ops, wrong } = parseMany(100_000, seedOf("op fuzz"));
  expect(wrong).toEqual([]);
  expect(ops).toBeGreaterThan(10_000);
}, 120_000);
