/** Frames made by chance, most of them nearly right: against the parser, and against a server. */
import * as fc from "fast-check";
import { OpError, parseOp } from "../../../src/protocol.ts";
import { openTab, type Tab } from "../../support/tab.ts";
import { startServer } from "./programs.ts";

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
    if (error instanceof OpError && /^[^\p{Cc}]{5,80}$/u.test(error.message)) parsed.refused += 1;
    else parsed.wrong.push(`${text}: ${error}`);
  }
}

export type Sent = { frames: number; answers: Record<string, number>; heapMb: number[]; troubles: string[] };

/** So many a person: each then has a chat of its own, which does not grow for ever. */
const perPerson = 5000;
const atOnce = 500;

/** To a server of its own; each frame is answered before the next lot goes out. */
export async function sendMany(count: number, seed: number): Promise<Sent> {
  const limits = { opsBurst: 1e9, generationsPerAccount: 1000, backpressureBytesMax: 1e9 };
  await using server = await startServer({ limits });
  const sent: Sent = { frames: 0, answers: {}, heapMb: [], troubles: [] };
  for (let from = 0; from < count; from += perPerson) {
    const tab = await openTab(server.url);
    await sendLots(tab, Math.min(perPerson, count - from), seed + from, sent);
    tab.drop();
    sent.heapMb.push((await server.memory()).heapBytes / 1e6);
  }
  sent.troubles = [...(await server.ask<string[]>("troubles"))];
  await server.end();
  if (server.stderr() !== "") sent.troubles.push(server.stderr());
  return sent;
}

async function sendLots(tab: Tab, count: number, seed: number, sent: Sent): Promise<void> {
  const message = await tab.send("Hello");
  const reply = /id="foot-([^"]+)"/.exec(await tab.ended())?.[1] ?? "";
  const ids = [message, reply, tab.position.conversation];
  const made = frames(ids, tab.position.version, { count, seed });
  for (let from = 0; from < count; from += atOnce) {
    for (const text of made.slice(from, from + atOnce)) tab.raw(text);
    // Ops are begun in order, and this one is answered at once.
    await tab.answered(tab.ask({ op: "branch.choose", message: crypto.randomUUID() }));
    for (const frame of tab.frames) {
      const kind = frame.type === "error" ? frame.code : frame.type;
      sent.answers[kind] = (sent.answers[kind] ?? 0) + 1;
    }
    tab.frames.length = 0;
  }
  sent.frames += made.length;
}

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
