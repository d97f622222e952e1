/** The line before the runs, where the store takes its time or fails: limits hold, and every place is given back. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { createBus } from "../../src/bus/bus.ts";
import { Admission } from "../../src/chat/admission.ts";
import { Generations } from "../../src/chat/generation.ts";
import { createQueue, queueLength, type QueueLimits } from "../../src/chat/admission/queue.ts";
import type { Run } from "../../src/chat/run.ts";
import { perform, type TurnParts } from "../../src/chat/turns.ts";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config.ts";
import type { Provider } from "../../src/inference/provider.ts";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { slowed } from "../faults/sim/slow-store.ts";
import { createLife } from "../faults/sim/time.ts";
import { randomOf, seedOf } from "../support/random.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const seed = seedOf("queue-store");
const log = createLog({ level: "error", format: "json", write: () => {} });

type Scene = Disposable & {
  parts: TurnParts;
  admission: Admission;
  runs: Map<string, Run>;
  /** As it is, without what slows it. */
  store: Store;
  calls: string[];
  ask(who: string, text: string): Promise<string>;
};

async function scene(limits: Partial<QueueLimits>, spoil: (store: Store) => Store = slow): Promise<Scene> {
  const read = readConfig({});
  if ("faults" in read) throw new Error(read.faults.join());
  const bare = await openStore({ path: ":memory:", log });
  const [runs, queue, calls] = [new Map<string, Run>(), createQueue(), new Array<string>()];
  const shared = { store: spoil(bare), bus: createBus(log), clock: systemClock, log, runs };
  // No tick comes: what is shown here happens by itself.
  const all = { ...read.config.limits, placeMs: 60_000, ...limits };
  const generations: Generations = new Generations({
    ...shared,
    limits: all,
    process: "p",
    provider: () => endless(calls),
    current: () => generations,
    isLookedAt: () => true,
    freed: () => admission.changed(),
  });
  const current = (): Admission => admission;
  const settings = read.config;
  const admission: Admission = new Admission({
    ...shared,
    limits: all,
    generations,
    queue,
    settings,
    current,
    contextOf: () => null,
    takesImages: () => null,
  });
  const newId = () => crypto.randomUUID();
  const model = { endpoint: "test", id: "model" };
  const parts = {
    ...shared,
    admission,
    process: "p",
    model,
    endpoints: [model.endpoint],
    roomOf: () => null,
    takesImages: () => null,
    buckets: new Map(),
    kept: new Map(),
    isTemporary: () => false,
    racersMax: 4,
    limits: all,
    newId,
  };
  const ask = async (who: string, text: string) => {
    const op = { op: "message.send", id: newId(), conversation: newId(), parent: null, text } as const;
    return (await perform(parts, { account: who, tokenHash: who }, op)).conversation;
  };
  const close = () => [admission, generations].forEach((each) => each.close());
  return { parts, admission, runs, store: bare, calls, ask, [Symbol.dispose]: close };
}

function slow(store: Store): Store {
  const after = (ms: number, work: () => void) => systemClock.after(Math.max(0, ms), work);
  return slowed(store, createLife({ ...systemClock, after }), randomOf(seed), { maxMs: 20, isOrdered: true });
}

/** Says nothing until it is let go. */
function endless(calls: string[]): Provider {
  return {
    endpoint: "test",
    async *stream({ messages }, signal) {
      calls.push(messages.at(-1)?.content ?? "");
      yield { type: "call", count: 1 };
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  };
}

async function until(look: () => boolean): Promise<void> {
  while (!look()) await Bun.sleep(1);
}

const whos = ["anna", "bert", "cleo", "dora"];

test("of many asked for at once no more run, wait and are stored than there may be", async () => {
  using on = await scene({ generationsMax: 2, generationsPerAccount: 2, queueMax: 3, queuePerAccount: 9 });
  const asked = Array.from({ length: 12 }, (_, index) => on.ask(whos[index % 4] ?? "", `Question ${index}`));
  const answers = await Promise.allSettled(asked);
  const refused = answers.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 7 }, () => "busy"));
  expect([on.runs.size, queueLength(on.admission.parts.queue)]).toEqual([2, 3]);
  expect((await on.store.generations.count()).running).toBe(5);
  expect(on.calls.toSorted()).toEqual(["Question 0", "Question 1"]);
  for (let ended = 0; ended < 5; ended++) {
    await until(() => on.calls.length > ended);
    const [run] = on.runs.values();
    if (run !== undefined) await on.parts.admission.stop(run.owner, run.message);
  }
  expect(on.calls.toSorted()).toEqual([0, 1, 2, 3, 4].map((index) => `Question ${index}`));
  expect(await on.store.generations.count()).toMatchObject({ running: 0, stopped: 5 });
});

test("a turn that can't be stored gives its place back", async () => {
  let isFull = true;
  using on = await scene({ generationsMax: 1, queueMax: 1 }, (store) => {
    const send: Store["turns"]["send"] = async (input) => {
      if (isFull) throw new Error("full");
      return store.turns.send(input);
    };
    return { ...store, turns: { ...store.turns, send } };
  });
  for (let count = 0; count < 5; count++) await expect(on.ask("anna", "Lost")).rejects.toThrow("full");
  isFull = false;
  for (const text of ["Runs", "Waits"]) await on.ask("anna", text);
  await expect(on.ask("bert", "Refused")).rejects.toMatchObject({ code: "busy" });
  expect(on.calls).toEqual(["Runs"]);
});

test("what waits for a place that was kept for a turn gets it when that one fails", async () => {
  const failing = Promise.withResolvers<never>();
  using on = await scene({ generationsMax: 1 }, (store) => {
    const send: Store["turns"]["send"] = (input) => {
      const [part] = input.message.parts;
      return part?.type === "text" && part.text === "Fails" ? failing.promise : store.turns.send(input);
    };
    return { ...store, turns: { ...store.turns, send } };
  });
  const first = on.ask("anna", "Fails");
  await on.ask("bert", "Waits");
  expect([on.calls, queueLength(on.admission.parts.queue)]).toEqual([[], 1]);
  failing.reject(new Error("full"));
  await expect(first).rejects.toThrow("full");
  await until(() => on.calls.length === 1);
  expect(on.calls).toEqual(["Waits"]);
});

test("a stop that comes while a turn is read to begin keeps it from the model", async () => {
  const reading = Promise.withResolvers<void>();
  using on = await scene({ generationsMax: 1 }, (store) => {
    const path: Store["conversations"]["path"] = async (owner, message) => {
      const found = await store.conversations.path(owner, message);
      await reading.promise;
      return found;
    };
    return { ...store, conversations: { ...store.conversations, path } };
  });
  await on.ask("anna", "First");
  const conversation = await on.ask("bert", "Second");
  await on.ask("cleo", "Third");
  const { messages } = (await on.store.conversations.read("bert", conversation)) ?? { messages: [] };
  const [run] = on.runs.values();
  if (run !== undefined) await on.admission.stop("anna", run.message);
  await on.admission.stop("bert", messages.at(-1)?.id ?? "");
  reading.resolve();
  await until(() => on.calls.length === 2);
  expect(on.calls).toEqual(["First", "Third"]);
  expect(await on.store.generations.count()).toMatchObject({ running: 1, stopped: 2 });
});

test("a server that is going waits for turns that are being stored, and leaves none running", async () => {
  using on = await scene({ generationsMax: 2 });
  const asked = ["anna", "bert", "cleo"].map((who) => on.ask(who, who));
  const drained = on.admission.drain(400);
  await expect(on.ask("dora", "Late")).rejects.toMatchObject({ code: "restarting" });
  await drained;
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(Array(3).fill("fulfilled"));
  expect(await on.store.generations.count()).toMatchObject({ running: 0, interrupted: 3 });
  expect(on.calls.toSorted()).toEqual(["anna", "bert"]);
});
