/** Runs: each has one end that fits what its model did, and the text that was sent, as far as it had to be kept. */
import { stretchesIn } from "../means/words.ts";
import { isOver, type Call } from "../means/model.ts";
import {
  earlier,
  stalledMs,
  type GenerationRow,
  type Kept,
  type Life,
  type MessageRow,
  type Record,
} from "./record.ts";

/** The most that a kill may cost, in the program's own words. */
export const lossMsMax = 250;
const stopMsMax = 1000;
/** A failed call is made again, at most so often in all. */
const callsMax = 3;

/** By the clock, and without the time that a busy machine did not let the program run. */
export type Loss = { clockMs: number; ownMs: number };

/** `losses`: for each run that was killed, how long its oldest lost word had been there before. */
export type Runs = { wrongs: string[]; losses: Loss[]; stopsMs: number[] };

/** One run with its message, and the call whose words are in it; null where none are. */
type Run = {
  row: GenerationRow;
  message: MessageRow;
  call: Call | null;
  words: number;
  life: Life | null;
};

export function checkRuns(record: Record, kept: Kept): Runs {
  const result: Runs = { wrongs: [], losses: [], stopsMs: [] };
  const byMessage = Map.groupBy(kept.generations, (row) => `${row.owner} ${row.message}`);
  const runs: Run[] = [];
  for (const message of kept.messages) {
    if (message.role === "user") continue;
    const rows = byMessage.get(`${message.owner} ${message.id}`) ?? [];
    const told = matchRuns(record, message, rows);
    if (typeof told === "string") result.wrongs.push(`reply ${message.id}: ${told}`);
    else runs.push(...told);
  }
  for (const run of runs) {
    const { id, state, process } = run.row;
    const loss = lossOf(run);
    if (loss !== null) result.losses.push(loss);
    const stopMs = stopTime(record, run);
    if (stopMs !== null) result.stopsMs.push(stopMs);
    const wrongs = [wrongOfEnd(record, run), wrongOfText(record, run, loss), wrongOfStop(stopMs)];
    result.wrongs.push(
      ...wrongs
        .filter((why) => why !== null)
        .map((why) => `run ${id} (${state}, process ${process}): ${why}`),
    );
  }
  result.wrongs.push(...wrongsOfCalls(record, kept, runs), ...wrongsOfOpenCalls(record));
  return result;
}

/** A reply's text is made of its runs' calls, in this order, each from its first word on. */
function matchRuns({ calls, lives }: Record, message: MessageRow, rows: GenerationRow[]): Run[] | string {
  const stretches = stretchesIn(message.text);
  if (stretches === null) return `has not the model's words, or not in order: …${message.text.slice(-60)}`;
  const runs = rows.map((row): Run => ({ row, message, call: null, words: 0, life: lifeOf(lives, row) }));
  let text = "";
  for (const { call: index, words } of stretches) {
    const call = calls[index];
    // It begins when the run does, in another process with a clock of its own.
    const run = runs.findLast(({ row }) => row.startedMs <= (call?.atMs ?? 0) + clocksMs);
    if (call === undefined || run === undefined || run.call !== null) return `no run made call ${index}`;
    Object.assign(run, { call, words });
    text += call.plan.pieces.slice(0, words).join("");
  }
  return text === message.text ? runs : `is kept as …${message.text.slice(-60)}, sent as …${text.slice(-60)}`;
}

const clocksMs = 20;

/** The process is named by a UUID of version 7, which has the time in it. */
function lifeOf(lives: Life[], { process }: GenerationRow): Life | null {
  const bornMs = parseInt(process.replaceAll("-", "").slice(0, 12), 16) - performance.timeOrigin;
  return lives.findLast(({ fromMs }) => fromMs <= bornMs + clocksMs) ?? null;
}

/** It had not ended by itself before: the next process ended it. */
function isKilled({ row, life }: Run): boolean {
  const { how, atMs } = life?.death ?? {};
  return row.state === "interrupted" && how === "SIGKILL" && (row.endedMs ?? 0) > (atMs ?? Infinity);
}

function wrongOfEnd(record: Record, run: Run): string | null {
  const { row, call, life, message } = run;
  const fault = call?.plan.fault.kind ?? null;
  switch (row.state) {
    case "running":
      return "has not ended";
    case "complete":
      if (call === null) return "is complete without a word";
      return run.words === call.plan.pieces.length && fault !== "unfinished"
        ? null
        : "is complete, but cut short";
    case "stopped": {
      const asked = [...record.asked.values()];
      const isAsked = asked.some(({ op }) => op.op === "generation.stop" && op.message === message.id);
      return isAsked ? null : "was stopped by nobody";
    }
    case "failed":
      return call === null ? null : "failed, though the model spoke";
    case "interrupted": {
      const isByModel = fault === "cut" || fault === "reset" || fault === "unfinished";
      return isByModel || (life?.death ?? null) !== null ? null : "was interrupted by nothing";
    }
  }
}

/** How long before the kill the oldest word that is not kept had left the model; 0 where all is there. */
function lossOf(run: Run): Loss | null {
  const { call, words, life } = run;
  if (call === null || !life?.death || !isKilled(run)) return null;
  const { atMs } = life.death;
  const clockMs = Math.max(0, atMs - (call.sent[words]?.atMs ?? Infinity));
  return { clockMs, ownMs: Math.max(0, clockMs - stalledMs(life, atMs - clockMs, atMs)) };
}

function wrongOfText({ shown }: Record, run: Run, loss: Loss | null): string | null {
  const { row, call, words, life } = run;
  if (loss !== null && loss.ownMs > lossMsMax) {
    const { ownMs, clockMs } = loss;
    return `lost what was sent ${ownMs.toFixed()} ms before the kill, ${clockMs.toFixed()} by the clock`;
  }
  const untilMs = life?.death && isKilled(run) ? earlier(life, life.death.atMs, lossMsMax) : Infinity;
  const seen = (shown.get(row.id) ?? []).filter(({ atMs }) => atMs <= untilMs);
  const most = seen.findLast((each) => each.call === call?.index)?.words ?? 0;
  if (most > words) return `keeps ${words} words of ${most} that were shown in time`;
  if (row.seq > (call?.sent.length ?? 0)) return `has ${row.seq} events of ${call?.sent.length ?? 0}`;
  if (call === null || life === null || isKilled(run) || row.state === "stopped") return null;
  // What came just before a line broke may be lost on its way.
  const sureMs = earlier(life, call.endedMs ?? call.closedMs ?? performance.now(), lossMsMax);
  const sure = call.sent.filter(({ atMs }) => atMs !== null && atMs <= sureMs).length;
  return words < sure ? `keeps ${words} words of ${sure} that were sent` : null;
}

/** From the server's hearing of a stop to the model's; null where there was nothing to stop any more. */
function stopTime({ asked }: Record, { row, call, message, life }: Run): number | null {
  if (call === null || row.state !== "stopped" || call.endedMs !== null) return null;
  const stops = [...asked.values()].filter(
    ({ op, ackedMs }) => ackedMs !== null && op.op === "generation.stop" && op.message === message.id,
  );
  const sent = stops.map(({ sentMs }) => sentMs.at(-1) ?? 0).filter((ms) => ms >= call.atMs);
  if (sent.length === 0) return null;
  const sentMs = Math.min(...sent);
  // It may have been asleep.
  const heardMs = life?.beats.find(({ askedMs }) => askedMs >= sentMs)?.answeredMs ?? sentMs;
  return Math.max(0, (call.closedMs ?? Infinity) - heardMs);
}

function wrongOfStop(stopMs: number | null): string | null {
  return stopMs !== null && stopMs > stopMsMax ? `its stop took ${stopMs.toFixed()} ms to the model` : null;
}

/** As many calls of the model as runs, and those more that the runs say they made. */
function wrongsOfCalls({ calls }: Record, { messages, generations }: Kept, runs: Run[]): string[] {
  const questions = new Map(messages.map((row) => [`${row.owner} ${row.id}`, row.text]));
  const expected = new Map<string, { min: number; max: number }>();
  for (const run of runs) {
    const question = questions.get(`${run.message.owner} ${run.message.parent}`) ?? "";
    const sum = expected.get(question) ?? { min: 0, max: 0 };
    const { calls: own } = run.row;
    // Who died in mid-run could not tell, and a call may be called off before it has left.
    const isUnsure = run.call === null && (run.row.state === "stopped" || run.row.state === "interrupted");
    sum.min += isKilled(run) ? Number(run.call !== null) : Math.max(0, own - Number(isUnsure));
    sum.max += isKilled(run) ? callsMax : own;
    expected.set(question, sum);
  }
  const wrongs = generations
    .filter((row) => row.calls > callsMax)
    .map((row) => `run ${row.id}: ${row.calls} calls`);
  // Side calls, such as for titles, are asked no person's question.
  const sideCalls = calls.filter(({ asked }) => asked === "").length;
  const conversations = new Set(messages.map(({ owner, conversation }) => `${owner} ${conversation}`)).size;
  if (sideCalls > callsMax * conversations)
    wrongs.push(`${sideCalls} side calls for ${conversations} conversations`);
  for (const [question, own] of Map.groupBy(calls, ({ asked }) => asked)) {
    if (question === "") continue;
    const { min, max } = expected.get(question) ?? { min: 0, max: 0 };
    if (own.length < min || own.length > max)
      wrongs.push(`“${question}” was asked of the model ${own.length} times, not ${min} to ${max}`);
    expected.delete(question);
  }
  for (const [question, { min }] of expected)
    if (min > 0) wrongs.push(`“${question}” never reached the model`);
  return wrongs;
}

/** When all has come to rest, no call is still open: whoever gave up has told the model. */
function wrongsOfOpenCalls({ calls }: Record): string[] {
  const open = calls.filter((call) => !isOver(call));
  return open.map(({ index, asked }) => `call ${index} (“${asked}”) is still open`);
}
