/** The line before the runs: limits, order and fairness, whatever comes, ends and is stopped. */
import { expect, test } from "bun:test";
import { array, assert, nat, oneof, property, record, constant } from "fast-check";
import {
  callNext,
  createQueue,
  enter,
  leave,
  placesOf,
  queueLength,
  takeSeat,
  type Queue,
  type QueueLimits,
  type Seat,
  type Waiting,
} from "../../src/chat/admission/queue.ts";
import { AppError } from "../../src/errors.ts";
import { seedOf } from "../support/random.ts";

const seed = seedOf("queue");
const roomy = { generationsMax: 3, generationsPerAccount: 9, queueMax: 99, queuePerAccount: 99 };

type Scene = {
  queue: Queue;
  runs: Map<string, { owner: string }>;
  limits: QueueLimits;
  storing: Seat[];
  /** Called, and being read. */
  starting: Waiting[];
  /** Ids in the order in which they came, and in which they began, by account. */
  came: Map<string, string[]>;
  began: Map<string, string[]>;
  /** For each account that waits: who has begun since it could have. */
  passed: Map<string, Set<string>>;
  count: number;
};

function scene(limits: QueueLimits): Scene {
  const kept = { came: new Map(), began: new Map(), passed: new Map() };
  return { queue: createQueue(), runs: new Map(), limits, storing: [], starting: [], ...kept, count: 0 };
}

const accounts = ["anna", "bert", "cleo", "dora"];

const deeds = record({
  deed: oneof(
    { arbitrary: constant("ask" as const), weight: 6 },
    { arbitrary: constant("store" as const), weight: 5 },
    { arbitrary: constant("fail" as const), weight: 1 },
    { arbitrary: constant("begin" as const), weight: 4 },
    { arbitrary: constant("end" as const), weight: 4 },
    { arbitrary: constant("stop" as const), weight: 1 },
  ),
  who: nat(3),
  pick: nat(20),
});

const limitsAny = record({
  generationsMax: nat(4).map((max) => max + 1),
  generationsPerAccount: nat(2).map((max) => max + 1),
  queueMax: nat(8),
  queuePerAccount: nat(4),
});

test("limits are kept, nobody overtakes himself, and nobody is passed twice by another [O5]", () => {
  const rules = property(limitsAny, array(deeds, { maxLength: 60, size: "max" }), (limits, all) => {
    const on = scene(limits);
    for (const { deed, who, pick } of all) {
      act(on, deed, accounts[who] ?? "", pick);
      keepsRules(on);
    }
    // Nobody comes any more: each has his turn.
    while (on.storing.length > 0) store(on, 0);
    while (queueLength(on.queue) + on.runs.size > 0) {
      begin(on, 0);
      end(on, 0);
    }
    expect([on.queue.lines.size, on.queue.seats.size, on.runs.size]).toEqual([0, 0, 0]);
  });
  assert(rules, { seed, numRuns: 500 });
}, 30_000);

test("where nobody comes any more, turns come in the order of their places", () => {
  const crowd = array(nat(3), { maxLength: 30, size: "max" });
  const rules = property(crowd, array(nat(20), { minLength: 30, maxLength: 30 }), (who, picks) => {
    const on = scene(roomy);
    for (const each of who) {
      act(on, "ask", accounts[each] ?? "", 0);
      store(on, 0);
    }
    for (const pick of picks) {
      const places = placesOf(on.queue, on.runs, on.limits);
      const first = [...places].find(([, { number }]) => number === 1)?.[0];
      expect([...places.values()].map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: places.size }, (_, index) => index + 1),
      );
      end(on, pick);
      begin(on, 0);
      if (first !== undefined) expect(on.runs.has(first)).toBe(true);
    }
  });
  assert(rules, { seed, numRuns: 200 });
}, 30_000);

test("whom only his own runs keep back stands in his own line, in nobody's way", () => {
  const on = scene({ ...roomy, generationsMax: 2, generationsPerAccount: 1 });
  for (const who of ["anna", "bert", "anna", "cleo", "anna", "cleo"]) {
    act(on, "ask", who, 0);
    store(on, 0);
  }
  const told = () =>
    [...placesOf(on.queue, on.runs, on.limits)].map(([id, { number, line }]) => [id, number, line]);
  expect(told()).toEqual([
    ["anna 2", 1, "own"],
    ["anna 4", 2, "own"],
    ["cleo 3", 1, "all"],
    ["cleo 5", 2, "all"],
  ]);
  // Bert's place goes to Cleo: Anna has one.
  end(on, 1);
  begin(on, 0);
  expect([...on.runs.keys()]).toEqual(["anna 0", "cleo 3"]);
  expect(told()).toEqual([
    ["anna 2", 1, "own"],
    ["anna 4", 2, "own"],
    ["cleo 5", 1, "own"],
  ]);
});

test("a turn that could not begin keeps its place, and its owner's next one comes after it", () => {
  const on = scene({ ...roomy, generationsMax: 1 });
  for (let count = 0; count < 2; count++) {
    act(on, "ask", "anna", 0);
    store(on, 0);
  }
  end(on, 0);
  const [called] = on.starting;
  if (called !== undefined) called.status = "waiting";
  expect(takeSeat(on.queue, on.runs, on.limits, "anna").isForRun).toBe(false);
  expect(callNext(on.queue, on.runs, on.limits)).toBe(called ?? null);
});

test("a process that is going calls nobody", () => {
  const on = scene({ ...roomy, generationsMax: 1 });
  for (let count = 0; count < 2; count++) {
    act(on, "ask", "anna", 0);
    store(on, 0);
  }
  on.queue.isDraining = true;
  end(on, 0);
  expect([on.runs.size, queueLength(on.queue)]).toEqual([0, 1]);
});

type Deed = "ask" | "store" | "fail" | "begin" | "end" | "stop";

function act(on: Scene, deed: Deed, owner: string, pick: number): void {
  if (deed === "ask") return ask(on, owner);
  if (deed === "store") return store(on, pick);
  if (deed === "begin") return begin(on, pick);
  if (deed === "end") return end(on, pick);
  if (deed === "stop") return stop(on, pick);
  const [seat] = on.storing.splice(pick % Math.max(1, on.storing.length), 1);
  if (seat !== undefined) on.queue.seats.delete(seat);
  call(on);
}

function ask(on: Scene, owner: string): void {
  const { queue, runs, limits, storing } = on;
  const promised = storing.filter((seat) => !seat.isForRun);
  const own = (queue.lines.get(owner)?.length ?? 0) + promised.filter((seat) => seat.owner === owner).length;
  const isFull = own >= limits.queuePerAccount || queueLength(queue) + promised.length >= limits.queueMax;
  try {
    const seat = takeSeat(queue, runs, limits, owner);
    expect(seat.isForRun || !isFull).toBe(true);
    storing.push(seat);
  } catch (error) {
    expect([error instanceof AppError && error.code, isFull]).toEqual(["busy", true]);
  }
}

function store(on: Scene, pick: number): void {
  const [seat] = on.storing.splice(pick % Math.max(1, on.storing.length), 1);
  if (seat === undefined) return;
  const { owner } = seat;
  const id = `${owner} ${on.count++}`;
  on.queue.seats.delete(seat);
  if (seat.isForRun) return void on.runs.set(id, { owner });
  const ids = { id, owner, conversation: "", message: "", model: { endpoint: "", id: "" } };
  enter(on.queue, { ...ids, sinceMs: 0, status: "waiting", told: null });
  note(on.came, owner, id);
  call(on);
}

function end(on: Scene, pick: number): void {
  const ids = [...on.runs.keys()];
  on.runs.delete(ids[pick % ids.length] ?? "");
  call(on);
}

function stop(on: Scene, pick: number): void {
  const all = [...on.queue.lines.values()].flat();
  const waiting = all[pick % all.length];
  if (waiting?.status !== "waiting") return;
  leave(on.queue, waiting);
  const came = on.came.get(waiting.owner) ?? [];
  came.splice(came.indexOf(waiting.id), 1);
  call(on);
}

function call(on: Scene): void {
  const { queue, runs, limits } = on;
  for (let next = callNext(queue, runs, limits); next !== null; next = callNext(queue, runs, limits)) {
    notePassing(on, next);
    note(on.began, next.owner, next.id);
    on.starting.push(next);
  }
}

function begin(on: Scene, pick: number): void {
  const [called] = on.starting.splice(pick % Math.max(1, on.starting.length), 1);
  if (called === undefined) return;
  leave(on.queue, called);
  on.runs.set(called.id, { owner: called.owner });
}

function notePassing(on: Scene, next: Waiting): void {
  const { queue, limits, passed } = on;
  for (const owner of queue.lines.keys()) {
    const isFree = holding(on).filter((each) => each.owner === owner).length < limits.generationsPerAccount;
    const line = queue.lines.get(owner) ?? [];
    if (owner === next.owner || !isFree || line.every(({ status }) => status !== "waiting")) continue;
    const by = passed.get(owner) ?? new Set();
    expect([owner, by.has(next.owner)]).toEqual([owner, false]);
    passed.set(owner, by.add(next.owner));
  }
  passed.delete(next.owner);
}

function note(map: Map<string, string[]>, owner: string, id: string): void {
  map.set(owner, [...(map.get(owner) ?? []), id]);
}

function keepsRules(on: Scene): void {
  const { queue, limits, came, began, passed } = on;
  expect(holding(on).length).toBeLessThanOrEqual(limits.generationsMax);
  expect(queueLength(queue)).toBeLessThanOrEqual(limits.queueMax);
  let isAnybodyFree = false;
  for (const owner of accounts) {
    const own = holding(on).filter((each) => each.owner === owner).length;
    const line = queue.lines.get(owner) ?? [];
    const waiting = line.filter(({ status }) => status === "waiting");
    expect(own).toBeLessThanOrEqual(limits.generationsPerAccount);
    expect(line.length).toBeLessThanOrEqual(limits.queuePerAccount);
    const begun = began.get(owner) ?? [];
    expect(begun).toEqual((came.get(owner) ?? []).slice(0, begun.length));
    isAnybodyFree ||= waiting.length > 0 && own < limits.generationsPerAccount;
    if (waiting.length === 0) passed.delete(owner);
  }
  // No place is idle while somebody waits who may take it.
  expect(isAnybodyFree && holding(on).length < limits.generationsMax).toBe(false);
}

/** What has a place among the runs, or is promised one. */
function holding({ runs, storing, starting }: Scene): { owner: string }[] {
  return [...runs.values(), ...storing.filter((seat) => seat.isForRun), ...starting];
}
