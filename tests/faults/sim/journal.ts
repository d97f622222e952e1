/** What happened in a schedule, as seen from outside the program: the checks compare it with what is kept and shown. */
import type { Frame, StoredOp } from "../../../src/protocol.ts";
import type { Call } from "./provider.ts";

export type Asked = {
  account: string;
  op: StoredOp;
  /** The acknowledgement has left the server, whether or not it arrived. */
  isAcked: boolean;
  /** Refused in the eyes of whoever asked: what was written went back to be written again. */
  refusals: string[];
  /** Asked once more, from here or another tab, and then perhaps with another answer. */
  isRepeated: boolean;
};

export type Death = { atMs: number; kind: "killed" | "drained" };

export type Journal = {
  /** By the op's id. */
  asked: Map<string, Asked>;
  calls: Call[];
  /** Stops that reached the server while the run was under way there. */
  stops: { call: Call; process: string; atMs: number }[];
  /** Messages that somebody asked to stop. */
  stopped: Set<string>;
  /** Generations that somebody asked to stop while they waited, and when. */
  cancelled: Map<string, number>;
  /** By the process's name. */
  deaths: Map<string, Death>;
  /** What broke a rule at once, when it happened. */
  wrongs: string[];
  frames: number;
  /** Of all frames and the times they were sent at: equal for two runs of one seed. */
  trace: bigint;
  /** Hears what happens, for whoever looks into a failing schedule. */
  tell(line: string): void;
};

export function createJournal(tell: (line: string) => void): Journal {
  return {
    tell,
    asked: new Map(),
    calls: [],
    stops: [],
    stopped: new Set(),
    cancelled: new Map(),
    deaths: new Map(),
    wrongs: [],
    frames: 0,
    trace: 0n,
  };
}

/** Every frame that leaves the server passes here. */
export function noteFrame(journal: Journal, account: string, text: string, nowMs: number): void {
  journal.frames += 1;
  journal.trace = BigInt(Bun.hash(`${nowMs} ${account} ${text}`, journal.trace));
  journal.tell(`${nowMs % 1e7} to ${account.slice(0, 4)}: ${text}`);
  if (!text.startsWith('{"type":"ack"')) return;
  const frame = JSON.parse(text) as Extract<Frame, { type: "ack" }>;
  const asked = journal.asked.get(frame.id);
  if (asked?.account === account) asked.isAcked = true;
}
