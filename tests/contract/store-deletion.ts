/** The store's contract: messages deleted with what hangs below them. */
import { expect } from "bun:test";
import { created, ending, generation, ids, talk, turn, type Contract } from "./store-inputs.ts";

const at = (message: string, owner = "ann") => ({ owner, message, nowMs: 5000 });

export const deletionContract: Contract = {
  "a message goes with all below it, and what was above it is on show": async (store) => {
    await talk(store, 3);
    const deleted = await store.turns.delete(at("u2"));
    expect(deleted).toMatchObject({ status: "deleted", conversation: { id: "c", leaf: "a1", revision: 7 } });
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "a1"]);
    for (const gone of ["u2", "a2", "u3", "a3"]) {
      expect(await store.conversations.of("ann", "message", gone)).toBeNull();
    }
    expect(await store.conversations.of("ann", "generation", "g3")).toBeNull();
    expect(await store.turns.delete(at("u2"))).toEqual({ status: "missing" });
    expect((await store.conversations.find("ann", "c"))?.revision).toBe(7);
  },

  "where a version of several is deleted, the newest of the others is on show": async (store) => {
    await talk(store, 2);
    const again = { owner: "ann", message: "a1", generation: generation(8), nowMs: 1 };
    await store.turns.regenerate({ ...again, reply: { id: "a8" } });
    await store.generations.finish(ending("g8"));
    await store.turns.delete(at("a8"));
    const thread = await store.conversations.read("ann", "c");
    expect(ids(thread)).toEqual(["u1", "a1", "u2", "a2"]);
    expect(thread?.messages[1]?.siblings).toEqual(["a1"]);
  },

  "asked once more after its first version was deleted, a regeneration that was done is no fault": async (
    store,
  ) => {
    await talk(store, 1);
    const again = { owner: "ann", message: "a1", generation: generation(8), nowMs: 1 };
    await store.turns.regenerate({ ...again, reply: { id: "a8" } });
    await store.turns.delete(at("a1"));
    const exists = { status: "exists", conversation: "c" } as const;
    expect(await store.turns.regenerate({ ...again, reply: { id: "a8" } })).toEqual(exists);
    const missing = { status: "missing" } as const;
    expect(await store.turns.regenerate({ ...again, reply: { id: "a9" } })).toEqual(missing);
    expect(await store.turns.regenerate({ ...again, reply: { id: "u1" } })).toEqual(missing);
  },

  "what is not on show can be deleted, and what is on show stays": async (store) => {
    await talk(store, 2);
    await store.turns.send(turn(3, "a1"));
    expect(await store.turns.delete(at("u2"))).toMatchObject({ status: "deleted" });
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "a1", "u3", "a3"]);
    expect(await store.conversations.of("ann", "message", "u2")).toBeNull();
  },

  "of what is not on show, the version of it that is on show is told, with those that are left": async (
    store,
  ) => {
    await talk(store, 3);
    const again = { owner: "ann", message: "a1", generation: generation(8), nowMs: 1 };
    await store.turns.regenerate({ ...again, reply: { id: "a8" } });
    await store.generations.finish(ending("g8"));
    await store.turns.choose({ owner: "ann", message: "a1", nowMs: 2 });
    await store.turns.send(turn(4, "a8"));
    await store.generations.finish(ending("g4"));
    await store.turns.choose({ owner: "ann", message: "a1", nowMs: 3 });
    expect(await store.turns.delete(at("u4"))).toMatchObject({ status: "deleted", shown: null });
    expect(await store.turns.delete(at("a8"))).toMatchObject({ shown: { id: "a1", siblings: ["a1"] } });
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "a1", "u2", "a2", "u3", "a3"]);
    expect(await store.turns.delete(at("u3"))).toMatchObject({ shown: "others" });
  },

  "the first message can be deleted, and another one be the first": async (store) => {
    await talk(store, 1);
    expect(await store.turns.delete(at("u1"))).toMatchObject({ conversation: { leaf: null } });
    expect(await store.conversations.read("ann", "c")).toMatchObject({ messages: [] });
    const next = await store.turns.send(turn(2, null));
    expect(next).toMatchObject({ status: "created", isNext: true });
    expect(ids(created(next))).toEqual(["u2", "a2"]);
  },

  "a message whose only reply was deleted gets another one, or stands above the next message": async (
    store,
  ) => {
    await talk(store, 1);
    await store.turns.delete(at("a1"));
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1"]);
    const reply = { owner: "ann", message: "u1", reply: { id: "b1" }, generation: generation(8), nowMs: 1 };
    expect(ids(created(await store.turns.regenerate(reply)))).toEqual(["u1", "b1"]);
    expect(await store.turns.regenerate(reply)).toEqual({ status: "exists", conversation: "c" });
    await store.generations.finish(ending("g8"));
    await store.turns.delete(at("b1"));
    expect(ids(created(await store.turns.send(turn(2, "u1"))))).toEqual(["u1", "u2", "a2"]);
  },

  "nothing is deleted above or at what is being written": async (store) => {
    await talk(store, 1);
    await store.turns.send(turn(2, "a1"));
    const before = await store.conversations.read("ann", "c");
    for (const message of ["u1", "a1", "u2", "a2"]) {
      expect(await store.turns.delete(at(message))).toEqual({ status: "running", messages: ["a2"] });
    }
    expect(await store.conversations.read("ann", "c")).toEqual(before);
    await store.generations.finish(ending("g2", { state: "stopped" }));
    expect(await store.turns.delete(at("u2"))).toMatchObject({ status: "deleted" });
  },

  "what a deleted reply took stays counted, and another owner's message is not there to delete": async (
    store,
  ) => {
    await talk(store, 1);
    expect(await store.turns.delete(at("u1", "eve"))).toEqual({ status: "missing" });
    await store.turns.delete(at("u1"));
    expect(await store.usage.list("ann", "2026-01-31")).toMatchObject([{ runs: 1, tokensOut: 20 }]);
  },
};
