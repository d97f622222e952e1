/** Runs after a schedule: how each ended, what was kept of it, and that each was asked of the model once. */
import { textOf } from "../../../src/chat/run.ts";
import type { GenerationState } from "../../../src/domain.ts";
import type { GenerationRow, Kept, MessageRow } from "./check-store.ts";
import type { Call } from "./provider.ts";
import type { World } from "./world.ts";

export function wrongsOfRuns(world: World, kept: Kept): string[] {
  const { journal } = world;
  const wrongs: string[] = [];
  for (const row of kept.generations) {
    const calls = journal.calls.filter(({ run }) => run.id === row.id);
    const why = wrongOfRun(world, kept, row, calls);
    if (why !== null) wrongs.push(`generation ${row.id} (${row.state}, process ${row.process}): ${why}`);
  }
  for (const { run } of journal.calls) {
    if (!kept.gone.has(run.id) && !kept.generations.some(({ id }) => id === run.id))
      wrongs.push(`a call for ${run.id}, which is not kept`);
  }
  if (world.seams.isStoreOrdered) wrongs.push(...wrongsOfTurns(world, kept));
  for (const { call, process, atMs } of journal.stops) {
    const deathMs = journal.deaths.get(process)?.atMs ?? Infinity;
    const endMs = Math.min(call.end?.atMs ?? Infinity, deathMs);
    if (endMs > atMs + stopMs) wrongs.push(`a stop of ${call.run.id} took ${endMs - atMs} ms to the model`);
  }
  return wrongs;
}

/** Of one account, who waited longer is called for first. */
function wrongsOfTurns({ journal }: World, { generations, gone }: Kept): string[] {
  const latest = new Map<string, number>();
  return journal.calls.flatMap(({ run }) => {
    if (run.waitedMs === 0 || gone.has(run.id)) return [];
    const number = generations.findIndex(({ id }) => id === run.id);
    const before = latest.get(run.owner) ?? -1;
    latest.set(run.owner, Math.max(before, number));
    return number < before ? [`${run.id} was called for after one that came later`] : [];
  });
}

const stopMs = 1000;
/** The most that a kill may cost. */
const lossMs = 250;

function wrongOfRun(world: World, kept: Kept, row: GenerationRow, calls: Call[]): string | null {
  const death = world.journal.deaths.get(row.process);
  if (row.state === "running") return "still running";
  if (calls.length > 1) return `${calls.length} calls`;
  const [call] = calls;
  if (call === undefined) {
    // It waited, or was stored by a process that was gone before it knew.
    if (row.state === "interrupted" && death !== undefined) return null;
    return row.state === "stopped" && world.journal.stopped.has(row.message) ? null : "no call";
  }
  // A stop asks the store where its message is, and a slow one may answer when the call has been made.
  const cancelledMs = world.journal.cancelled.get(row.id) ?? Infinity;
  if (call.run.startedMs > cancelledMs + 4 * world.storeMs) return "called for, though it was stopped before";
  if (!statesOf(world, row, call).includes(row.state)) return `its call ended ${call.end?.kind}`;
  const message = kept.messages.find(({ owner, id }) => owner === row.owner && id === row.message);
  if (message === undefined) return "no message";
  return wrongOfText(world, row, call, after(kept, world, row, message));
}

/** What its message held when the run had ended: the base of the next run, or what is there now. */
function after({ generations }: Kept, { journal }: World, row: GenerationRow, message: MessageRow) {
  const own = generations.filter((each) => each.owner === row.owner && each.message === row.message);
  const later = own
    .slice(own.indexOf(row) + 1)
    .map(({ id }) => journal.calls.find(({ run }) => run.id === id));
  const next = later.find((call) => call !== undefined);
  return textOf(next?.run.base ?? message.parts);
}

function statesOf(world: World, row: GenerationRow, call: Call): GenerationState[] {
  const { journal } = world;
  const death = journal.deaths.get(row.process);
  const hasWords = call.taken.length > 0;
  const ends: Record<NonNullable<Call["end"]>["kind"], GenerationState> = {
    stop: "complete",
    length: "complete",
    bare: "interrupted",
    down: hasWords ? "interrupted" : "failed",
    error: "failed",
    abort: "stopped",
  };
  const states: GenerationState[] = [];
  if (call.end !== null) states.push(ends[call.end.kind]);
  const isStopped = journal.stopped.has(row.message) || isDeleted(world, call);
  if (call.end?.kind === "abort" && !isStopped) states.pop();
  const isDrained = death?.kind === "drained" && call.end?.kind === "abort";
  if (isDrained || isCutShort(world, row, call)) states.push("interrupted");
  return states;
}

/** Whoever deletes a conversation stops what runs in it. */
function isDeleted({ journal }: World, { run }: Call): boolean {
  return [...journal.asked.values()].some(({ account, op }) => {
    return op.op === "conversation.delete" && op.conversation === run.conversation && account === run.owner;
  });
}

/** Its process was killed before the store could know of its end. */
function isCutShort({ journal, storeMs }: World, row: GenerationRow, call: Call): boolean {
  const death = journal.deaths.get(row.process);
  return death?.kind === "killed" && (call.end?.atMs ?? Infinity) >= death.atMs - 4 * storeMs;
}

type Texts = { text: string; reasoning: string };

function wrongOfText(world: World, row: GenerationRow, call: Call, kept: Texts): string | null {
  const isShort = row.state === "interrupted" && isCutShort(world, row, call);
  const deathMs = world.journal.deaths.get(row.process)?.atMs ?? Infinity;
  const before = textOf(call.run.base);
  for (const type of ["text", "reasoning"] as const) {
    const sent = before[type] + sentOf(call, type, Infinity);
    const sure = before[type] + sentOf(call, type, isShort ? deathMs - lossMs - 4 * world.storeMs : Infinity);
    if (!sent.startsWith(kept[type])) return `kept ${type} ${tail(kept[type])}, sent ${tail(sent)}`;
    if (kept[type].length < sure.length)
      return `kept ${type} ${tail(kept[type])}, sent in time ${tail(sure)}`;
  }
  return row.seq > call.taken.length ? `${row.seq} events of ${call.taken.length} pieces` : null;
}

/** Half a character at the end is none. */
function sentOf({ taken }: Call, type: "text" | "reasoning", untilMs: number): string {
  const own = taken.filter((piece) => piece.type === type && piece.atMs <= untilMs);
  return own
    .map(({ text }) => text)
    .join("")
    .replace(/[\ud800-\udbff]$/, "");
}

function tail(text: string): string {
  return JSON.stringify(text.slice(-60));
}
