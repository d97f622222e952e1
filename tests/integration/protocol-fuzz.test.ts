/** Frames made by chance, most of them nearly right: none crashes the server, or is answered as a fault of ours. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseOp, OpError } from "../../src/protocol.ts";
import { startApp } from "../support/app.ts";
import { seedOf } from "../support/random.ts";
import { openTab } from "../support/tab.ts";

const FRAMES = 10_000;
const AT_ONCE = 500;

const names = [
  "message.send",
  "message.edit",
  "message.regenerate",
  "message.continue",
  "branch.choose",
  "generation.stop",
  "conversation.join",
  "ping",
  "none",
];

/** `ids` are of things that there are: chance alone would never meet one. */
function frames(ids: string[], version: string): fc.Arbitrary<string> {
  const id = fc.oneof(fc.constantFrom(...ids), fc.uuid());
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: "binary", maxLength: 20 }));
  const mostly = <T>(good: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: odd });
  const hard = fc.constantFrom("a", "\ud83d", "\udc4d", "\0", "\u202e", " ", "\r\n", "\u0300", "`", "- ");
  const pieces = fc.array(hard, { maxLength: 20 }).map((all) => all.join(""));
  const reply = fc.record({
    generation: mostly(id),
    blocks: mostly(fc.integer()),
    seq: mostly(fc.integer()),
  });
  const position = fc.record({
    conversation: mostly(id),
    revision: mostly(fc.nat(20)),
    sidebar: mostly(fc.string({ maxLength: 12 })),
    version: mostly(fc.constant(version)),
    replies: mostly(fc.array(reply, { maxLength: 3 })),
  });
  const op = fc.record(
    {
      op: mostly(fc.constantFrom(...names)),
      id: mostly(id),
      conversation: mostly(id),
      parent: mostly(fc.option(id)),
      message: mostly(id),
      text: mostly(fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 60 }))),
      position: mostly(position),
      __proto__x: odd,
    },
    { requiredKeys: ["op"] },
  );
  const text = op.map((each) => JSON.stringify(each));
  const cut = fc.tuple(text, fc.nat(200)).map(([whole, at]) => whole.slice(0, at));
  return fc.oneof(
    { weight: 8, arbitrary: text },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 100 }) },
  );
}

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
  const made = fc.sample(frames(ids, tab.position.version), { numRuns: FRAMES, seed });
  expect(made.length).toBe(FRAMES);
  for (let from = 0; from < FRAMES; from += AT_ONCE) {
    for (const frame of made.slice(from, from + AT_ONCE)) tab.raw(frame);
    // Ops are begun in order, and this one is answered at once.
    await tab.answered(tab.ask({ op: "branch.choose", message: none }));
  }
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
  const seed = seedOf("op fuzz");
  const ids = [crypto.randomUUID(), crypto.randomUUID()];
  let ops = 0;
  for (const frame of fc.sample(frames(ids, "v"), { numRuns: 100_000, seed })) {
    let value: unknown = frame;
    try {
      value = JSON.parse(frame);
    } catch {
      // Parsed as the text that it is.
    }
    try {
      const op = parseOp(value, 50);
      ops += 1;
      if ("text" in op)
        expect(op.text.isWellFormed() && op.text.trim() !== "" && !op.text.includes("\0")).toBe(true);
    } catch (error) {
      if (!(error instanceof OpError)) throw error;
      expect(error.message).toMatch(/^[^\p{Cc}]{5,80}$/u);
    }
  }
  expect(ops).toBeGreaterThan(10_000);
}, 30_000);
