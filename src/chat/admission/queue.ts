/** Who waits for a place among the runs: fair between accounts, in order within one. Data and rules alone. */
import type { ModelRef, Place } from "../../domain.ts";
import { refuse } from "../../errors.ts";

/** A generation that is stored as running and has not begun. */
export type Waiting = {
  readonly id: string;
  readonly owner: string;
  readonly conversation: string;
  readonly message: string;
  readonly model: ModelRef;
  readonly sinceMs: number;
  /** It stays in line while it is read to begin, which holds a place, or while its end is stored. */
  status: "waiting" | "starting" | "stopping";
  /** What its readers were told last. */
  told: Place | null;
};

/** Room for a turn that is being stored: to run at once, or to wait. */
export type Seat = { readonly owner: string; readonly isForRun: boolean };

/** Data only, so that it outlives a hot reload. Prompts are not in it: they are read when their turn comes. */
export type Queue = {
  /** By account, in the order of their turns: whoever is served goes to the end. No line is empty. */
  readonly lines: Map<string, Waiting[]>;
  readonly seats: Set<Seat>;
  /** The process is going: nobody is let in, and nobody's turn comes. */
  isDraining: boolean;
};

export type QueueLimits = {
  generationsMax: number;
  generationsPerAccount: number;
  queueMax: number;
  queuePerAccount: number;
};

/** What runs, by whom it was asked for. */
export type Runs = ReadonlyMap<string, { readonly owner: string }>;

export function createQueue(): Queue {
  return { lines: new Map(), seats: new Set(), isDraining: false };
}

/** Throws AppError where there is no room, neither to run nor to wait. Whoever waits is not overtaken by himself. */
export function takeSeat(queue: Queue, runs: Runs, limits: QueueLimits, owner: string): Seat {
  const { lines, seats } = queue;
  const held = [...holders(queue, runs)];
  const own = held.filter((each) => each === owner).length;
  const isRoom = held.length < limits.generationsMax && own < limits.generationsPerAccount;
  const standing = [...seats].filter((each) => !each.isForRun);
  const ownStanding = standing.filter((each) => each.owner === owner).length;
  const ownWaiting = (lines.get(owner)?.length ?? 0) + ownStanding;
  const seat = { owner, isForRun: isRoom && ownWaiting === 0 };
  if (!seat.isForRun) {
    if (ownWaiting >= limits.queuePerAccount) throw refuse("busy", "ownFull", { count: own + ownWaiting });
    if (queueLength(queue) + standing.length >= limits.queueMax) throw refuse("busy", "allFull");
  }
  seats.add(seat);
  return seat;
}

export function enter({ lines }: Queue, waiting: Waiting): void {
  const line = lines.get(waiting.owner);
  if (line === undefined) lines.set(waiting.owner, [waiting]);
  else line.push(waiting);
}

export function leave({ lines }: Queue, waiting: Waiting): void {
  const line = lines.get(waiting.owner) ?? [];
  const at = line.indexOf(waiting);
  if (at !== -1) line.splice(at, 1);
  if (line.length === 0) lines.delete(waiting.owner);
}

/** Whose turn it is, which is then `starting`; null where there is no room, or nobody who may take it. */
export function callNext(queue: Queue, runs: Runs, limits: QueueLimits): Waiting | null {
  const { lines } = queue;
  if (lines.size === 0 || queue.isDraining) return null;
  const held = countsOf(queue, runs);
  if (held.all >= limits.generationsMax) return null;
  for (const [owner, line] of lines) {
    if ((held.by.get(owner) ?? 0) >= limits.generationsPerAccount) continue;
    const next = line.find(({ status }) => status === "waiting");
    if (next === undefined) continue;
    next.status = "starting";
    lines.delete(owner);
    lines.set(owner, line);
    return next;
  }
  return null;
}

/** Where each would stand if nobody came any more. Whom only his own runs keep back stands in his own line. */
export function placesOf(queue: Queue, runs: Runs, limits: QueueLimits): Map<string, Place> {
  const places = new Map<string, Place>();
  const held = countsOf(queue, runs);
  const common: Waiting[][] = [];
  for (const [owner, line] of queue.lines) {
    const waiting = line.filter(({ status }) => status === "waiting");
    if ((held.by.get(owner) ?? 0) < limits.generationsPerAccount) common.push(waiting);
    else for (const [index, { id }] of waiting.entries()) places.set(id, { number: index + 1, line: "own" });
  }
  const rounds = Math.max(0, ...common.map((line) => line.length));
  let number = 0;
  for (let round = 0; round < rounds; round++) {
    for (const line of common) {
      const waiting = line[round];
      if (waiting !== undefined) places.set(waiting.id, { number: (number += 1), line: "all" });
    }
  }
  return places;
}

/** Turns that are stored and have not begun. */
export function queueLength({ lines }: Queue): number {
  let length = 0;
  for (const line of lines.values()) length += line.length;
  return length;
}

/** The owner of each place among the runs that is taken, or promised. */
function* holders({ lines, seats }: Queue, runs: Runs): Iterable<string> {
  for (const { owner } of runs.values()) yield owner;
  for (const { owner, isForRun } of seats) if (isForRun) yield owner;
  for (const [owner, line] of lines) {
    for (const { status } of line) if (status === "starting") yield owner;
  }
}

function countsOf(queue: Queue, runs: Runs): { all: number; by: Map<string, number> } {
  const by = new Map<string, number>();
  let all = 0;
  for (const owner of holders(queue, runs)) {
    by.set(owner, (by.get(owner) ?? 0) + 1);
    all += 1;
  }
  return { all, by };
}
