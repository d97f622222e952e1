/** The checker finds each kind of wrong that it is there for: a good run, and the same run with one thing wrong. */
import { expect, test } from "bun:test";
import { runIdOf } from "../../src/chat/run.ts";
import type { TurnOp } from "../../src/protocol.ts";
import { randomOf } from "../support/random.ts";
import { check, type Rest } from "./check/check.ts";
import type { Asked, Beat, GenerationRow, MessageRow, Record } from "./check/record.ts";
import { noteShown } from "./check/shown.ts";
import type { Call } from "./means/model.ts";
import { goodPlan } from "./means/plan.ts";
import { piecesOf } from "./means/words.ts";

type Run = { record: Record; rest: Rest };

const owner = "anna";
const processes = [idAt(0), idAt(5000)];

/** Two turns of one person: the first is whole, the second killed at 4,000 and gone on with by the next process. */
const continued = runIdOf(owner, "g3");

function goodRun(): Run {
  const calls = [call(0, "q1", 1000), call(1, "q2", 3000), call(2, "q2", 6000)];
  const [first, second, third] = calls.map(({ plan }) => plan.pieces);
  if (!first || !second || !third) throw new Error("no pieces");
  // Sent at 3,000, 3,100 and so on: what came after 3,750 may be lost.
  Object.assign(calls[1] ?? {}, { endedMs: null, closedMs: 4001 });
  const asked = new Map<string, Asked>();
  const ask = (op: TurnOp, atMs: number) =>
    asked.set(op.id, { op, account: owner, sentMs: [atMs], ackedMs: atMs + 5, refusals: [] });
  ask({ op: "message.send", id: "u1", conversation: "c", parent: null, text: "q1" }, 990);
  ask({ op: "message.send", id: "u2", conversation: "c", parent: "a1", text: "q2" }, 2990);
  ask({ op: "message.continue", id: "g3", message: "a2" }, 5990);
  const record: Record = {
    calls,
    asked,
    lives: [
      { fromMs: 0, death: { atMs: 4000, how: "SIGKILL" }, beats: beats(0) },
      { fromMs: 5000, death: null, beats: beats(5000) },
    ],
    shown: new Map([["g2", [{ call: 1, words: 8, atMs: 3750 }]]]),
    wrongs: [],
  };
  const messages = [
    message(1, "u1", null, "q1"),
    message(2, "a1", "u1", first.join("")),
    message(3, "u2", "a1", "q2"),
    message(4, "a2", "u2", [...second.slice(0, 8), ...third].join("")),
  ];
  const generations = [
    generation("g1", "a1", "complete", 0, 995, 10),
    generation("g2", "a2", "interrupted", 0, 2995, 8),
    generation(continued, "a2", "complete", 1, 5995, 10),
  ];
  const replies = () => ["a1", "a2"].map((id) => ({ message: id, html: `<p>${id}</p>` }));
  const views = [{ tab: "anna 0", shown: replies(), page: replies() }];
  const places = new Map([["the log", "generation.finished"]]);
  return { record, rest: { kept: { messages, generations, faults: [] }, views, places, secrets: ["hush"] } };
}

/** Asked every 10 ms, it answers at once. */
function beats(fromMs: number): Beat[] {
  return Array.from({ length: 400 }, (_, index) => fromMs + index * 10).map((ms) => {
    return { askedMs: ms, answeredMs: ms + 5 };
  });
}

function call(index: number, asked: string, atMs: number): Call {
  const pieces = piecesOf(index, 10, randomOf(index));
  const sent = pieces.map((text, at) => ({ text, fromMs: atMs + at * 100, atMs: atMs + at * 100 }));
  const plan = goodPlan(pieces);
  const closed = Promise.resolve();
  return { index, asked, atMs, plan, sent, endedMs: atMs + 1000, closedMs: null, closed };
}

function message(number: number, id: string, parent: string | null, text: string): MessageRow {
  const role = id.startsWith("u") ? "user" : "assistant";
  return { number, owner, id, conversation: "c", parent, role, text };
}

function generation(
  id: string,
  of: string,
  state: GenerationRow["state"],
  life: number,
  startedMs: number,
  seq: number,
): GenerationRow {
  return {
    id,
    owner,
    message: of,
    process: processes[life] ?? "",
    state,
    seq,
    calls: 1,
    startedMs,
    endedMs: life === 0 && state === "interrupted" ? 5010 : startedMs + 1010,
  };
}

/** A UUID of version 7, with the time in it. */
function idAt(ms: number): string {
  const hex = Math.floor(performance.timeOrigin + ms)
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

test("nothing is said to a run in which all is well", () => {
  const { record, rest } = goodRun();
  const { wrongs, acknowledged, generations, losses } = check(record, rest);
  expect(wrongs).toEqual([]);
  expect([acknowledged, generations]).toEqual([3, { complete: 2, interrupted: 1 }]);
  // Its ninth word was sent at 3,800.
  expect(losses).toEqual([{ clockMs: 200, ownMs: 200 }]);
});

const row = <T extends { id: string }>(rows: T[], id: string): T => {
  const found = rows.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};

const plants: [what: string, told: RegExp, plant: (run: Run) => void][] = [
  ["a lost message", /acknowledged and is lost/, ({ rest: { kept } }) => drop(kept.messages, "u2")],
  [
    "a doubled message",
    /is kept 2 times/,
    ({ rest: { kept } }) => kept.messages.push({ ...row(kept.messages, "u2"), id: "u9", number: 9 }),
  ],
  [
    "a message out of order",
    /wrong place/,
    ({ rest: { kept } }) => Object.assign(row(kept.messages, "u2"), { parent: null }),
  ],
  [
    "a message in another's account",
    /wrong place/,
    ({ rest: { kept } }) => Object.assign(row(kept.messages, "u2"), { owner: "eve" }),
  ],
  [
    "a message that nobody asked for",
    /nobody asked for/,
    ({ rest: { kept } }) => kept.messages.push(message(8, "u8", "a2", "q8")),
  ],
  [
    "a refused message that is kept",
    /was refused \(busy\) and is kept/,
    ({ record }) => Object.assign(record.asked.get("u2") ?? {}, { ackedMs: null, refusals: ["busy"] }),
  ],
  [
    "a lost continuation",
    /acknowledged and is lost/,
    ({ rest: { kept } }) => drop(kept.generations, continued),
  ],
  ["a reply twice", /first replies/, ({ rest: { kept } }) => kept.messages.push(message(9, "a9", "u2", ""))],
  ["damage", /the file: page 3/, ({ rest: { kept } }) => kept.faults.push("page 3")],
  [
    "a run without an end",
    /has not ended/,
    ({ rest: { kept } }) => Object.assign(row(kept.generations, "g1"), { state: "running" }),
  ],
  [
    "a run that nobody stopped",
    /stopped by nobody/,
    ({ rest: { kept } }) => Object.assign(row(kept.generations, "g1"), { state: "stopped" }),
  ],
  [
    "a run that nothing interrupted",
    /interrupted by nothing/,
    ({ rest: { kept } }) => Object.assign(row(kept.generations, continued), { state: "interrupted" }),
  ],
  ["a lost word at the end", /cut short/, ({ rest: { kept } }) => cutWord(row(kept.messages, "a1"), 9)],
  [
    "a lost word in the middle",
    /not the model's words/,
    ({ rest: { kept } }) => cutWord(row(kept.messages, "a1"), 4),
  ],
  [
    "a changed mark",
    /is kept as/,
    ({ rest: { kept } }) =>
      Object.assign(row(kept.messages, "a1"), { text: `${row(kept.messages, "a1").text}!` }),
  ],
  [
    "a kill that cost too much",
    /lost what was sent 300 ms before/,
    ({ record }) => Object.assign(record.calls[1]?.sent[8] ?? {}, { atMs: 3700 }),
  ],
  [
    "a kill that took what was shown",
    /keeps 8 words of 9 that were shown in time/,
    ({ record }) => record.shown.set("g2", [{ call: 1, words: 9, atMs: 3740 }]),
  ],
  [
    "sent words that are lost where the model broke off",
    /keeps 5 words of 8 that were sent/,
    ({ record, rest: { kept } }) => {
      Object.assign(record.calls[0]?.plan ?? {}, { fault: { kind: "unfinished" } });
      Object.assign(record.lives[0]?.death ?? {}, { how: "SIGTERM" });
      Object.assign(row(kept.generations, "g1"), { state: "interrupted", seq: 5 });
      row(kept.messages, "a1").text = piecesOf(0, 10, randomOf(0)).slice(0, 5).join("");
    },
  ],
  [
    "more events than pieces",
    /has 11 events of 10/,
    ({ rest: { kept } }) => Object.assign(row(kept.generations, "g1"), { seq: 11 }),
  ],
  [
    "a call too many",
    /“q1” was asked of the model 2 times/,
    ({ record }) => record.calls.push({ ...call(3, "q1", 1500), sent: [] }),
  ],
  [
    "a call too few",
    /not 2 to 2/,
    ({ rest: { kept } }) => Object.assign(row(kept.generations, "g1"), { calls: 2 }),
  ],
  [
    "a fourth call",
    /g1: 4 calls/,
    ({ rest: { kept } }) => Object.assign(row(kept.generations, "g1"), { calls: 4 }),
  ],
  [
    "a call that is left open",
    /call 2 .* is still open/,
    ({ record }) => Object.assign(record.calls[2] ?? {}, { endedMs: null }),
  ],
  [
    "a slow stop",
    /took 1095 ms to the model/,
    ({ record, rest: { kept } }) => {
      const op = { op: "generation.stop", id: "s", message: "a1" } as const;
      record.asked.set("s", { op, account: owner, sentMs: [1500], ackedMs: 1510, refusals: [] });
      Object.assign(record.calls[0] ?? {}, { endedMs: null, closedMs: 2600 });
      Object.assign(row(kept.generations, "g1"), { state: "stopped" });
    },
  ],
  [
    "a tab that shows other text",
    /anna 0 shows a2 …<p>b<\/p> in place 1/,
    ({ rest: { views } }) => Object.assign(views[0]?.shown[1] ?? {}, { html: "<p>b</p>" }),
  ],
  ["a tab that lacks a reply", /shows nothing in place 1/, ({ rest: { views } }) => views[0]?.shown.pop()],
  ["a secret in the log", /the log has “hush”/, ({ rest: { places } }) => places.set("the log", "key=hush")],
  ["a hole on show", /g2 was shown as/, ({ record }) => noteShown(record, "g2", wordsOf(record, [0, 2]))],
  [
    "a word on show before it was sent",
    /g2 was shown before/,
    ({ record }) => {
      const html = wordsOf(record, [0, 1]);
      record.calls[1]?.sent.splice(1);
      noteShown(record, "g2", html);
    },
  ],
];

test.each(plants)("it finds %s", (_what, told, plant) => {
  const run = goodRun();
  plant(run);
  const { wrongs } = check(run.record, run.rest);
  expect(wrongs.join("\n")).toMatch(told);
});

function drop(rows: { id: string }[], id: string): void {
  rows.splice(
    rows.findIndex((each) => each.id === id),
    1,
  );
}

function cutWord(reply: MessageRow, index: number): void {
  const pieces = piecesOf(0, 10, randomOf(0));
  reply.text = pieces.toSpliced(index, 1).join("");
}

function wordsOf({ calls }: Record, indexes: number[]): string {
  return indexes.map((index) => calls[1]?.plan.pieces[index]).join("");
}

test("what a busy machine holds up is not counted as lost, though the clock goes on", () => {
  const { record, rest } = goodRun();
  Object.assign(record.calls[1]?.sent[8] ?? {}, { atMs: 3700 });
  // It was asked at 3,800, and let run again at 3,920.
  const { beats: all } = record.lives[0] ?? { beats: [] };
  const held = all.filter(({ askedMs }) => askedMs <= 3800 || askedMs > 3920);
  all.splice(0, all.length, ...held);
  Object.assign(all.find(({ askedMs }) => askedMs === 3800) ?? {}, { answeredMs: 3920 });
  const { wrongs, losses } = check(record, rest);
  expect(wrongs).toEqual([]);
  expect(losses).toEqual([{ clockMs: 300, ownMs: 205 }]);
});
