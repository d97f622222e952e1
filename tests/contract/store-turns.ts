/** The store's contract: turns, branches and the visible path. */
import { expect } from "bun:test";
import { created, ending, generation, ids, listed, talk, turn, type Contract } from "./store-inputs.ts";

export const turnsContract: Contract = {
  "the first turn makes the conversation": async (store) => {
    const thread = created(await store.turns.send(turn(1, null, { nowMs: 5 })));
    expect(thread.conversation).toEqual({
      id: "c",
      owner: "ann",
      title: "Title 1",
      leaf: "a1",
      revision: 1,
      createdMs: 5,
      updatedMs: 5,
      titledBy: "words",
      isUnread: false,
      pinnedMs: null,
      archivedMs: null,
      deletedMs: null,
      tags: [],
      model: { endpoint: "demo", id: "eliza" },
      parameters: {},
    });
    expect(thread.messages).toEqual([
      {
        id: "u1",
        conversation: "c",
        parent: null,
        role: "user",
        parts: [{ type: "text", text: "Question 1" }],
        createdMs: 5,
        generation: null,
        siblings: ["u1"],
      },
      {
        id: "a1",
        conversation: "c",
        parent: "u1",
        role: "assistant",
        parts: [],
        createdMs: 5,
        generation: {
          id: "g1",
          message: "a1",
          state: "running",
          seq: 0,
          model: { endpoint: "demo", id: "eliza" },
          receipt: null,
          failure: null,
        },
        siblings: ["a1"],
      },
    ]);
    expect(await store.conversations.read("ann", "c")).toEqual(thread);
    expect(await store.conversations.find("ann", "c")).toEqual(thread.conversation);
    expect(await store.conversations.of("ann", "message", "a1")).toBe("c");
    expect(await store.conversations.of("ann", "generation", "g1")).toBe("c");
    expect(await store.conversations.of("ann", "generation", "a1")).toBeNull();
    expect(await store.conversations.of("ann", "message", "nowhere")).toBeNull();
  },

  "a message's own path is read, whatever branch is on show": async (store) => {
    await talk(store, 2);
    const again = { owner: "ann", reply: { id: "b1" }, generation: generation(9), nowMs: 1 };
    await store.turns.regenerate({ ...again, message: "a1" });
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "b1"]);
    const path = await store.conversations.path("ann", "a2");
    expect(path.map(({ id }) => id)).toEqual(["u1", "a1", "u2", "a2"]);
    expect(path[1]?.siblings).toEqual(["a1", "b1"]);
    expect(await store.conversations.path("ann", "nowhere")).toEqual([]);
  },

  "each turn raises the revision by one, and the end of its reply by one more": async (store) => {
    await store.turns.send(turn(1, null));
    expect((await store.generations.finish(ending("g1")))?.conversation.revision).toBe(2);
    const second = created(await store.turns.send(turn(2, "a1", { nowMs: 2000 })));
    expect(second.conversation).toMatchObject({
      revision: 3,
      leaf: "a2",
      createdMs: 1000,
      updatedMs: 2000,
    });
    await store.turns.choose({ owner: "ann", message: "a1", nowMs: 3000 });
    expect((await store.conversations.find("ann", "c"))?.revision).toBe(3);
  },

  "the same message sent again is written once": async (store) => {
    await talk(store, 1);
    const before = await store.conversations.read("ann", "c");
    const again = { ...turn(1, null), reply: { id: "other" }, generation: generation("other") };
    expect(await store.turns.send(again)).toEqual({ status: "exists", conversation: "c" });
    expect(await store.conversations.read("ann", "c")).toEqual(before);
  },

  "ten sends of one message at once are one turn": async (store) => {
    const results = await Promise.all(Array.from({ length: 10 }, () => store.turns.send(turn(1, null))));
    expect(results.filter((result) => result.status === "created")).toHaveLength(1);
    expect(results.filter((result) => result.status === "exists")).toHaveLength(9);
    expect(await store.generations.count()).toMatchObject({ running: 1 });
  },

  "an id that is taken by something else is refused, and nothing is written": async (store) => {
    await talk(store, 1);
    const before = await store.conversations.read("ann", "c");
    const text = { id: "u1", parts: [{ type: "text" as const, text: "Other words" }] };
    expect(await store.turns.send({ ...turn(2, "a1"), message: text })).toEqual({ status: "taken" });
    const reply = { id: "a1", parts: [] };
    expect(await store.turns.send({ ...turn(2, "a1"), message: reply })).toEqual({ status: "taken" });
    expect(await store.turns.send({ ...turn(2, "a1"), reply: { id: "u1" } })).toEqual({ status: "taken" });
    expect(await store.turns.send({ ...turn(2, "a1"), reply: { id: "u2" } })).toEqual({ status: "taken" });
    expect(await store.conversations.read("ann", "c")).toEqual(before);
  },

  "a turn below an unknown message or conversation is missing, and nothing is written": async (store) => {
    await talk(store, 1);
    await talk(store, 1, { conversation: "d" });
    expect(await store.turns.send(turn(2, "nowhere"))).toEqual({ status: "missing" });
    expect(await store.turns.send(turn(2, "ad1"))).toEqual({ status: "missing" });
    expect(await store.turns.send(turn(2, "a1", { conversation: "new" }))).toEqual({ status: "missing" });
    expect(await store.conversations.find("ann", "new")).toBeNull();
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "a1"]);
  },

  "a turn goes where its author looked, and says whether it stands below what was shown": async (store) => {
    expect(await store.turns.send(turn(1, null))).toMatchObject({ isNext: true });
    expect(await store.turns.send(turn(2, "a1"))).toMatchObject({ isNext: true });
    const stale = await store.turns.send(turn(3, "a1"));
    expect(stale).toMatchObject({ isNext: false });
    expect(ids(created(stale))).toEqual(["u1", "a1", "u3", "a3"]);
    expect(created(stale).messages[2]?.siblings).toEqual(["u2", "u3"]);
    const first = await store.turns.send(turn(4, null));
    expect(first).toMatchObject({ isNext: false });
    expect(created(first).messages[0]?.siblings).toEqual(["u1", "u4"]);
  },

  "a message sent right after another stands below the reply to it": async (store) => {
    await store.turns.send(turn(1, null));
    const second = await store.turns.send(turn(2, "u1"));
    expect(ids(created(second))).toEqual(["u1", "a1", "u2", "a2"]);
    expect(second).toMatchObject({ isNext: true });
  },

  "an edit is a sibling of the message, with a reply of its own": async (store) => {
    await talk(store, 2);
    const edit = { ...turn(3, null), of: "u2" };
    const thread = created(await store.turns.edit(edit));
    expect(ids(thread)).toEqual(["u1", "a1", "u3", "a3"]);
    expect(thread.messages[2]?.siblings).toEqual(["u2", "u3"]);
    expect(await store.turns.edit(edit)).toEqual({ status: "exists", conversation: "c" });
    expect(await store.turns.edit({ ...turn(4, null), of: "a2" })).toEqual({ status: "missing" });
    expect(await store.turns.edit({ ...turn(4, null), of: "nowhere" })).toEqual({ status: "missing" });
  },

  "regenerating adds a sibling, and the older run goes on in its branch": async (store) => {
    await store.turns.send(turn(1, null));
    const again = { ...turn(2, null), message: "a1" };
    const thread = created(await store.turns.regenerate(again));
    expect(ids(thread)).toEqual(["u1", "a2"]);
    expect(thread.messages[1]?.siblings).toEqual(["a1", "a2"]);
    expect(await store.generations.count()).toMatchObject({ running: 2 });
    expect((await store.generations.finish(ending("g1")))?.message.siblings).toEqual(["a1", "a2"]);
    expect(await store.turns.regenerate(again)).toEqual({ status: "exists", conversation: "c" });
    expect(await store.turns.regenerate({ ...again, reply: { id: "u1" } })).toEqual({ status: "taken" });
    expect(await store.turns.regenerate({ ...again, reply: { id: "a1" } })).toEqual({ status: "taken" });
    const fresh = { ...again, reply: { id: "a9" } };
    expect(await store.turns.regenerate({ ...fresh, message: "nowhere" })).toEqual({ status: "missing" });
  },

  "choosing a message shows the newest branch through it": async (store) => {
    await talk(store, 2);
    await store.turns.send(turn(3, "a1"));
    await store.turns.send(turn(4, "a2"));
    await store.turns.send(turn(5, null));
    const choose = (message: string) => store.turns.choose({ owner: "ann", message, nowMs: 9 });
    expect(await choose("u3")).toMatchObject({ leaf: "a3" });
    expect(await choose("a1")).toMatchObject({ leaf: "a4", updatedMs: 9 });
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "a1", "u2", "a2", "u4", "a4"]);
    expect(await choose("nowhere")).toBeNull();
  },

  "messages of one millisecond keep the order in which they came": async (store) => {
    await store.turns.send(turn(1, null));
    const names = ["z", "m", "b", "y"];
    for (const name of names) await store.turns.send(turn(name, "a1"));
    const thread = await store.conversations.read("ann", "c");
    expect(thread?.messages[2]?.siblings).toEqual(names.map((name) => `u${name}`));
    for (const conversation of ["k", "d", "x"]) await talk(store, 1, { conversation });
    const list = await listed(store, "ann", 3);
    expect(list.map((row) => row.id)).toEqual(["x", "d", "k"]);
  },

  "the list is newest turn first, and tells which conversations are being answered": async (store) => {
    await talk(store, 1, { conversation: "old", nowMs: 1 });
    await talk(store, 1, { conversation: "new", nowMs: 3 });
    await store.turns.send(turn(9, "aold1", { conversation: "old", nowMs: 4 }));
    const rows = await listed(store, "ann", 10);
    expect(rows.map(({ id, running }) => [id, running])).toEqual([
      ["old", true],
      ["new", false],
    ]);
    expect(await listed(store, "ann", 1)).toHaveLength(1);
  },
};
