/** The store's contract: accounts that are deleted, and conversations that are older than is kept. */
import { expect } from "bun:test";
import { ending, talk, turn, type Contract } from "./store-inputs.ts";

export const accountContract: Contract = {
  "an account that has ended lets nobody in, and names who watched by it": async (store) => {
    await talk(store, 1);
    await store.sessions.create({ account: "ann", tokenHash: "laptop", nowMs: 1 });
    await store.sessions.create({ account: "ann", tokenHash: "phone", nowMs: 1 });
    await store.tokens.set("ann", "sealed", 1);
    const link = { id: "s", conversation: "c", leaf: "a1", secretHash: "secret", sealed: "x", sharesMax: 9 };
    const shared = await store.shares.create({
      ...{ ...link, owner: "ann", isLive: false },
      ...{ createdMs: 1, expiresMs: null },
    });
    const { sessions, links } = await store.accounts.end("ann", 9);
    // The session that sends is a third one.
    expect(sessions).toEqual(expect.arrayContaining(["laptop", "phone"]));
    // Where all is temporary, nothing can be shared.
    expect(links).toEqual(shared === "created" ? ["secret"] : []);
    expect(await store.accounts.isEnded("ann")).toBe(true);
    expect(await store.sessions.find("laptop")).toBeNull();
    expect(await store.shares.find("secret", 2)).toBeNull();
    expect(await store.tokens.find("ann")).toBeNull();
    const nothing = { sessions: [], links: [] };
    expect(await store.accounts.end("ann", 10)).toEqual(nothing);
    expect(await store.accounts.end("nobody", 10)).toEqual(nothing);
  },

  "nothing is written for an account that has ended, until all is gone": async (store) => {
    await talk(store, 1);
    await store.accounts.end("ann", 9);
    const late = [
      () => store.sessions.create({ account: "ann", tokenHash: "late", nowMs: 10 }),
      () => store.turns.send(turn(7, null, { conversation: "other" })),
    ];
    for (const write of late) expect(write).toThrow("This account has been deleted.");
    while (await store.accounts.sweep(2));
    expect(await store.accounts.isEnded("ann")).toBe(false);
    expect(await store.conversations.read("ann", "c")).toBeNull();
    expect(await store.conversations.of("ann", "message", "u1")).toBeNull();
    expect(await store.conversations.of("ann", "generation", "g1")).toBeNull();
    expect(await store.turns.send(turn(7, null))).toMatchObject({ status: "created" });
  },

  "another's things stay whole while an account is taken away in bites": async (store) => {
    await talk(store, 3);
    const bobs = turn("bob", null, { owner: "bob" });
    await store.turns.send(bobs);
    await store.generations.finish(ending("gbob"));
    const before = await store.conversations.read("bob", "c");
    await store.accounts.end("ann", 9);
    let bites = 0;
    while (await store.accounts.sweep(2)) bites += 1;
    expect(bites).toBeGreaterThan(3);
    expect(await store.conversations.read("bob", "c")).toEqual(before);
  },

  "a run that an ended account left comes to its end without a word": async (store) => {
    await store.turns.send(turn(1, null));
    await store.accounts.end("ann", 9);
    while (await store.accounts.sweep(9));
    expect(await store.generations.finish(ending("g1"))).toBeNull();
  },

  "what nobody has gone on with since then goes, but not what is pinned or being written": async (store) => {
    for (const id of ["old", "new", "pinned", "going"]) {
      const nowMs = id === "new" ? 900 : 100;
      const own = { message: { id: `u${id}`, parts: [] }, reply: { id: `a${id}` } };
      await store.turns.send(turn(id, null, { conversation: id, nowMs, ...own }));
      if (id !== "going") await store.generations.finish(ending(`g${id}`, { nowMs }));
    }
    const pin = { owner: "ann", op: "o", conversation: "pinned", change: { type: "pin" } } as const;
    await store.changes.apply({ ...pin, tagsMax: 9, nowMs: 100 });
    const asked = { untouchedBeforeMs: 500, rowsMax: 1 };
    const retired = await store.changes.retire(asked);
    expect(retired).toMatchObject([{ id: "old", deletedMs: 0 }]);
    expect(await store.changes.retire(asked)).toEqual([]);
    const restore = { ...pin, op: "p", conversation: "old", change: { type: "restore" } } as const;
    expect(await store.changes.apply({ ...restore, tagsMax: 9, nowMs: 600 })).toEqual({ status: "missing" });
    while (await store.changes.sweep({ deletedBeforeMs: 1, doneBeforeMs: 0, rowsMax: 9 }));
    expect(await store.conversations.findDeleted("ann", "old")).toBeNull();
    expect(await store.conversations.of("ann", "message", "uold")).toBeNull();
    for (const id of ["new", "pinned", "going"]) {
      expect(await store.conversations.find("ann", id)).toMatchObject({ id });
    }
  },
};
