/** Frames made by chance, most of them nearly right. */
import * as fc from "fast-check";
import { OpError } from "../../src/protocol.ts";
import { parseOp } from "../../src/protocol/parse.ts";
import { refusalOf } from "../../src/server/answers.ts";
import { en } from "../../src/words/en.ts";

/** `ids` are of things that there are: chance alone would never meet one. */
export function frames(ids: string[], version: string, chance: { count: number; seed: number }): string[] {
  return fc.sample(frame(ids, version), { numRuns: chance.count, seed: chance.seed });
}

/** `ops` were taken, `refused` were answered with a sentence, and what `wrong` tells should not be. */
export type Parsed = { ops: number; refused: number; wrong: string[]; heapMb: number[] };

const sliceMax = 20_000;

/** In slices, with the heap after each of them. */
export function parseMany(count: number, seed: number): Parsed {
  const ids = [crypto.randomUUID(), crypto.randomUUID()];
  const parsed: Parsed = { ops: 0, refused: 0, wrong: [], heapMb: [] };
  for (let from = 0; from < count; from += sliceMax) {
    const chance = { count: Math.min(sliceMax, count - from), seed: seed + from };
    for (const text of frames(ids, "v", chance)) parseOne(text, parsed);
    Bun.gc(true);
    parsed.heapMb.push(process.memoryUsage().heapUsed / 1e6);
  }
  return parsed;
}

function parseOne(text: string, parsed: Parsed): void {
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Parsed as the text that it is.
  }
  try {
    const op = parseOp(value, 50);
    parsed.ops += 1;
    const isFit = !("text" in op) || (op.text.isWellFormed() && /^[^\0]*[^\0\s][^\0]*$/.test(op.text));
    if (!isFit) parsed.wrong.push(text);
  } catch (error) {
    if (error instanceof OpError && /^[^\p{Cc}]{5,80}$/u.test(refusalOf(error, en).text)) parsed.refused += 1;
    else parsed.wrong.push(`${text}: ${error}`);
  }
}

const names = [
  "message.send",
  "message.edit",
  "message.regenerate",
  "message.continue",
  "message.delete",
  "branch.choose",
  "generation.stop",
  "conversation.rename",
  "conversation.pin",
  "conversation.archive",
  "conversation.unarchive",
  "conversation.restore",
  "conversation.tag",
  "conversation.untag",
  "conversation.join",
  "ping",
  "none",
];

function frame(ids: string[], version: string): fc.Arbitrary<string> {
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
      title: mostly(pieces),
      tag: mostly(pieces),
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
