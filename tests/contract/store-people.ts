/** The store's contract: whom accounts belong to, what they took, and who is blocked. */
import { expect } from "bun:test";
import type { AccountsAsked } from "../../src/store/people/people-store.ts";
import type { Store } from "../../src/store/store.ts";
import { ending, receipt, talk, turn, type Contract } from "./store-inputs.ts";

const asked: AccountsAsked = {
  ...{ query: "", order: "seen", after: 0, limit: 9 },
  ...{ today: "2026-01-31", month: "2026-01-01", seenSinceMs: 0 },
};

async function signIn(store: Store, account: string, nowMs: number, name: string | null = account) {
  const person = { subject: `subject-of-${account}`, name };
  const session = { tokenHash: `${account}-${nowMs}`, agent: "Firefox", replaces: null };
  await store.sessions.signIn({ account, person, ...session, nowMs });
}

const named = (page: { rows: { name: string | null }[] }) => page.rows.map(({ name }) => name);

export const peopleContract: Contract = {
  "an account has the name that its owner came by last, and nobody else has it any more": async (store) => {
    await signIn(store, "ann", 1, "first");
    await signIn(store, "ann", 2, "second");
    const row = { subject: "subject-of-ann", name: "second", blockedMs: null };
    expect(await store.people.find("ann")).toEqual(row);
    await signIn(store, "bob", 3, "second");
    expect(await store.people.find("ann")).toEqual({ ...row, name: null });
    expect(await store.people.find("nobody")).toBeNull();
    await store.accounts.end("bob", 4);
    expect(await store.people.find("bob")).toBeNull();
  },

  "accounts are listed with what their replies and titles took on a day and in its month": async (store) => {
    await signIn(store, "ann", 1);
    await signIn(store, "ann", 5);
    await signIn(store, "bob", 3);
    await talk(store, 1);
    const day = { model: { endpoint: "demo", id: "eliza" }, receipt };
    await store.spending.add("ann", { ...day, day: "2026-01-30" });
    await store.spending.add("ann", { ...day, day: "2025-12-31" });
    const title = { kind: "title", runs: 1, tokensIn: 5, tokensOut: 1, costUsd: 0.5 } as const;
    await store.usage.add("ann", "2026-01-31", title);
    const { rows, ...rest } = await store.people.list(asked);
    expect(rows.map(({ account, seenMs }) => [account, seenMs])).toEqual([
      ["ann", 5],
      ["bob", 3],
    ]);
    const [today, month] = [
      { replies: 1, tokens: 36, costUsd: 0.75 },
      { replies: 2, tokens: 66, costUsd: 1 },
    ];
    expect(rows[0]).toMatchObject({ name: "ann", createdMs: 1, sessions: 2, today, month });
    expect(rows[1]?.month).toEqual({ replies: 0, tokens: 0, costUsd: 0 });
    expect(rest).toEqual({ count: 2, today, month });
    expect((await store.people.list({ ...asked, seenSinceMs: 3 })).rows[0]?.sessions).toBe(1);
  },

  "accounts are found by a part of their name or subject, in the order and the pages that are asked for":
    async (store) => {
      await signIn(store, "ann", 3, "Zoe");
      await signIn(store, "bob", 1, "100%");
      await signIn(store, "cat", 2, "1000");
      await store.people.block("bob", 7);
      const list = async (more: Partial<AccountsAsked>) =>
        named(await store.people.list({ ...asked, ...more }));
      expect(await list({})).toEqual(["Zoe", "1000", "100%"]);
      expect(await list({ order: "name" })).toEqual(["100%", "1000", "Zoe"]);
      expect(await list({ order: "blocked" })).toEqual(["100%", "Zoe", "1000"]);
      expect(await list({ after: 1, limit: 1 })).toEqual(["1000"]);
      expect(await list({ query: "zO" })).toEqual(["Zoe"]);
      expect(await list({ query: "00%" })).toEqual(["100%"]);
      expect(await list({ query: "of-ann" })).toEqual(["Zoe"]);
      expect(await list({ query: "nobody" })).toEqual([]);
      await store.accounts.end("ann", 9);
      expect(await list({})).toEqual(["1000", "100%"]);
    },

  "who is blocked is nobody who could write or sign in, keeps what is there, and is let in again": async (
    store,
  ) => {
    await signIn(store, "ann", 1);
    await talk(store, 1);
    await store.tokens.set("ann", "sealed", 1);
    expect((await store.people.block("ann", 9))?.sessions).toEqual(expect.arrayContaining(["ann-1"]));
    expect(await store.sessions.find("ann-1")).toBeNull();
    expect(await store.tokens.find("ann")).toBeNull();
    expect((await store.people.find("ann"))?.blockedMs).toBe(9);
    const late = [
      () => store.sessions.create({ account: "ann", tokenHash: "late", nowMs: 10 }),
      () => signIn(store, "ann", 10),
      () => store.turns.send(turn(7, "a1")),
      () => store.turns.send(turn(8, null, { conversation: "other" })),
    ];
    for (const write of late) expect(write).toThrow("This account is blocked here.");
    expect((await store.conversations.read("ann", "c"))?.messages).toHaveLength(2);
    // Once more is as once, and keeps its time.
    expect(await store.people.block("ann", 11)).toEqual({ sessions: [], links: [] });
    expect((await store.people.find("ann"))?.blockedMs).toBe(9);
    expect(await store.people.unblock("ann")).toBe(true);
    expect(await store.people.unblock("ann")).toBe(false);
    await signIn(store, "ann", 12);
    expect(await store.turns.send(turn(7, "a1"))).toMatchObject({ status: "created" });
    expect(await store.people.block("nobody", 13)).toBeNull();
  },

  "a run that is going when its owner is blocked comes to its end, and is kept": async (store) => {
    await store.turns.send(turn(1, null));
    await store.people.block("ann", 9);
    expect(await store.generations.finish(ending("g1", { state: "stopped" }))).toMatchObject({
      message: { generation: { state: "stopped" } },
    });
  },
};
