/** The store's contract: replies side by side, and the one that is kept. */
import { expect } from "bun:test";
import type { Store, Thread } from "../../src/store/store.ts";
import type { NewReply, SendInput } from "../../src/store/turns/turn-store.ts";
import { created, ending, generation, ids, receipt, talk, turn, type Contract } from "./store-inputs.ts";

export const racesContract: Contract = {
  "a race is one message and its replies, all running, in one turn": async (store) => {
    const result = await store.turns.send(race(1, null));
    const thread = created(result);
    expect(ids(thread)).toEqual(["u1", "a1"]);
    expect(thread.conversation).toMatchObject({ leaf: "a1", revision: 1, model: model("one") });
    expect(lanes(thread)).toEqual(["a1 running one", "b1 running two", "c1 running three"]);
    expect(result).toMatchObject({ isNext: true, rivals: [{ id: "b1" }, { id: "c1" }] });
    expect(thread.race?.map(({ id, parent, generation: run }) => [id, parent, run?.id])).toEqual([
      ["a1", "u1", "g1"],
      ["b1", "u1", "h1"],
      ["c1", "u1", "i1"],
    ]);
    expect(await store.conversations.read("ann", "c")).toEqual(thread);
    const window = { step: 1, max: 1, from: null };
    expect((await store.conversations.read("ann", "c", window))?.race).toEqual(thread.race);
    expect((await store.generations.count()).running).toBe(3);
  },

  "sent again, a race is not run again": async (store) => {
    await store.turns.send(race(1, null));
    expect(await store.turns.send(race(1, null))).toEqual({ status: "exists", conversation: "c" });
    expect(lanes(await shown(store))).toHaveLength(3);
  },

  "each reply of a race grows and ends by itself, and all know how the others stand": async (store) => {
    await store.turns.send(race(1, null));
    await store.generations.checkpoint([{ generation: "h1", seq: 1, text: "Half", reasoning: "" }]);
    const estimate = { ...receipt, costUsd: 0.5, details: { isEstimate: true as const } };
    const done = await store.generations.finish(ending("i1", { receipt: estimate, state: "stopped" }));
    expect(done?.message.race?.map(({ state, costUsd, isEstimate }) => [state, costUsd, isEstimate])).toEqual(
      [
        ["running", null, false],
        ["running", null, false],
        ["stopped", 0.5, true],
      ],
    );
    const all = (await shown(store))?.race?.map(({ parts }) =>
      parts.map((part) => ("text" in part ? part.text : "")).join(),
    );
    expect(all).toEqual(["", "Half", "Answer"]);
  },

  "a reply that is kept is the branch to go on with, its model answers next, and the others are branches":
    async (store) => {
      await store.turns.send(race(1, null));
      for (const id of ["g1", "h1", "i1"]) await store.generations.finish(ending(id));
      const kept = await store.turns.choose({ owner: "ann", message: "b1", nowMs: 2000 });
      expect(kept).toMatchObject({ leaf: "b1", revision: 5, model: model("two") });
      const thread = await shown(store);
      expect(thread?.race).toBeUndefined();
      expect(thread?.messages[1]).toMatchObject({ id: "b1", siblings: ["a1", "b1", "c1"] });
      await store.turns.choose({ owner: "ann", message: "c1", nowMs: 2001 });
      expect((await shown(store))?.conversation).toMatchObject({ leaf: "c1", model: model("two") });
    },

  "the first one is kept too, though it was on show already": async (store) => {
    await store.turns.send(race(1, null));
    const kept = await store.turns.choose({ owner: "ann", message: "a1", nowMs: 2000 });
    expect(kept).toMatchObject({ leaf: "a1", revision: 2 });
    expect((await shown(store))?.race).toBeUndefined();
  },

  "who goes on from one reply of a race has kept it": async (store) => {
    await store.turns.send(race(1, null));
    await store.turns.send(turn(2, "b1"));
    expect(ids(await shown(store))).toEqual(["u1", "b1", "u2", "a2"]);
    await store.generations.finish(ending("g2"));
    await store.turns.delete({ owner: "ann", message: "u2", nowMs: 3000 });
    expect((await shown(store))?.race).toBeUndefined();
  },

  "another version of the question leaves the race where it was, to come back to": async (store) => {
    await store.turns.send(race(1, null));
    await store.turns.edit({ ...turn(2, null), of: "u1" });
    expect((await shown(store))?.race).toBeUndefined();
    await store.turns.choose({ owner: "ann", message: "u1", nowMs: 2000 });
    expect(lanes(await shown(store))).toHaveLength(3);
  },

  "a reply that is written anew takes its lane, and one that is gone on with stays in it": async (store) => {
    await store.turns.send(race(1, null));
    for (const id of ["g1", "h1", "i1"]) await store.generations.finish(ending(id, { state: "interrupted" }));
    const anew = { owner: "ann", message: "b1", reply: { id: "d1" }, generation: generation("x"), nowMs: 2 };
    expect(await store.turns.regenerate(anew)).toMatchObject({ status: "created", rivals: [] });
    expect(lanes(await shown(store)).map((lane) => lane.slice(0, 10))).toEqual([
      "a1 interru",
      "d1 running",
      "c1 interru",
    ]);
    await store.turns.resume({ owner: "ann", message: "c1", generation: generation("y"), nowMs: 3 });
    expect((await shown(store))?.conversation.leaf).toBe("c1");
    expect(lanes(await shown(store))[2]).toStartWith("c1 running");
  },

  "an answer is raced anew beside those there are, and a reply alone ends the race": async (store) => {
    await talk(store, 1);
    const { reply, generation: run, rivals = [] } = race(2, null);
    const anew = { owner: "ann", message: "a1", reply, generation: run, rivals, nowMs: 2 };
    const result = await store.turns.regenerate(anew);
    expect(lanes(created(result)).map((lane) => lane.slice(0, 2))).toEqual(["a2", "b2", "c2"]);
    expect(created(result).messages[1]?.siblings).toEqual(["a1", "a2", "b2", "c2"]);
    const alone = { owner: "ann", message: "u1", reply: { id: "d1" }, generation: generation("x"), nowMs: 3 };
    expect(created(await store.turns.regenerate(alone)).race).toBeUndefined();
    await store.turns.choose({ owner: "ann", message: "b2", nowMs: 4 });
    expect((await shown(store))?.race).toBeUndefined();
  },

  "a race of which one reply is left is none": async (store) => {
    await store.turns.send(race(1, null));
    for (const id of ["g1", "h1", "i1"]) await store.generations.finish(ending(id));
    // All stand side by side: also one that the path does not lead to.
    expect(await store.turns.delete({ owner: "ann", message: "c1", nowMs: 2 })).toMatchObject({
      shown: "others",
    });
    expect(lanes(await shown(store))).toHaveLength(2);
    await store.turns.delete({ owner: "ann", message: "a1", nowMs: 3 });
    expect((await shown(store))?.race).toBeUndefined();
    expect(ids(await shown(store))).toEqual(["u1", "b1"]);
  },

  "a process that dies leaves each reply of a race to be gone on with": async (store) => {
    await store.turns.send(race(1, null));
    await store.generations.checkpoint([{ generation: "h1", seq: 1, text: "Half", reasoning: "" }]);
    await store.generations.recover({ nowMs: 9, self: "another" });
    const thread = await shown(store);
    expect(thread?.race?.map(({ generation: run }) => run?.state)).toEqual(Array(3).fill("interrupted"));
    expect(thread?.race?.[1]?.parts).toEqual([{ type: "text", text: "Half" }]);
  },

  "who is to answer beside the model is kept for a conversation, begun or not, until they have": async (
    store,
  ) => {
    const add = (id: string, isRival = true) =>
      store.models.race({ owner: "ann", conversation: "c", model: model(id), isRival, max: 3, nowMs: 1 });
    expect(await add("two")).toBeNull();
    await add("two");
    await add("three");
    expect((await store.models.of("ann", "c")).rivals).toEqual([model("two"), model("three")]);
    expect((await store.models.of("bob", "c")).rivals).toBeUndefined();
    await store.turns.send(turn(1, null));
    for (const id of ["two", "three"]) await add(id);
    expect((await add("four")) as object).toMatchObject({ rivals: ["two", "three", "four"].map(model) });
    expect(await add("five")).toBe("full");
    await add("two", false);
    await add("nobody", false);
    expect((await store.models.of("ann", "c")).rivals).toEqual([model("three"), model("four")]);
    expect((await shown(store))?.conversation.rivals).toEqual([model("three"), model("four")]);
    await store.turns.send(race(2, "a1"));
    expect((await shown(store))?.conversation.rivals).toBeUndefined();
  },
};

const model = (id: string) => ({ endpoint: "demo", id });

/** Turn `n` as a race of three: a, b and c, with the generations g, h and i. */
function race(n: number, parent: string | null): SendInput {
  const reply = (letter: string, run: string, id: string): NewReply => {
    return {
      reply: { id: `${letter}${n}` },
      generation: { id: `${run}${n}`, process: "p", model: model(id) },
    };
  };
  const rivals = [reply("b", "h", "two"), reply("c", "i", "three")];
  return { ...turn(n, parent), ...reply("a", "g", "one"), rivals };
}

function shown(store: Store): Promise<Thread | null> {
  return store.conversations.read("ann", "c");
}

function lanes(thread: Thread | null): string[] {
  return (thread?.messages.at(-1)?.race ?? []).map(
    ({ message, state, model: { id } }) => `${message} ${state} ${id}`,
  );
}
