/** The store's contract: who sees what, and the end of the store itself. */
import { expect } from "bun:test";
import { created, ending, generation, ids, listed, talk, turn, type Contract } from "./store-inputs.ts";

export const ownersContract: Contract = {
  "two owners may use the same ids, and each sees only their own": async (store) => {
    await talk(store, 2);
    const bobs = turn(1, null, {
      owner: "bob",
      message: { id: "u1", parts: [{ type: "text", text: "Bob's" }] },
      generation: generation("bob"),
    });
    const thread = created(await store.turns.send(bobs));
    expect(thread.conversation).toMatchObject({ owner: "bob", revision: 1 });
    expect(ids(thread)).toEqual(["u1", "a1"]);
    expect(thread.messages.map((message) => message.siblings)).toEqual([["u1"], ["a1"]]);
    await store.generations.finish(ending("gbob", { parts: [{ type: "text", text: "For Bob" }] }));
    const anns = await store.conversations.read("ann", "c");
    expect(ids(anns)).toEqual(["u1", "a1", "u2", "a2"]);
    expect(anns?.messages[1]?.parts).toEqual([{ type: "text", text: "Answer" }]);
    expect(anns?.conversation.revision).toBe(4);
    expect(await listed(store, "bob", 9)).toHaveLength(1);
  },

  "another owner's things are answered like things that do not exist": async (store) => {
    await talk(store, 1);
    await store.turns.send(turn(2, "a1"));
    await store.generations.finish(ending("g2", { state: "stopped" }));
    const before = await store.conversations.read("ann", "c");
    const as = { owner: "eve", reply: { id: "x" }, generation: generation("x"), nowMs: 1 };
    expect(await store.conversations.read("eve", "c")).toBeNull();
    expect(await store.conversations.find("eve", "c")).toBeNull();
    expect(await store.conversations.of("eve", "message", "u1")).toBeNull();
    expect(await store.conversations.of("eve", "generation", "g1")).toBeNull();
    expect(await store.conversations.path("eve", "a2")).toEqual([]);
    expect(await store.conversations.message("eve", "u1")).toBeNull();
    expect(await store.conversations.message("ann", "u1")).toMatchObject({ id: "u1", role: "user" });
    expect(await listed(store, "eve", 9)).toEqual([]);
    expect(await store.turns.send(turn(9, "a1", as))).toEqual({ status: "missing" });
    expect(await store.turns.edit({ ...turn(9, null), ...as, of: "u1" })).toEqual({ status: "missing" });
    expect(await store.turns.regenerate({ ...as, message: "a1" })).toEqual({ status: "missing" });
    expect(await store.turns.resume({ ...as, message: "a2" })).toEqual({ status: "missing" });
    expect(await store.turns.choose({ owner: "eve", message: "a1", nowMs: 1 })).toBeNull();
    expect(await store.conversations.read("ann", "c")).toEqual(before);
  },

  "another owner's generation id can't be used again": async (store) => {
    await talk(store, 1);
    await store.turns.send(turn(5, null, { owner: "eve" }));
    await store.generations.finish(ending("g5", { state: "stopped" }));
    const stolen = { owner: "eve", message: "a5", generation: generation(1), nowMs: 1 };
    expect(await store.turns.resume(stolen)).toEqual({ status: "taken" });
  },

  "a session is found by its hash, and stored once": async (store) => {
    expect(await store.sessions.find("hash")).toBeNull();
    await store.sessions.create({ account: "ann", tokenHash: "hash", nowMs: 1 });
    await store.sessions.create({ account: "ann", tokenHash: "hash", nowMs: 2 });
    await store.sessions.create({ account: "ann", tokenHash: "phone", nowMs: 3 });
    expect(await store.sessions.find("hash")).toMatchObject({ account: "ann", signedInMs: null, seenMs: 1 });
    expect((await store.sessions.find("phone"))?.account).toBe("ann");
  },

  "a session's hash can't be given to another account": async (store) => {
    await store.sessions.create({ account: "ann", tokenHash: "hash", nowMs: 1 });
    await store.sessions.create({ account: "eve", tokenHash: "hash", nowMs: 2 });
    expect((await store.sessions.find("hash"))?.account).toBe("ann");
  },

  "who signs in gets a session in place of the one before, and it ends for its account alone": async (
    store,
  ) => {
    await store.sessions.create({ account: "ann", tokenHash: "before", nowMs: 1 });
    const first = {
      account: "ann",
      person: null,
      tokenHash: "laptop",
      agent: "Firefox on Linux",
      replaces: "before",
      nowMs: 2,
    };
    await store.sessions.signIn(first);
    await store.sessions.signIn({ ...first, tokenHash: "phone", replaces: null, nowMs: 3 });
    await store.sessions.see("laptop", 4);
    expect(await store.sessions.find("before")).toBeNull();
    const laptop = { account: "ann", agent: "Firefox on Linux", createdMs: 2, signedInMs: 2, seenMs: 4 };
    expect((await store.sessions.list("ann"))[0]).toEqual({ tokenHash: "laptop", ...laptop });
    expect(await store.sessions.end("eve", "laptop")).toBeFalse();
    expect(await store.sessions.end("ann", "laptop")).toBeTrue();
    expect((await store.sessions.list("ann")).map((row) => row.tokenHash)).toEqual(["phone"]);
  },

  "all who are signed in can be signed out at once, and the rest stay": async (store) => {
    await store.sessions.create({ account: "ann", tokenHash: "anonymous", nowMs: 1 });
    const phone = { account: "bob", tokenHash: "phone", agent: "Safari", replaces: null, nowMs: 2 };
    await store.sessions.signIn({ ...phone, person: null });
    expect(await store.sessions.endSignedIn()).toBe(1);
    expect(await store.sessions.find("phone")).toBeNull();
    expect((await store.sessions.find("anonymous"))?.account).toBe("ann");
  },

  "a setting of the server is what it was set to last": async (store) => {
    expect(await store.settings.find("a")).toBeNull();
    await store.settings.set("a", "1");
    await store.settings.set("a", "2");
    expect(await store.settings.find("a")).toBe("2");
  },

  "a closed store rejects, and closing it again does nothing": async (store) => {
    await store.close();
    await store.close();
    expect(store.turns.send(turn(1, null))).rejects.toMatchObject({ code: "store.closed" });
    expect(listed(store, "ann", 1)).rejects.toMatchObject({ code: "store.closed" });
    expect(store.generations.checkpoint([])).rejects.toMatchObject({ code: "store.closed" });
  },
};
