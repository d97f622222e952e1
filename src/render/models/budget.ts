/** What is left of a day's budget, under the composer and on the page of what replies took. */

export type BudgetData = {
  caps: { turns: number | null; tokens: number | null; costUsd: number | null };
  spent: { turns: number; tokens: number; costUsd: number };
  nowMs: number;
};

/** `isSpent`: nothing more is answered today; `anew` says when it is. */
export type BudgetView = { text: string; isSpent: boolean; anew: string };

/** Null: there is no budget. */
export function budgetView(data: BudgetData | null): BudgetView {
  if (data === null) return { text: "", isSpent: false, anew: "" };
  const { caps, spent, nowMs } = data;
  const turns = caps.turns === null ? [] : [`${count(spent.turns)} of ${count(caps.turns)} turns`];
  const tokens = caps.tokens === null ? [] : [`${count(spent.tokens)} of ${count(caps.tokens)} tokens`];
  const dollars =
    caps.costUsd === null ? [] : [`$${spent.costUsd.toFixed(2)} of $${caps.costUsd.toFixed(2)}`];
  const told = [...turns, ...tokens, ...dollars];
  const measures = ["turns", "tokens", "costUsd"] as const;
  const isSpent = measures.some((measure) => spent[measure] >= (caps[measure] ?? Infinity) - 1e-9);
  const hours = Math.ceil((86_400_000 - (nowMs % 86_400_000)) / 3_600_000);
  const anew = `A new day begins at midnight UTC, in ${hours === 1 ? "an hour" : `${hours} hours`}.`;
  return { text: told.length === 0 ? "" : `${told.join(", ")} today`, isSpent, anew };
}

function count(value: number): string {
  return value.toLocaleString("en");
}
