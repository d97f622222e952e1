/** What replies took: totals, a chart of days, and tables of the same. */
import type { ModelRef } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import { budgetView, type BudgetData, type BudgetView } from "./budget.ts";
import type { PageHead } from "../views.ts";

export type Spending = {
  runs: number;
  tokensIn: number;
  tokensOut: number;
  costUsd: number;
  estimatedUsd: number;
  unpriced: number;
};

export type ModelUsage = Spending & { day: string; endpoint: string; model: string };
export type ConversationUsage = Spending & { id: string; title: string };

type RowView = {
  name: string;
  href: string | null;
  runs: string;
  tokensIn: string;
  tokensOut: string;
  cost: string;
};

export type UsageView = PageHead & {
  isEmpty: boolean;
  budget: BudgetView;
  /** What its page is called; null where people bring no tokens of their own. */
  token: string | null;
  chart: { width: number; bars: BarView[]; top: string };
  tables: { caption: string; first: string; rows: RowView[] }[];
  note: string;
};

type BarView = { x: number; y: number; height: number; label: string };

export type UsageData = {
  byModel: ModelUsage[];
  byConversation: ConversationUsage[];
  /** What calls for titles took, which no reply asked for. */
  titles: Spending;
};

export function usageView(
  { byModel, byConversation, titles }: UsageData,
  nowMs: number,
  words: Words,
  budget: BudgetData | null = null,
  token: string | null = null,
): UsageView {
  const said = words.usage;
  const days = lastDays(nowMs);
  const recent = byModel.filter(({ day }) => days.includes(day));
  const perDay = grouped(recent, ({ day }) => day);
  const table = (caption: string, first: string, groups: Map<string, Spending>) => {
    return { caption, first, rows: [...groups].map(([name, sum]) => rowOf(name, sum, words)) };
  };
  const all = [...byModel].reduce(plus, nothing);
  return {
    title: `${said.title} · Banter`,
    heading: said.heading,
    scripted: false,
    refreshes: false,
    isEmpty: byModel.length === 0,
    budget: budgetView(budget, words),
    token,
    chart: chartOf(days, perDay, words),
    tables: [
      table(said.perDay, said.day, perDay),
      table(said.perModel, said.model, byCost(grouped(recent, nameOf))),
      {
        caption: said.besides,
        first: said.callsFor,
        rows: titles.runs === 0 ? [] : [rowOf(said.titles, titles, words)],
      },
      table(
        said.perMonth,
        said.month,
        grouped(byModel, ({ day }) => day.slice(0, 7)),
      ),
      {
        caption: said.perConversation,
        first: said.conversation,
        rows: byConversation.map((each) => rowOf(each.title, each, words, `/conversations/${each.id}`)),
      },
    ],
    note: noteOf(all, words),
  };
}

const daysShown = 30;
const barWidth = 20;
const chartHeight = 100;

function lastDays(nowMs: number): string[] {
  return Array.from({ length: daysShown }, (_, n) => {
    return new Date(nowMs - (daysShown - 1 - n) * 86_400_000).toISOString().slice(0, 10);
  });
}

/** By dollars; where nothing has a price, by tokens. */
function chartOf(days: string[], perDay: Map<string, Spending>, words: Words): UsageView["chart"] {
  const sums = days.map((day) => perDay.get(day) ?? nothing);
  const isPriced = sums.some(({ costUsd }) => costUsd > 0);
  const size = (sum: Spending) => (isPriced ? sum.costUsd : sum.tokensIn + sum.tokensOut);
  const told = (sum: Spending) =>
    isPriced ? words.dollars(sum.costUsd) : fill(words.usage.tokens, { count: size(sum) }, words);
  const most = Math.max(...sums.map(size), Number.MIN_VALUE);
  const top = sums.reduce((a, b) => (size(b) > size(a) ? b : a), nothing);
  const bars = sums.map((sum, n) => {
    const height = Math.round((size(sum) / most) * chartHeight * 10) / 10;
    return { x: n * barWidth + 2, y: chartHeight - height, height, label: `${days[n]}: ${told(sum)}` };
  });
  return { width: days.length * barWidth, bars, top: told(top) };
}

const nothing: Spending = { runs: 0, tokensIn: 0, tokensOut: 0, costUsd: 0, estimatedUsd: 0, unpriced: 0 };

function plus(a: Spending, b: Spending): Spending {
  return {
    runs: a.runs + b.runs,
    tokensIn: a.tokensIn + b.tokensIn,
    tokensOut: a.tokensOut + b.tokensOut,
    costUsd: a.costUsd + b.costUsd,
    estimatedUsd: a.estimatedUsd + b.estimatedUsd,
    unpriced: a.unpriced + b.unpriced,
  };
}

function grouped(rows: ModelUsage[], nameOfRow: (row: ModelUsage) => string): Map<string, Spending> {
  const groups = new Map<string, Spending>();
  for (const row of rows) groups.set(nameOfRow(row), plus(groups.get(nameOfRow(row)) ?? nothing, row));
  return groups;
}

function byCost(groups: Map<string, Spending>): Map<string, Spending> {
  return new Map([...groups].toSorted(([, a], [, b]) => b.costUsd - a.costUsd || b.tokensOut - a.tokensOut));
}

function nameOf({ model, endpoint }: { model: ModelRef["id"]; endpoint: string }): string {
  return `${model} (${endpoint})`;
}

/** A sum with an estimate in it is one; where no price is known at all, none is told. */
function rowOf(name: string, sum: Spending, words: Words, href: string | null = null): RowView {
  const cost =
    sum.unpriced === sum.runs ? "–" : `${sum.estimatedUsd > 0 ? "≈ " : ""}${words.dollars(sum.costUsd)}`;
  const counts = {
    runs: words.count(sum.runs),
    tokensIn: words.count(sum.tokensIn),
    tokensOut: words.count(sum.tokensOut),
  };
  return { name, href, ...counts, cost };
}

function noteOf({ unpriced, runs, estimatedUsd }: Spending, words: Words): string {
  const { estimate, unpriced: unknown, utc } = words.usage;
  const notes = [
    estimatedUsd > 0 ? estimate : "",
    unpriced > 0 ? fill(unknown, { count: unpriced, all: runs }, words) : "",
    utc,
  ];
  return notes.filter((note) => note !== "").join(" ");
}
