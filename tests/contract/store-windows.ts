/** The store's contract: the end of a long path, and the way up from there. */
import { expect } from "bun:test";
import type { Window } from "../../src/store/store.ts";
import { created, ids, talk, turn, type Contract } from "./store-inputs.ts";

const window = (given: Partial<Window>): Window => ({ step: 4, max: 100, from: null, ...given });

export const windowsContract: Contract = {
  "a window is a path's end, and tells where a step more begins": async (store) => {
    await talk(store, 5);
    const whole = await store.conversations.read("ann", "c");
    const end = await store.conversations.read("ann", "c", window({}));
    expect(ids(end)).toEqual(["u4", "a4", "u5", "a5"]);
    expect(end?.messages).toEqual(whole?.messages.slice(-4) ?? []);
    expect(end?.conversation).toEqual(whole?.conversation as never);
    expect(end?.earlier).toBe("u2");
    expect(whole?.earlier).toBeNull();
    const all = await store.conversations.read("ann", "c", window({ step: 10 }));
    expect([ids(all), all?.earlier]).toEqual([ids(whole), null]);
  },

  "a window begins with the message that is named, where that is on the path": async (store) => {
    await talk(store, 5);
    const read = async (from: string, max = 100) => {
      const thread = await store.conversations.read("ann", "c", window({ from, max }));
      return [ids(thread).length, ids(thread)[0], thread?.earlier];
    };
    expect(await read("a2")).toEqual([7, "a2", "u1"]);
    expect(await read("u1")).toEqual([10, "u1", null]);
    expect(await read("nowhere")).toEqual([4, "u4", "u2"]);
    expect(await read("u1", 6)).toEqual([6, "u3", "u1"]);
  },

  "what stands before a message is read in steps, up to the first": async (store) => {
    await talk(store, 5);
    const seen: string[][] = [];
    let before = "u4";
    for (let from: string | null = "u2"; from !== null;) {
      const thread = await store.conversations.read("ann", "c", window({ from, before }));
      seen.push(ids(thread));
      before = ids(thread)[0] ?? "";
      from = thread?.earlier ?? null;
    }
    expect(seen).toEqual([
      ["u2", "a2", "u3", "a3"],
      ["u1", "a1"],
    ]);
    await talk(store, 1, { conversation: "d" });
    expect(await store.conversations.read("ann", "c", window({ before: "ad1" }))).toBeNull();
    expect(await store.conversations.read("eve", "c", window({ before: "u4" }))).toBeNull();
  },

  "what comes after a message is counted, and named from there on": async (store) => {
    await talk(store, 5);
    expect(await store.conversations.below("ann", "c", "u2", 3)).toEqual({
      count: 7,
      after: ["a2", "u3", "a3"],
    });
    expect(await store.conversations.below("ann", "c", "a4", 3)).toEqual({ count: 2, after: ["u5", "a5"] });
    expect(await store.conversations.below("ann", "c", "a5", 3)).toEqual({ count: 0, after: [] });
    created(await store.turns.send(turn(6, "a3")));
    for (const [owner, id, message] of [
      ["ann", "c", "u4"],
      ["ann", "c", "nothing"],
      ["ann", "d", "u2"],
      ["eve", "c", "u2"],
    ] as const)
      expect(await store.conversations.below(owner, id, message, 3)).toBeNull();
  },

  "a window shows the versions of its messages, and the branch on show": async (store) => {
    await talk(store, 3);
    created(await store.turns.send(turn(4, "a2")));
    const thread = await store.conversations.read("ann", "c", window({ step: 2 }));
    expect(ids(thread)).toEqual(["u4", "a4"]);
    expect(thread?.messages[0]?.siblings).toEqual(["u3", "u4"]);
    expect(thread?.earlier).toBe("u2");
  },
};
