/** What a turn may cost: kept for it at the dearest price when it is written, and settled when it ends. */
import type { FilePart, ModelRef } from "../domain.ts";
import { refuse, type AppError } from "../errors.ts";
import type { UnreadRequest } from "./files/fill.ts";
import type { ChatRequest } from "../inference/provider.ts";
import type { BudgetAsk, Budgets, Over, Reservation } from "../store/budget/budget.ts";
import { requestOf, type RequestLimits, type RequestSettings } from "./request.ts";

/** US dollars a token. */
export type TokenPrice = { usdIn: number; usdOut: number };

export type BudgetParts = {
  budgets: Budgets;
  settings: RequestSettings;
  limits: RequestLimits;
  /** What a model holds, in tokens; null where nobody tells. */
  contextOf(model: ModelRef): number | null;
  takesImages(model: ModelRef): boolean | null;
  /** The dearest that may be asked for a model; null where nobody tells. */
  dearest(model: ModelRef, usdOutMax?: number): TokenPrice | null;
  now(): number;
};

/** Undefined where there is no budget: nothing is counted then. */
export function budgetAsk(parts: BudgetParts, model: ModelRef): BudgetAsk | undefined {
  const { budgets, settings, limits, now } = parts;
  if (!hasBudget(budgets)) return undefined;
  // What has no price is refused before anything is read.
  priceFor(parts, model);
  return {
    budgets,
    refused: (over) => exceeded(over, budgets, now()),
    reservationOf({ conversation, messages }) {
      const { parameters } = conversation;
      const [contextTokens, takesImages] = [parts.contextOf(model), parts.takesImages(model)];
      const asked = { path: messages, parameters, model, contextTokens, takesImages };
      const { request } = requestOf(settings, limits, asked);
      return reservationFor(request, priceFor(parts, model, parameters.usdOutMax), now(), 1);
    },
  };
}

/** For calls on the side, which are no turns. */
export function sideReservation(
  parts: BudgetParts,
  model: ModelRef,
  request: ChatRequest,
): Reservation | null {
  return hasBudget(parts.budgets) ? reservationFor(request, priceFor(parts, model), parts.now(), 0) : null;
}

export function hasBudget({ account, all }: Budgets): boolean {
  return [account, all].some((caps) => Object.values(caps).some((cap) => cap !== null));
}

/** Budgets go by days of UTC. */
export function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

function reservationFor(request: UnreadRequest, price: TokenPrice, nowMs: number, turns: 0 | 1): Reservation {
  const bytes = request.messages.reduce((sum, { content, files = [] }) => {
    return sum + Buffer.byteLength(content) + files.reduce((all, file) => all + bytesAs(file), 0);
  }, 0);
  // A token has three to four bytes of most languages, and seldom less than two of any; each message has a frame.
  const tokensIn = Math.ceil(bytes / 2) + 16 * request.messages.length;
  return { day: dayOf(nowMs), turns, tokensIn, tokensOut: request.maxTokens, ...price };
}

/** An image counts as a text that takes twice its estimate: no model known here takes more. */
function bytesAs(file: FilePart): number {
  return file.type === "image" ? 4 * file.tokens : file.bytes;
}

function priceFor({ budgets, dearest }: BudgetParts, model: ModelRef, usdOutMax?: number): TokenPrice {
  const price = dearest(model, usdOutMax);
  if (price !== null) return price;
  const isInDollars = budgets.account.costUsd !== null || budgets.all.costUsd !== null;
  // Whoever runs a server of his own is asked for no dollars.
  if (!isInDollars || model.endpoint !== "huggingface") return { usdIn: 0, usdOut: 0 };
  throw refuse("budget.unpriced", "unpriced");
}

/** One sentence for whose budget it is and what of; the hours are those until midnight UTC. */
function exceeded({ whose, measure }: Over, budgets: Budgets, nowMs: number): AppError {
  const hours = Math.ceil((86_400_000 - (nowMs % 86_400_000)) / 3_600_000);
  const cap = budgets[whose][measure] ?? 0;
  const values = { cap: measure === "costUsd" ? cap.toFixed(2) : cap, hours };
  return refuse("budget.exceeded", sentences[whose][measure], values);
}

const sentences = {
  account: { turns: "ownTurns", tokens: "ownTokens", costUsd: "ownCost" },
  all: { turns: "allTurns", tokens: "allTokens", costUsd: "allCost" },
} as const;
