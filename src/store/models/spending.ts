/** What replies and side calls took, as it is counted and read. */
import type { ModelRef, Receipt } from "../../domain.ts";

/** Unknown tokens and costs count as none: `unpriced` is of how many runs. Estimates are among the cost. */
export type Spending = {
  runs: number;
  tokensIn: number;
  tokensOut: number;
  costUsd: number;
  estimatedUsd: number;
  unpriced: number;
};

export type EndedRun = { day: string; model: ModelRef; receipt: Receipt };

export type ModelUsage = Spending & { day: string; endpoint: string; model: string };

export type ConversationUsage = Spending & { id: string; title: string };

/** `kind` tells replies from side calls. Unknown tokens and costs count as none. */
export type Usage = {
  kind: "reply" | "title";
  runs: number;
  tokensIn: number;
  tokensOut: number;
  costUsd: number;
};

export type SpendingStore = {
  /** Newest day first, from that day on (UTC, "2026-01-31"). It outlives the conversations it comes from. */
  byModel(account: string, since: string, limit: number): Promise<ModelUsage[]>;
  /** One more ended run, of a conversation that is not kept here. */
  add(account: string, run: EndedRun): Promise<void>;
  /** What calls for titles took, from that day on. */
  titles(account: string, since: string): Promise<Spending>;
  /** Of the newest conversations, the dearest first. */
  byConversation(account: string, limit: number): Promise<ConversationUsage[]>;
};
