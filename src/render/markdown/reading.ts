/** Reads lines from a text of which more may come, and finds where a block ends. */
import {
  closesFence,
  columnsOf,
  delimiterColumns,
  isSetextUnderline,
  isUndecided,
  lineStart,
} from "./lines.ts";

// What has no parts of its own is cut at this length, or a reply of one paragraph would cost its square.
const BLOCK_MAX = 8192;
const WORD_MAX = 1000;

export type Line = { text: string; at: number; end: number; next: number; isWhole: boolean };

/** The line at `at`; null where there is none, or too little of it to tell what it is. */
export function lineAt(source: string, at: number, isLast: boolean): Line | null {
  if (at >= source.length) return null;
  const newline = source.indexOf("\n", at);
  const end = newline < 0 ? source.length : newline;
  const text = source.slice(at, end);
  if (newline < 0 && !isLast && isUndecided(text)) return null;
  return { text, at, end, next: Math.min(end + 1, source.length), isWhole: newline >= 0 || isLast };
}

/** "maybe": the line belongs to the block if a later one does. */
export type Verdict = "in" | "last" | "maybe" | "out";

/** `next`: where the following block may begin. `isCut`: the block is over only because it is too long. */
export type Extent = { end: number; next: number; isOpen: boolean; isCut: boolean };

export function extentOf(
  source: string,
  isLast: boolean,
  judge: (line: Line) => Verdict,
  max = BLOCK_MAX,
): Extent {
  let end = 0;
  let at = 0;
  for (;;) {
    const line = lineAt(source, at, isLast);
    if (line === null) return { end, next: source.length, isOpen: !isLast, isCut: false };
    const verdict = judge(line);
    if (verdict === "out") return { end, next: at, isOpen: false, isCut: false };
    const cut = line.end > max ? cutIn(source, line, max) : null;
    if (cut !== null) return { ...cut, isOpen: false, isCut: cut.end < line.end };
    if (verdict !== "maybe") end = line.end;
    if (!line.isWhole) return { end, next: line.end, isOpen: true, isCut: false };
    if (verdict === "last") return { end, next: line.next, isOpen: false, isCut: false };
    at = line.next;
  }
}

// A function of the text up to the cut alone: where it falls must not depend on how much has arrived.
function cutIn(source: string, line: Line, max: number): { end: number; next: number } | null {
  const from = Math.max(max, line.at);
  const space = source.slice(from, Math.min(line.end, from + WORD_MAX)).search(/[ \t]/);
  if (space >= 0) return { end: from + space, next: from + space + 1 };
  if (line.end - from > WORD_MAX) {
    const end = from + WORD_MAX - (isLowSurrogate(source.charCodeAt(from + WORD_MAX)) ? 1 : 0);
    return { end, next: end };
  }
  return line.isWhole ? { end: line.end, next: line.next } : null;
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** What is open at the end of a container's lines. A paragraph goes on in a line without the container's mark. */
export type Inside = {
  isParagraph: boolean;
  fence: string;
  /** How many cells the paragraph's last line would have as a table's head. */
  columns: number;
};

export const NOTHING_OPEN: Inside = { isParagraph: false, fence: "", columns: 0 };

/** A line's quote marks and bullets. One by one: as one pattern, thousands of them took their square. */
function marksOf(line: string): string {
  const mark = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;
  let end = 0;
  while (mark.test(line)) end = mark.lastIndex;
  return line.slice(0, end + line.slice(end).search(/[^ \t]|$/));
}

// Close enough to the grammar for containers in containers: where it errs, text stands beside the list, not in it.
export function insideAfter(inside: Inside, line: string, isLazy: boolean): Inside {
  if (isLazy) return inside;
  const marks = marksOf(line);
  const text = line.slice(marks.length);
  if (inside.fence !== "") return closesFence(text, inside.fence) ? NOTHING_OPEN : inside;
  const start = lineStart(text);
  if (start.kind === "fence") return { ...NOTHING_OPEN, fence: start.fence };
  if (start.kind !== "text") return NOTHING_OPEN;
  const columns = columnsOf(text);
  const isNew = !inside.isParagraph || /[^ \t>]/.test(marks);
  if (isNew) return { ...NOTHING_OPEN, isParagraph: !/(?:\S[ \t]|^)[ \t]{4,}$/.test(marks), columns };
  const isEnd = isSetextUnderline(text) || delimiterColumns(text) === inside.columns;
  return isEnd ? NOTHING_OPEN : { ...inside, columns };
}
