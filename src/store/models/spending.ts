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
