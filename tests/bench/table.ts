/** Figures as Markdown: a table a phase, and one of the bars. */
import { type Bar, type Cell, type Row, type Subject, type Unit, type Verdict } from "./figures.ts";
import { peerTitles } from "./peers/peers.ts";

export type Machine = {
  processors: number;
  model: string;
  bun: string;
  loadBefore: number;
  loadAfter: number;
  tookS: number;
};

const titles: Record<Subject, string> = { ...peerTitles, banterSource: "Banter, source", hello: "“hello”" };

export function toMarkdown(rows: Row[], verdicts: Verdict[], told: string[], machine: Machine): string {
  const phases = Object.entries(Object.groupBy(rows, ({ phase }) => phase));
  const tables = phases.map(([phase, own = []]) => `### ${phase}\n\n${tableOf(own)}`);
  const { processors, model, bun, loadBefore, loadAfter, tookS } = machine;
  const about =
    `${processors} processors (${model}), Bun ${bun}; load average ${loadBefore.toFixed(1)} before and ` +
    `${loadAfter.toFixed(1)} after; took ${tookS.toFixed(0)} s.`;
  const judged = verdicts.filter(({ isMet }) => isMet !== null);
  const barTable = judged.length === 0 ? [] : [`### bars\n\n${barsTable(judged, rows)}`];
  return [...tables, ...barTable, [about, ...told].join("\n")].join("\n\n");
}

function tableOf(rows: Row[]): string {
  const order = Object.keys(titles) as Subject[];
  const subjects = order.filter((subject) => rows.some(({ cells }) => cells[subject] !== undefined));
  const head = ["", ...subjects.map((subject) => titles[subject])];
  const lines = rows.map(({ figure, unit, cells }) => {
    return [figure, ...subjects.map((subject) => show(cells[subject], unit))];
  });
  return markdown(head, lines);
}

function barsTable(verdicts: Verdict[], rows: Row[]): string {
  const lines = verdicts.map(({ bar, isMet, ratio }) => {
    const row = rows.find(({ figure }) => figure === bar.figure);
    const unit = row?.unit ?? "count";
    const value = show(row?.cells.banter, unit);
    return [
      bar.figure,
      value,
      ratio === null ? "" : `${ratio.toFixed(2)}×`,
      inWords(bar, unit),
      isMet ? "✓" : "✗",
    ];
  });
  return markdown(["", "Banter", "ratio", "bar", ""], lines);
}

function inWords({ figure, bound, times, of, ofFigure, plus = 0 }: Bar, unit: Unit): string {
  const sign = bound === "atMost" ? "≤" : "≥";
  if (of === undefined) return `${sign} ${inUnit(times, unit)}`;
  const factor = times === 1 ? "" : `${times >= 1 ? times : Number(times.toFixed(2))}× `;
  const more = plus === 0 ? "" : ` + ${inUnit(plus, unit)}`;
  const where = ofFigure === undefined || ofFigure === figure ? "" : `, “${ofFigure}”`;
  return `${sign} ${factor}${titles[of]}${more}${where}`;
}

function markdown(head: string[], lines: string[][]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function show(cell: Cell | undefined, unit: Unit): string {
  if (cell === undefined) return "";
  const value = inUnit(cell.median, unit);
  return cell.note === null ? value : `${value} (${cell.note})`;
}

export function inUnit(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return "–";
  switch (unit) {
    case "ms":
      return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
    case "us":
      return `${value.toFixed(value < 10 ? 2 : 1)} µs`;
    case "s":
      return `${value.toFixed(1)} s`;
    case "perSecond":
      return `${Math.round(value).toLocaleString("en")}/s`;
    case "MB":
      return `${value.toFixed(value < 10 ? 1 : 0)} MB`;
    case "KB":
      return `${value.toFixed(value < 100 ? 1 : 0)} KB`;
    case "bytes":
      return `${value.toFixed(0)} B`;
    case "count":
      return Math.round(value).toLocaleString("en");
    case "times":
      return `${value.toFixed(2)}×`;
    case "cores":
      return value.toFixed(2);
  }
}
