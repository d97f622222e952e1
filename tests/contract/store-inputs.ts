/** What the store's tests write: short ids, and all the rest filled in. */
import type { Receipt } from "../../src/domain.ts";
import type { Store, Thread } from "../../src/store/store.ts";
import type { ConversationRow } from "../../src/store/conversations/list-store.ts";
import type { Checkpoint, FinishInput } from "../../src/store/generations/generation-store.ts";
import type { SendInput, TurnResult } from "../../src/store/turns/turn-store.ts";

export type Open = () => Promise<Store>;

/** What a store does, by name; each is tried on an empty one. */
export type Contract = Record<string, (store: Store) => Promise<void>>;

/** Turn "1" is the user message u1, the reply a1 and the generation g1, each prefixed where `at` says so. */
export function turn(n: number | string, parent: string | null, given: Partial<SendInput> = {}): SendInput {
  return {
    owner: "ann",
    conversation: "c",
    title: `Title ${n}`,
    parent,
    message: { id: `u${n}`, parts: [{ type: "text", text: `Question ${n}` }] },
    reply: { id: `a${n}` },
    generation: generation(n),
    nowMs: 1000,
    ...given,
  };
}

export function generation(n: number | string, process = "p") {
  return { id: `g${n}`, process, model: { endpoint: "demo", id: "eliza" } };
}

export const receipt: Receipt = {
  provider: "groq",
  finishReason: "stop",
  waitedMs: 3000,
  firstTokenMs: 120,
  durationMs: 900,
  tokensIn: 10,
  tokensOut: 20,
  costUsd: 0.25,
  calls: 1,
};

export function ending(generation: string, given: Partial<FinishInput> = {}): FinishInput {
  return {
    generation,
    state: "complete",
    seq: 3,
    parts: [{ type: "text", text: "Answer" }],
    receipt,
    failure: null,
    nowMs: Date.UTC(2026, 0, 31, 23, 59),
    isUnread: false,
    ...given,
  };
}

export function growth(generation: string, seq: number, text: string, reasoning = ""): Checkpoint {
  return { generation, seq, text, reasoning };
}

/** The thread of a turn that must have been written. */
export function created(result: TurnResult): Thread {
  if (result.status !== "created") throw new Error(`expected a turn, got ${JSON.stringify(result)}`);
  return result.thread;
}

/** What is neither pinned, archived nor deleted, newest turn first. */
export async function listed(store: Store, owner: string, limit = 9): Promise<ConversationRow[]> {
  return (await store.lists.page(owner, "recent", { after: null, limit })).rows;
}

export function ids(thread: Thread | null): string[] {
  return (thread?.messages ?? []).map((message) => message.id);
}

/** A conversation of `count` turns, each finished, each below the one before. */
export async function talk(store: Store, count: number, given: Partial<SendInput> = {}): Promise<void> {
  const prefix = given.conversation ?? "";
  for (let n = 1; n <= count; n += 1) {
    await store.turns.send(turn(`${prefix}${n}`, n === 1 ? null : `a${prefix}${n - 1}`, given));
    await store.generations.finish(ending(`g${prefix}${n}`));
  }
}
