/** What is left of a day's budget, under the composer and on the page of what replies took. */
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";

export type BudgetData = {
  caps: { turns: number | null; tokens: number | null; costUsd: number | null };
  spent: { turns: number; tokens: number; costUsd: number };
  nowMs: number;
};

/** `isSpent`: nothing more is answered today; `anew` says when it is. */
export type BudgetView = { text: string; isSpent: boolean; anew: string };

/** Null: there is no budget. */
export function budgetView(data: BudgetData | null, words: Words): BudgetView {
  if (data === null) return { text: "", isSpent: false, anew: "" };
  const { caps, spent, nowMs } = data;
  const said = words.budget;
  const told = measures.flatMap((measure) => {
    const cap = caps[measure];
    if (cap === null) return [];
    const amount = measure === "costUsd" ? cents : words.count;
    return [fill(said[measure], { spent: amount(spent[measure], words), cap: amount(cap, words) }, words)];
  });
  const isSpent = measures.some((measure) => spent[measure] >= (caps[measure] ?? Infinity) - 1e-9);
  const hours = Math.ceil((86_400_000 - (nowMs % 86_400_000)) / 3_600_000);
  const text = told.length === 0 ? "" : fill(said.today, { told: told.join(", ") }, words);
  return { text, isSpent, anew: said.anew(hours) };
}

/** Of a sum that is counted down to, no more than the cent is told. */
function cents(usd: number, { dollars }: Words): string {
  return dollars(Math.round(usd * 100) / 100);
}

const measures = ["turns", "tokens", "costUsd"] as const;
