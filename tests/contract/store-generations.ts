/** The store's contract: what runs leave behind, and their one end. */
import { expect } from "bun:test";
import type { Failure, Part } from "../../src/domain.ts";
import { created, ending, generation, growth, receipt, talk, turn, type Contract } from "./store-inputs.ts";

export const generationsContract: Contract = {
  "a running reply reads as its checkpoints so far, reasoning first": async (store) => {
    await store.turns.send(turn(1, null));
    await store.generations.checkpoint([growth("g1", 2, "", "Let me ")]);
    await store.generations.checkpoint([growth("g1", 3, "Hel", "think.")]);
    await store.generations.checkpoint([growth("g1", 4, "lo")]);
    const reply = (await store.conversations.read("ann", "c"))?.messages[1];
    expect(reply?.parts).toEqual([
      { type: "reasoning", text: "Let me think.", durationMs: null },
      { type: "text", text: "Hello" },
    ]);
    expect(reply?.generation).toMatchObject({ state: "running", seq: 4, receipt: null });
    expect((await store.conversations.find("ann", "c"))?.revision).toBe(1);
  },

  "a checkpoint that goes backwards, or comes after the end, changes nothing": async (store) => {
    await store.turns.send(turn(1, null));
    await store.generations.checkpoint([growth("g1", 5, "five")]);
    await store.generations.checkpoint([
      growth("g1", 5, "again"),
      growth("g1", 4, "back"),
      growth("nobody", 1, "x"),
    ]);
    const read = async () => (await store.conversations.read("ann", "c"))?.messages[1];
    expect(await read()).toMatchObject({ parts: [{ type: "text", text: "five" }], generation: { seq: 5 } });
    await store.generations.finish(ending("g1", { seq: 6 }));
    await store.generations.checkpoint([growth("g1", 7, "late")]);
    expect(await read()).toMatchObject({
      parts: [{ type: "text", text: "Answer" }],
      generation: { seq: 6 },
    });
  },

  "an end writes the message, the receipt and the failure, and they read back": async (store) => {
    await store.turns.send(turn(1, null));
    const parts: Part[] = [
      { type: "reasoning", text: "Hm.", durationMs: 40 },
      { type: "text", text: "" },
    ];
    const failure: Failure = {
      kind: "rate_limited",
      status: 429,
      detail: "Slow down",
      provider: "groq",
      retryAfterMs: 2000,
    };
    const unknown = { ...receipt, provider: null, finishReason: null, firstTokenMs: null, tokensIn: null };
    const done = await store.generations.finish(
      ending("g1", { state: "failed", parts, failure, receipt: { ...unknown, costUsd: null } }),
    );
    const thread = await store.conversations.read("ann", "c");
    expect(thread?.messages[1]).toMatchObject({ parts, generation: { state: "failed", seq: 3, failure } });
    expect(thread?.messages[1]?.generation?.receipt).toEqual({ ...unknown, costUsd: null });
    expect(thread?.conversation.revision).toBe(2);
    expect([done?.conversation, done?.message]).toEqual([thread?.conversation, thread?.messages[1]]);
  },

  "an end that says nothing of the message leaves it as it is": async (store) => {
    await store.turns.send(turn(1, null));
    await store.generations.finish(ending("g1", { state: "stopped" }));
    const resume = { owner: "ann", message: "a1", generation: generation(2), nowMs: 1 };
    expect(await store.turns.resume(resume)).toMatchObject({ status: "created" });
    const done = await store.generations.finish(ending("g2", { state: "interrupted", seq: 0, parts: null }));
    expect(done?.message).toMatchObject({
      parts: [{ type: "text", text: "Answer" }],
      generation: { id: "g2", state: "interrupted", seq: 0 },
    });
  },

  "of many ends at once one wins, and all that it says is what is kept": async (store) => {
    await store.turns.send(turn(1, null));
    const states = ["stopped", "complete", "failed", "interrupted"] as const;
    const ends = states.map((state) => ending("g1", { state, parts: [{ type: "text", text: state }] }));
    const results = await Promise.all(ends.map((end) => store.generations.finish(end)));
    const winners = states.filter((_, index) => results[index] !== null);
    expect(winners).toHaveLength(1);
    const thread = await store.conversations.read("ann", "c");
    expect(thread?.messages[1]).toMatchObject({
      parts: [{ type: "text", text: winners[0] }],
      generation: { state: winners[0] },
    });
    expect(thread?.conversation.revision).toBe(2);
    expect(await store.generations.finish(ending("nobody"))).toBeNull();
  },

  "what ended early can be continued: its text stays and grows": async (store) => {
    await store.turns.send(turn(1, null));
    const half: Part[] = [
      { type: "reasoning", text: "First.", durationMs: 7 },
      { type: "text", text: "Half of " },
    ];
    await store.generations.finish(ending("g1", { state: "stopped", parts: half }));
    const resume = { owner: "ann", message: "a1", generation: generation(2), nowMs: 2000 };
    const result = await store.turns.resume(resume);
    expect(created(result).messages[1]).toMatchObject({
      parts: half,
      generation: { id: "g2", state: "running" },
    });
    expect(created(result).conversation).toMatchObject({ leaf: "a1", revision: 3 });
    await store.generations.checkpoint([growth("g2", 1, "it", " Second.")]);
    expect((await store.conversations.read("ann", "c"))?.messages[1]?.parts).toEqual([
      { type: "reasoning", text: "First. Second.", durationMs: 7 },
      { type: "text", text: "Half of it" },
    ]);
    expect(await store.turns.resume(resume)).toEqual({ status: "exists", conversation: "c" });
  },

  "what runs, ended whole, or was answered can't be continued; what was cut by its length can": async (
    store,
  ) => {
    let runs = 10;
    const resume = (message: string) => {
      runs += 1;
      return store.turns.resume({ owner: "ann", message, generation: generation(runs), nowMs: 1 });
    };
    await store.turns.send(turn(1, null));
    expect(await resume("a1")).toEqual({ status: "refused" });
    await store.generations.finish(ending("g1", { receipt: { ...receipt, finishReason: "content_filter" } }));
    expect(await resume("a1")).toEqual({ status: "refused" });
    expect(await resume("u1")).toEqual({ status: "missing" });
    for (const state of ["stopped", "failed", "interrupted"] as const) {
      await store.turns.send(turn(state, "a1"));
      await store.generations.finish(ending(`g${state}`, { state }));
      expect(await resume(`a${state}`)).toMatchObject({ status: "created" });
    }
    await store.turns.send(turn(2, "a1"));
    await store.generations.finish(ending("g2", { receipt: { ...receipt, finishReason: "length" } }));
    expect(await resume("a2")).toMatchObject({ status: "created" });
    await store.generations.finish(ending(`g${runs}`, { state: "stopped" }));
    await store.turns.send(turn(3, "a2"));
    expect(await resume("a2")).toEqual({ status: "refused" });
    const taken = { owner: "ann", message: "a2", generation: generation(1), nowMs: 1 };
    expect(await store.turns.resume(taken)).toEqual({ status: "taken" });
  },

  "a dead process's runs end as interrupted with their checkpoints; one's own go on": async (store) => {
    await store.turns.send(turn(1, null, { generation: generation(1, "dead"), nowMs: 1000 }));
    await store.turns.send(turn(2, null, { conversation: "d", generation: generation(2, "self") }));
    await store.generations.renew("dead", 2000);
    await store.generations.renew("self", 9000);
    await store.generations.checkpoint([growth("g1", 1, "Half", "Hm.")], 1250);
    await store.generations.checkpoint([growth("g1", 2, " done")], 1500);
    const ended = await store.generations.recover({ nowMs: 5000, self: "self" });
    expect(ended).toEqual([{ owner: "ann", conversation: "c", message: "a1", generation: "g1" }]);
    const thread = await store.conversations.read("ann", "c");
    expect(thread?.conversation.revision).toBe(2);
    expect(thread?.messages[1]?.parts).toEqual([
      { type: "reasoning", text: "Hm.", durationMs: null },
      { type: "text", text: "Half done" },
    ]);
    expect(thread?.messages[1]?.generation).toMatchObject({ state: "interrupted", seq: 2, failure: null });
    expect(thread?.messages[1]?.generation?.receipt).toMatchObject({
      durationMs: 500,
      tokensOut: null,
      calls: 1,
    });
    expect(await store.generations.recover({ nowMs: 5000, self: "self" })).toEqual([]);
    expect(await store.generations.count()).toMatchObject({ running: 1, interrupted: 1 });
    const resume = { owner: "ann", message: "a1", generation: generation(3, "self"), nowMs: 1 };
    expect(await store.turns.resume(resume)).toMatchObject({ status: "created" });
  },

  "what runs took is counted by account and UTC day, once for each end": async (store) => {
    await talk(store, 2);
    await store.generations.finish(ending("g2"));
    await store.turns.send(turn(3, "a2"));
    const nextDay = Date.UTC(2026, 1, 1);
    await store.generations.finish(ending("g3", { receipt: { ...receipt, tokensIn: null }, nowMs: nextDay }));
    expect(await store.usage.list("ann", "2026-01-31")).toEqual([
      { kind: "reply", runs: 2, tokensIn: 20, tokensOut: 40, costUsd: 0.5 },
    ]);
    expect(await store.usage.list("ann", "2026-02-01")).toMatchObject([
      { runs: 1, tokensIn: 0, tokensOut: 20 },
    ]);
    expect(await store.usage.list("bob", "2026-01-31")).toEqual([]);
  },

  "halves of emojis, NUL and a fraction of a millisecond are kept or rounded, never refused": async (
    store,
  ) => {
    const odd = "\ud83d|\0|\udc00 ‮ \u2028 '\"\\";
    const message = { id: "u1", parts: [{ type: "text" as const, text: odd }] };
    await store.turns.send(turn(1, null, { message, title: odd }));
    expect(await store.turns.send(turn(1, null, { message }))).toMatchObject({ status: "exists" });
    await store.generations.checkpoint([growth("g1", 1, "\ud83d", odd)]);
    await store.generations.checkpoint([growth("g1", 2, "\ude00\0")]);
    const read = async () => (await store.conversations.read("ann", "c"))?.messages ?? [];
    expect((await read())[0]?.parts).toEqual(message.parts);
    expect((await read())[1]?.parts).toEqual([
      { type: "reasoning", text: odd, durationMs: null },
      { type: "text", text: "😀\0" },
    ]);
    await store.generations.finish(
      ending("g1", { parts: message.parts, receipt: { ...receipt, durationMs: 1.6 } }),
    );
    expect((await read())[1]).toMatchObject({
      parts: message.parts,
      generation: { receipt: { durationMs: 2 } },
    });
  },
};
