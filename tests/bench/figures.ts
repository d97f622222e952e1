/** What was measured, round by round, and what it comes to: medians, bars and whether they are reached. */
import { quantile } from "./usage.ts";
import type { PeerName } from "./peers/peers.ts";

export type Unit = "ms" | "s" | "us" | "perSecond" | "MB" | "KB" | "bytes" | "count" | "times" | "cores";

/** Peers, and further columns that only some phases have. */
export type Subject = PeerName | "banterSource" | "hello";

/** `note` stands beside the value, such as that the server was full. */
export type Measured = {
  phase: string;
  figure: string;
  unit: Unit;
  subject: Subject;
  value: number;
  note?: string;
};

export type Cell = { median: number; rounds: number[]; note: string | null };

export type Row = {
  phase: string;
  figure: string;
  unit: Unit;
  cells: Partial<Record<Subject, Cell>>;
};

/** In the order in which they came first. */
export function toRows(measured: Measured[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { phase, figure, unit, subject, value, note } of measured) {
    const key = `${phase} ${figure}`;
    const row: Row = rows.get(key) ?? { phase, figure, unit, cells: {} };
    rows.set(key, row);
    const rounds = [...(row.cells[subject]?.rounds ?? []), value];
    row.cells[subject] = { median: median(rounds), rounds, note: note ?? row.cells[subject]?.note ?? null };
  }
  return [...rows.values()];
}

/** Of an even number, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [lower = Number.NaN, upper = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}

/**
 * What Banter's figure is held to: at most or at least so much, or so many times what `of` has in the same row, or in
 * `figure` of the same phase; `plus` is in the row's unit.
 */
export type Bar = {
  figure: string;
  bound: "atMost" | "atLeast";
  times: number;
  of?: Subject;
  ofFigure?: string;
  plus?: number;
};

export type Verdict = {
  bar: Bar;
  /** Null where one of the two was not measured. */
  isMet: boolean | null;
  /** Banter's figure by the other's. */
  ratio: number | null;
};

export function judge(bar: Bar, rows: Row[]): Verdict {
  const row = rows.find(({ figure }) => figure === bar.figure);
  const value = row?.cells.banter?.median;
  const reference = bar.of === undefined ? 1 : referenceOf(bar, bar.of, rows);
  if (value === undefined || reference === undefined || Number.isNaN(value + reference))
    return { bar, isMet: null, ratio: null };
  const bound = bar.times * reference + (bar.plus ?? 0);
  const isMet = bar.bound === "atMost" ? value <= bound : value >= bound;
  return { bar, isMet, ratio: bar.of === undefined ? null : value / reference };
}

function referenceOf({ figure, ofFigure = figure }: Bar, of: Subject, rows: Row[]): number | undefined {
  return rows.find((row) => row.figure === ofFigure)?.cells[of]?.median;
}

export type Spread = { p50Ms: number; p99Ms: number };

export function spread(valuesMs: number[]): Spread {
  return { p50Ms: quantile(valuesMs, 0.5), p99Ms: quantile(valuesMs, 0.99) };
}
