/** What a run looked like from outside the program: what was asked, sent, shown and killed, and what was kept of it. */
import { Database } from "bun:sqlite";
import type { GenerationState, Part } from "../../../src/domain.ts";
import type { TurnOp } from "../../../src/protocol.ts";
import { decodeParts } from "../../../src/store/parts.ts";
import type { Call } from "../means/model.ts";

export type Asked = {
  op: TurnOp;
  account: string;
  /** Each time it left for the server. */
  sentMs: number[];
  ackedMs: number | null;
  /** Codes of the errors that answered it. */
  refusals: string[];
};

/** One process of the server; all times are `performance.now()` here. */
export type Life = { fromMs: number; death: Death | null; beats: Beat[] };

export type Death = { atMs: number; how: NodeJS.Signals };

/** Asked whether it is awake, it answered: and so had read what had come before. */
export type Beat = { askedMs: number; answeredMs: number };

/** How many words of a call were on show somewhere in a run's reply, each time there were more. */
export type Showing = { call: number; words: number; atMs: number }[];

export type Record = {
  /** By the op's id. */
  asked: Map<string, Asked>;
  calls: Call[];
  lives: Life[];
  /** By generation. */
  shown: Map<string, Showing>;
  /** What was seen to be wrong when it happened. */
  wrongs: string[];
};

export type MessageRow = {
  number: number;
  owner: string;
  id: string;
  conversation: string;
  parent: string | null;
  role: "user" | "assistant";
  text: string;
};

export type GenerationRow = {
  id: string;
  owner: string;
  message: string;
  process: string;
  state: GenerationState;
  seq: number;
  calls: number;
  startedMs: number;
  endedMs: number | null;
};

/** In the order in which they came to be; `faults` is SQLite's own judgement of the file. */
export type Kept = { messages: MessageRow[]; generations: GenerationRow[]; faults: string[] };

export function createRecord(calls: Call[]): Record {
  return { calls, asked: new Map(), lives: [], shown: new Map(), wrongs: [] };
}

/** Beside a server that runs, or without one. */
export function readKept(path: string): Kept {
  const db = new Database(path, { readonly: true });
  try {
    const messages = db
      .query<Omit<MessageRow, "text"> & { parts: string }, []>("SELECT * FROM messages ORDER BY number")
      .all()
      .map(({ parts, ...row }) => ({ ...row, text: textOf(decodeParts(parts) ?? []) }));
    const generations = db
      .query<Omit<GenerationRow, "startedMs" | "endedMs"> & StoredTimes, []>(
        "SELECT * FROM generations ORDER BY number",
      )
      .all()
      .map(({ started_ms, ended_ms, ...row }) => {
        return { ...row, startedMs: fromWall(started_ms), endedMs: ended_ms && fromWall(ended_ms) };
      });
    const whole = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
    const faults = whole.map((row) => row.integrity_check).filter((told) => told !== "ok");
    if (db.query("PRAGMA foreign_key_check").all().length > 0) faults.push("rows that hang on nothing");
    return { messages, generations, faults };
  } finally {
    db.close(true);
  }
}

type StoredTimes = { started_ms: number; ended_ms: number | null };

/** Times of the store are the wall clock's. */
function fromWall(ms: number): number {
  return ms - performance.timeOrigin;
}

function textOf(parts: Part[]): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** How much of that time it was not let run, or we were not: its answers were so much later than they take. */
export function stalledMs({ beats }: Life, fromMs: number, toMs: number): number {
  const answered = beats.filter(({ answeredMs }) => answeredMs > fromMs && answeredMs <= toMs);
  const last = answered.at(-1)?.answeredMs ?? fromMs;
  const unanswered = { askedMs: last, answeredMs: toMs };
  return [...answered, unanswered].reduce((sum, { askedMs, answeredMs }) => {
    return sum + Math.max(0, answeredMs - Math.max(askedMs, fromMs) - promptMs);
  }, 0);
}

/** The time before which it has had so much of its own. */
export function earlier(life: Life, thanMs: number, ownMs: number): number {
  let atMs = thanMs - ownMs;
  // With more time there may be more stalls in it.
  for (let round = 0; round < 20; round++) atMs = thanMs - ownMs - stalledMs(life, atMs, thanMs);
  return atMs;
}

/** The machine is asked every 10 ms, and answers within as many. */
const promptMs = 25;
