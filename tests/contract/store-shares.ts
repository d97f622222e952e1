/** The store's contract: links by which others read a branch. */
import { expect } from "bun:test";
import type { NewShare } from "../../src/store/shares/shares.ts";
import type { Store } from "../../src/store/store.ts";
import { talk, type Contract } from "./store-inputs.ts";

export const sharesContract: Contract = {
  "a link is found by its secret's hash, and listed with the secret by its owner": async (store) => {
    await talk(store, 2);
    expect(await make(store, "s1", { leaf: "a1", isLive: true, expiresMs: 500 })).toBe("created");
    const { secretHash: _, sealed, sharesMax: __, ...share } = link("s1", { leaf: "a1", isLive: true });
    const made = { ...share, title: "Title 1", expiresMs: 500 };
    expect(await store.shares.find("hash s1", 100)).toEqual(made);
    expect(await store.shares.list("ann", 100)).toEqual([{ ...made, sealed }]);
    expect(await store.shares.find("hash s2", 100)).toBeNull();
  },

  "the newest link is listed first": async (store) => {
    await talk(store, 1);
    for (const [id, createdMs] of [
      ["s1", 100],
      ["s2", 300],
      ["s3", 200],
    ] as const) {
      await make(store, id, { createdMs });
    }
    expect(await listed(store)).toEqual(["s2", "s3", "s1"]);
  },

  "a link keeps the title that it was made with": async (store) => {
    await talk(store, 1);
    await make(store, "s1");
    await change(store, { type: "rename", title: "Private notes" });
    await make(store, "s2");
    expect(await store.shares.find("hash s1", 100)).toMatchObject({ title: "Title 1" });
    expect(await store.shares.find("hash s2", 100)).toMatchObject({ title: "Private notes" });
  },

  "a link asked for again by its id is the one that is there": async (store) => {
    await talk(store, 2);
    await make(store, "s1", { leaf: "a1" });
    const again = { leaf: "a2", secretHash: "other", sealed: "other", sharesMax: 1 };
    expect(await make(store, "s1", again)).toBe("exists");
    expect(await store.shares.find("other", 100)).toBeNull();
    expect(await store.shares.find("hash s1", 100)).toMatchObject({ leaf: "a1" });
  },

  "only a message of that conversation of one's own can be shared": async (store) => {
    await talk(store, 1);
    await talk(store, 1, { conversation: "d" });
    expect(await make(store, "s1", { owner: "bob" })).toBe("missing");
    expect(await make(store, "s1", { leaf: "none" })).toBe("missing");
    expect(await make(store, "s1", { leaf: "ad1" })).toBe("missing");
    expect(await make(store, "s1", { conversation: "none" })).toBe("missing");
    await change(store, { type: "delete" });
    expect(await make(store, "s1")).toBe("missing");
    expect(await listed(store)).toEqual([]);
  },

  "an owner has so many links; those that are over or ended make room": async (store) => {
    await talk(store, 1);
    await talk(store, 1, { owner: "bob", conversation: "b" });
    const few = { sharesMax: 2 };
    await make(store, "s1", { ...few, expiresMs: 200 });
    await make(store, "s2", few);
    expect(await make(store, "s3", { ...few, createdMs: 199 })).toBe("full");
    const bobs = { owner: "bob", conversation: "b", leaf: "ab1", createdMs: 199 };
    expect(await make(store, "s4", { ...few, ...bobs })).toBe("created");
    expect(await make(store, "s3", { ...few, createdMs: 200 })).toBe("created");
    expect(await make(store, "s5", { ...few, createdMs: 200 })).toBe("full");
    await store.shares.end("ann", "s2");
    expect(await make(store, "s5", { ...few, createdMs: 200 })).toBe("created");
  },

  "a link is over at its time, to who reads by it and in the list": async (store) => {
    await talk(store, 1);
    await make(store, "s1", { expiresMs: 200 });
    await make(store, "s2");
    expect(await store.shares.find("hash s1", 199)).toMatchObject({ id: "s1" });
    expect(await listed(store, 199)).toEqual(["s1", "s2"]);
    expect(await store.shares.find("hash s1", 200)).toBeNull();
    expect(await listed(store, 200)).toEqual(["s2"]);
    expect(await store.shares.find("hash s2", Number.MAX_SAFE_INTEGER)).toMatchObject({ id: "s2" });
  },

  "a link is ended by its owner alone, once, and names who read by it": async (store) => {
    await talk(store, 1);
    await make(store, "s1");
    expect(await store.shares.end("bob", "s1")).toBeNull();
    expect(await store.shares.list("bob", 100)).toEqual([]);
    expect(await store.shares.find("hash s1", 100)).not.toBeNull();
    expect(await store.shares.end("ann", "s1")).toBe("hash s1");
    expect(await store.shares.end("ann", "s1")).toBeNull();
    expect(await store.shares.find("hash s1", 100)).toBeNull();
    expect(await listed(store)).toEqual([]);
  },

  "links of a deleted conversation lead nowhere until it is restored": async (store) => {
    await talk(store, 1);
    await make(store, "s1");
    await change(store, { type: "delete" });
    expect(await store.shares.find("hash s1", 100)).toBeNull();
    expect(await listed(store)).toEqual([]);
    await change(store, { type: "restore" });
    expect(await store.shares.find("hash s1", 100)).toMatchObject({ id: "s1" });
    expect(await listed(store)).toEqual(["s1"]);
  },

  "links go with their conversation when it is swept, and with the message they are pinned to": async (
    store,
  ) => {
    await talk(store, 2);
    await talk(store, 1, { conversation: "d" });
    await make(store, "s1", { leaf: "a1" });
    await make(store, "s2", { leaf: "a2" });
    await make(store, "s3", { conversation: "d", leaf: "ad1" });
    await store.turns.delete({ owner: "ann", message: "u2", nowMs: 1 });
    expect(await listed(store)).toEqual(["s1", "s3"]);
    await change(store, { type: "delete" });
    while (await store.changes.sweep({ deletedBeforeMs: 20, doneBeforeMs: 0, rowsMax: 9 }));
    expect(await store.shares.end("ann", "s1")).toBeNull();
    expect(await listed(store)).toEqual(["s3"]);
  },
};

function link(id: string, given: Partial<NewShare> = {}): NewShare {
  return {
    owner: "ann",
    id,
    conversation: "c",
    leaf: "a1",
    isLive: false,
    createdMs: 100,
    expiresMs: null,
    secretHash: `hash ${id}`,
    sealed: `sealed ${id}`,
    sharesMax: 9,
    ...given,
  };
}

function make(store: Store, id: string, given: Partial<NewShare> = {}) {
  return store.shares.create(link(id, given));
}

async function listed(store: Store, nowMs = 100): Promise<string[]> {
  return (await store.shares.list("ann", nowMs)).map(({ id }) => id);
}

type Change = Parameters<Store["changes"]["apply"]>[0]["change"];

function change(store: Store, change: Change) {
  const op = `${change.type} of c`;
  return store.changes.apply({ owner: "ann", op, conversation: "c", change, tagsMax: 9, nowMs: 10 });
}
