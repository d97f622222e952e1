/** The store's contract: what is done to conversations as a whole, their lists, marks and end. */
import { expect } from "bun:test";
import type { ConversationChange } from "../../src/domain.ts";
import type { Store } from "../../src/store/store.ts";
import type { ListOf } from "../../src/store/conversations/list-store.ts";
import { created, ending, ids, listed, talk, turn, type Contract } from "./store-inputs.ts";

let ops = 0;

/** A new op each time, unless one is named. */
function change(
  store: Store,
  conversation: string,
  what: ConversationChange,
  given: { op?: string; nowMs?: number } = {},
) {
  const input = { owner: "ann", op: `op${++ops}`, conversation, change: what, tagsMax: 3, nowMs: 5000 };
  return store.changes.apply({ ...input, ...given });
}

async function idsOf(store: Store, of: ListOf): Promise<string[]> {
  return (await store.lists.page("ann", of, { after: null, limit: 99 })).rows.map(({ id }) => id);
}

const sidebarOf = (store: Store) => store.lists.sidebar("ann", { pinned: 9, recent: 9, tags: 9 });

export const organiseContract: Contract = {
  "each change raises the revision by one, and one that changes nothing does not": async (store) => {
    await talk(store, 1);
    const renamed = await change(store, "c", { type: "rename", title: "Tides" });
    expect(renamed).toMatchObject({
      status: "changed",
      conversation: { title: "Tides", titledBy: "person", revision: 3 },
    });
    expect(await change(store, "c", { type: "rename", title: "Tides" })).toMatchObject({ status: "same" });
    expect(await change(store, "c", { type: "unpin" })).toMatchObject({
      status: "same",
      conversation: { revision: 3 },
    });
    expect(await change(store, "c", { type: "pin" })).toMatchObject({
      conversation: { pinnedMs: 5000, revision: 4 },
    });
  },

  "an op that was done is not done again, though something else has come between": async (store) => {
    await talk(store, 1);
    await change(store, "c", { type: "pin" }, { op: "first" });
    await change(store, "c", { type: "unpin" });
    expect(await change(store, "c", { type: "pin" }, { op: "first" })).toMatchObject({
      status: "same",
      conversation: { pinnedMs: null },
    });
    // The same id with another wish is another op.
    expect(await change(store, "c", { type: "archive" }, { op: "first" })).toMatchObject({
      status: "changed",
    });
  },

  "pinned, archived and deleted ones have lists of their own": async (store) => {
    for (const [index, id] of ["v", "w", "x", "y", "z"].entries())
      await talk(store, 1, { conversation: id, nowMs: index });
    await change(store, "w", { type: "pin" });
    await change(store, "x", { type: "archive" });
    await change(store, "y", { type: "delete" });
    const { pinned, recent } = await sidebarOf(store);
    expect([pinned, recent.rows].map((rows) => rows.map(({ id }) => id))).toEqual([["w"], ["z", "v"]]);
    expect(await idsOf(store, "archived")).toEqual(["x"]);
    expect(await idsOf(store, "deleted")).toEqual(["y"]);
    // What is pinned is out of the archive, and the other way round.
    await change(store, "x", { type: "pin" });
    await change(store, "w", { type: "archive" });
    expect((await sidebarOf(store)).pinned.map(({ id }) => id)).toEqual(["x"]);
    expect(await idsOf(store, "archived")).toEqual(["w"]);
  },

  "a list comes in pages that lead on from each other, whatever has one time": async (store) => {
    const all = ["a", "b", "d", "e", "f"];
    for (const conversation of all) await talk(store, 1, { conversation, nowMs: 7 });
    const pages: string[][] = [];
    let after = null;
    do {
      const page = await store.lists.page("ann", "recent", { after, limit: 2 });
      pages.push(page.rows.map(({ id }) => id));
      after = page.next;
    } while (after !== null && pages.length < 9);
    expect(pages).toEqual([["f", "e"], ["d", "b"], ["a"]]);
  },

  "a deleted conversation is not there for anything but to be restored": async (store) => {
    await talk(store, 1);
    await store.turns.send(turn(2, "a1"));
    await change(store, "c", { type: "delete" });
    const missing = { status: "missing" } as const;
    expect(await store.conversations.find("ann", "c")).toBeNull();
    expect(await store.conversations.read("ann", "c")).toBeNull();
    expect(await store.turns.send(turn(3, "a1"))).toEqual(missing);
    expect(await store.turns.send(turn(4, null))).toEqual(missing);
    expect(await store.turns.edit({ ...turn(5, null), of: "u1" })).toEqual(missing);
    expect(await store.turns.regenerate({ ...turn(6, null), message: "a1" })).toEqual(missing);
    expect(await store.turns.resume({ ...turn(7, null), message: "a1" })).toEqual(missing);
    expect(await store.turns.choose({ owner: "ann", message: "a1", nowMs: 1 })).toBeNull();
    expect(await change(store, "c", { type: "pin" })).toEqual(missing);
    expect(await store.changes.see("ann", "c")).toBeNull();
    // What was sent before is acknowledged again, and its run still has an end.
    expect(await store.turns.send(turn(2, "a1"))).toEqual({ status: "exists", conversation: "c" });
    expect(await store.generations.finish(ending("g2", { state: "stopped" }))).not.toBeNull();
    expect(await store.conversations.findDeleted("ann", "c")).toMatchObject({ deletedMs: 5000 });
    await change(store, "c", { type: "restore" });
    expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "a1", "u2", "a2"]);
    expect(await store.conversations.findDeleted("ann", "c")).toBeNull();
  },

  "what stays deleted goes for good, a few rows at a time, and can't be restored in between": async (
    store,
  ) => {
    await talk(store, 5);
    await talk(store, 1, { conversation: "kept" });
    await talk(store, 1, { conversation: "fresh" });
    await change(store, "c", { type: "delete" }, { nowMs: 100 });
    await change(store, "fresh", { type: "delete" }, { nowMs: 900 });
    const sweep = () => store.changes.sweep({ deletedBeforeMs: 500, doneBeforeMs: 0, rowsMax: 4 });
    expect(await sweep()).toBe(true);
    expect(await change(store, "c", { type: "restore" })).toEqual({ status: "missing" });
    expect(await idsOf(store, "deleted")).toEqual(["fresh"]);
    let sweeps = 1;
    while (await sweep()) sweeps += 1;
    expect(sweeps).toBe(3);
    expect(await store.conversations.of("ann", "message", "u1")).toBeNull();
    expect(await store.conversations.of("ann", "message", "ufresh1")).toBe("fresh");
    expect(ids(await store.conversations.read("ann", "kept"))).toEqual(["ukept1", "akept1"]);
    // Its id is free again.
    expect(ids(created(await store.turns.send(turn(1, null))))).toEqual(["u1", "a1"]);
  },

  "ops are forgotten in their time": async (store) => {
    await talk(store, 1);
    await change(store, "c", { type: "pin" }, { op: "old", nowMs: 10 });
    await change(store, "c", { type: "unpin" });
    expect(await store.changes.sweep({ deletedBeforeMs: 0, doneBeforeMs: 20, rowsMax: 9 })).toBe(false);
    expect(await change(store, "c", { type: "pin" }, { op: "old" })).toMatchObject({ status: "changed" });
  },

  "a reply that ends unseen marks its conversation, until somebody looks or writes": async (store) => {
    await store.turns.send(turn(1, null));
    const done = await store.generations.finish(ending("g1", { isUnread: true }));
    expect(done?.conversation).toMatchObject({ isUnread: true, revision: 2 });
    expect(await store.changes.see("ann", "c")).toMatchObject({ isUnread: false, revision: 3 });
    expect(await store.changes.see("ann", "c")).toBeNull();
    await store.turns.send(turn(2, "a1"));
    await store.generations.finish(ending("g2", { isUnread: true }));
    expect(created(await store.turns.send(turn(3, "a2"))).conversation).toMatchObject({ isUnread: false });
    // Nobody was there to see what a dead process left.
    await store.generations.recover({ nowMs: 1, self: "next" });
    expect(await listed(store, "ann")).toMatchObject([{ isUnread: true, running: false }]);
  },

  "writing in an archived conversation brings it back": async (store) => {
    await talk(store, 1);
    await change(store, "c", { type: "archive" });
    await store.turns.choose({ owner: "ann", message: "a1", nowMs: 9 });
    expect(await idsOf(store, "archived")).toEqual(["c"]);
    await store.turns.send(turn(2, "a1"));
    expect(await idsOf(store, "recent")).toEqual(["c"]);
  },

  "tags are put on, counted, listed by, and taken off": async (store) => {
    for (const [index, conversation] of ["x", "y", "z"].entries())
      await talk(store, 1, { conversation, nowMs: index });
    for (const tag of ["work", "a b", "ёж"]) await change(store, "x", { type: "tag", tag });
    await change(store, "y", { type: "tag", tag: "work" });
    await change(store, "y", { type: "archive" });
    expect((await store.conversations.find("ann", "x"))?.tags).toEqual(["a b", "work", "ёж"]);
    expect(await change(store, "x", { type: "tag", tag: "work" })).toMatchObject({ status: "same" });
    expect(await change(store, "x", { type: "tag", tag: "fourth" })).toEqual({ status: "full" });
    expect((await sidebarOf(store)).tags[0]).toEqual({ tag: "work", count: 2 });
    expect(await idsOf(store, { tag: "work" })).toEqual(["y", "x"]);
    await change(store, "y", { type: "delete" });
    expect(await idsOf(store, { tag: "work" })).toEqual(["x"]);
    await change(store, "x", { type: "untag", tag: "work" });
    expect(await store.lists.tags("ann", 9)).toEqual([
      { tag: "a b", count: 1 },
      { tag: "ёж", count: 1 },
    ]);
  },

  "a model's title is asked for once, and a person's stays": async (store) => {
    await talk(store, 1);
    await talk(store, 1, { conversation: "d" });
    expect(await store.changes.claimTitle("ann", "c")).toBe(true);
    expect(await store.changes.claimTitle("ann", "c")).toBe(false);
    expect(await store.changes.giveTitle("ann", "c", "By a model")).toMatchObject({
      title: "By a model",
      titledBy: "model",
      revision: 3,
    });
    expect(await store.changes.giveTitle("ann", "c", "Another")).toBeNull();
    await store.changes.claimTitle("ann", "d");
    await change(store, "d", { type: "rename", title: "Mine" });
    expect(await store.changes.giveTitle("ann", "d", "By a model")).toBeNull();
    expect(await store.conversations.find("ann", "d")).toMatchObject({ title: "Mine", titledBy: "person" });
  },

  "side calls are counted apart from replies": async (store) => {
    await talk(store, 1);
    const title = { kind: "title" as const, runs: 1, tokensIn: 5, tokensOut: 3, costUsd: 0.5 };
    await store.usage.add("ann", "2026-01-31", title);
    await store.usage.add("ann", "2026-01-31", title);
    expect(await store.usage.list("ann", "2026-01-31")).toEqual([
      { kind: "reply", runs: 1, tokensIn: 10, tokensOut: 20, costUsd: 0.25 },
      { kind: "title", runs: 2, tokensIn: 10, tokensOut: 6, costUsd: 1 },
    ]);
  },

  "what is another's can't be changed, seen, named or listed [A1]": async (store) => {
    await talk(store, 1);
    await change(store, "c", { type: "tag", tag: "work" });
    await store.generations.finish(ending("g1"));
    const before = await store.conversations.find("ann", "c");
    const as = { owner: "eve", op: "x", conversation: "c", tagsMax: 9, nowMs: 1 };
    const wishes: ConversationChange[] = [
      { type: "rename", title: "Mine" },
      { type: "delete" },
      { type: "restore" },
      { type: "tag", tag: "mine" },
      { type: "untag", tag: "work" },
    ];
    for (const wish of wishes)
      expect(await store.changes.apply({ ...as, change: wish })).toEqual({ status: "missing" });
    expect(await store.changes.see("eve", "c")).toBeNull();
    expect(await store.changes.claimTitle("eve", "c")).toBe(false);
    expect(await store.changes.giveTitle("eve", "c", "Mine")).toBeNull();
    expect(await store.lists.tags("eve", 9)).toEqual([]);
    expect((await store.lists.page("eve", { tag: "work" }, { after: null, limit: 9 })).rows).toEqual([]);
    expect(await store.conversations.find("ann", "c")).toEqual(before);
    await change(store, "c", { type: "delete" });
    expect(await store.conversations.findDeleted("eve", "c")).toBeNull();
  },
};
