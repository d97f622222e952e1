/** Cuts Markdown into its top-level blocks, and lists, tables and code into their parts, while it arrives. */
import { lineCut } from "../code/block.ts";
import {
  closesFence,
  columnsOf,
  delimiterColumns,
  indentOf,
  isSetextUnderline,
  lineStart,
  noteStart,
  type LineStart,
} from "./lines.ts";
import { extentOf, insideAfter, lineAt, NOTHING_OPEN, type Line, type Verdict } from "./reading.ts";

/** What the text so far has ended inside of. */
export type Context =
  | { kind: "top" }
  | { kind: "list"; marker: string; isSpaced: boolean }
  | { kind: "table" }
  | { kind: "code"; fence: string; indent: number; isMidLine: boolean };

/** `isOpen`: more text may change it; it comes again then. A "list", "table" or "code" is followed by its parts. */
export type Piece =
  | { kind: "leaf"; source: string; isOpen: boolean }
  | { kind: "note"; label: string; source: string; isOpen: boolean }
  | { kind: "list"; start: number | null }
  | { kind: "item"; source: string; isOpen: boolean; isSpaced: boolean }
  | { kind: "table"; source: string }
  | { kind: "row"; source: string; isOpen: boolean }
  | { kind: "code"; info: string }
  /** With its line end, unless it was too long for one piece. */
  | { kind: "line"; source: string; isOpen: boolean };

export type Split = { pieces: Piece[]; rest: string; context: Context };

const FORMULA_MAX = 2000;

export const TOP: Context = { kind: "top" };

/** The pieces of `text`; `rest` is what must be split again once there is more. With `isLast` nothing is open. */
export function split(text: string, context: Context, isLast: boolean): Split {
  const pieces: Piece[] = [];
  let rest = text;
  let inside = context;
  for (;;) {
    if (inside.kind === "top") rest = rest.replace(/^(?:[ \t]*\n)+/, "");
    const next = advance(rest, inside, isLast);
    if (next !== null) pieces.push(...next.pieces);
    if (next === null || (next.rest === rest && next.context === inside)) {
      return { pieces, rest, context: inside };
    }
    rest = next.rest;
    inside = next.context;
  }
}

/** The next piece and what follows it; the same `rest` and `context` where it is open; null where all is done. */
function advance(text: string, context: Context, isLast: boolean): Split | null {
  switch (context.kind) {
    case "top":
      return atTop(text, isLast);
    case "list":
      return inList(text, context, isLast);
    case "table":
      return inTable(text, context, isLast);
    case "code":
      return inCode(text, context, isLast);
  }
}

function atTop(text: string, isLast: boolean): Split | null {
  const line = lineAt(text, 0, isLast);
  if (line === null) return null;
  const start = lineStart(line.text);
  switch (start.kind) {
    case "blank":
      return { pieces: [], rest: text.slice(line.next), context: TOP };
    case "item": {
      const list: Piece = { kind: "list", start: start.number };
      return { pieces: [list], rest: text, context: { kind: "list", marker: start.marker, isSpaced: false } };
    }
    case "fence":
      return {
        pieces: [{ kind: "code", info: start.info }],
        rest: text.slice(line.next),
        context: { kind: "code", fence: start.fence, indent: start.indent, isMidLine: false },
      };
    case "heading":
    case "rule":
      return leaf(text, isLast, () => "last");
    case "indented":
      return leaf(text, isLast, inIndented);
    case "quote":
      return quote(text, isLast);
    case "text":
      return formula(text, isLast) ?? note(text, isLast) ?? paragraph(text, isLast);
  }
}

function leaf(text: string, isLast: boolean, judge: (line: Line) => Verdict): Split {
  const { end, next, isOpen } = extentOf(text, isLast, judge);
  const piece: Piece = { kind: "leaf", source: text.slice(0, end), isOpen };
  return { pieces: [piece], rest: isOpen ? text : text.slice(next), context: TOP };
}

function inIndented(line: Line): Verdict {
  const { kind } = lineStart(line.text);
  if (kind === "blank") return "maybe";
  return kind === "indented" ? "in" : "out";
}

function quote(text: string, isLast: boolean): Split {
  let inside = NOTHING_OPEN;
  const { end, next, isOpen, isCut } = extentOf(text, isLast, (line) => {
    const { kind } = lineStart(line.text);
    const isLazy = inside.isParagraph && (kind === "text" || kind === "indented");
    inside = insideAfter(inside, line.text, isLazy);
    return kind === "quote" || isLazy ? "in" : "out";
  });
  const piece: Piece = { kind: "leaf", source: text.slice(0, end), isOpen };
  // The other half of a line too long is a quote, too.
  const marks = isCut ? (/^(?: {0,3}> ?){1,9}/.exec(text)?.[0] ?? "") : "";
  return { pieces: [piece], rest: isOpen ? text : marks + text.slice(next), context: TOP };
}

function paragraph(text: string, isLast: boolean): Split {
  let previous: Line | null = null;
  let table: { header: Line; delimiter: Line } | null = null;
  const { end, next, isOpen } = extentOf(text, isLast, (line) => {
    const header = previous;
    previous = line;
    if (header === null) return "in";
    const start = lineStart(line.text);
    if (start.kind === "text" && startsTable(header.text, line.text)) {
      table = { header, delimiter: line };
      return "out";
    }
    if (isSetextUnderline(line.text)) return "last";
    if (noteStart(line.text) !== null) return "out";
    return interrupts(start) ? "out" : "in";
  });
  if (table !== null) return beforeTable(text, table);
  const source = text.slice(0, end);
  // A line like a table's head is not shown until the next one tells whether it is.
  if (isOpen && /^ {0,3}\|[^\n]{0,1000}$/.test(source)) return { pieces: [], rest: text, context: TOP };
  return { pieces: [{ kind: "leaf", source, isOpen }], rest: isOpen ? text : text.slice(next), context: TOP };
}

/** A formula that has lines for itself, in which a line may look like an item or a rule; null where it is none. */
function formula(text: string, isLast: boolean): Split | null {
  const opener = /^ {0,3}(\$\$|\\\[)/.exec(text);
  if (opener === null) return null;
  const closer = opener[1] === "$$" ? "$$" : "\\]";
  const end = text.indexOf(closer, opener[0].length) + 2;
  const blank = text.search(/\n[ \t]*\n/);
  if (end > 1 && end <= FORMULA_MAX && (blank < 0 || end <= blank)) {
    const newline = text.indexOf("\n", end);
    const isWhole = newline >= 0 || isLast;
    if (/\S/.test(text.slice(end, isWhole && newline >= 0 ? newline : undefined))) return null;
    if (!isWhole) return { pieces: [], rest: text, context: TOP };
    const piece: Piece = { kind: "leaf", source: text.slice(0, end), isOpen: false };
    return { pieces: [piece], rest: newline < 0 ? "" : text.slice(newline + 1), context: TOP };
  }
  const isHopeless = isLast || end > 1 || blank >= 0 || text.length > FORMULA_MAX;
  // Half a formula is not shown: it would change its form at each step.
  return isHopeless ? null : { pieces: [], rest: text, context: TOP };
}

function note(text: string, isLast: boolean): Split | null {
  const label = noteStart(text);
  if (label === null) return null;
  let isAfterBlank = false;
  const { end, next, isOpen } = extentOf(text, isLast, (line) => {
    const { kind } = lineStart(line.text);
    const isFirst = line.at === 0;
    if (kind === "blank") {
      isAfterBlank = true;
      return "maybe";
    }
    const isIn =
      kind === "indented" || (kind === "text" && !isAfterBlank && (isFirst || noteStart(line.text) === null));
    isAfterBlank = false;
    return isIn ? "in" : "out";
  });
  const piece: Piece = { kind: "note", label, source: text.slice(0, end), isOpen };
  return { pieces: [piece], rest: isOpen ? text : text.slice(next), context: TOP };
}

function startsTable(header: string, line: string): boolean {
  const columns = delimiterColumns(line);
  return columns > 0 && columns === columnsOf(header) && indentOf(header) < 4;
}

function beforeTable(text: string, { header, delimiter }: { header: Line; delimiter: Line }): Split {
  const before = text.slice(0, Math.max(0, header.at - 1));
  const pieces: Piece[] = before === "" ? [] : [{ kind: "leaf", source: before, isOpen: false }];
  pieces.push({ kind: "table", source: text.slice(header.at, delimiter.end) });
  return { pieces, rest: text.slice(delimiter.next), context: { kind: "table" } };
}

/** Whether such a line ends a paragraph: an empty item does not, nor a number other than 1. */
function interrupts(start: LineStart): boolean {
  if (start.kind === "item") return !start.isEmpty && (start.number === null || start.number === 1);
  return start.kind !== "text" && start.kind !== "indented";
}

function inTable(text: string, context: Context, isLast: boolean): Split | null {
  const line = lineAt(text, 0, isLast);
  if (line === null) return null;
  if (lineStart(line.text).kind !== "text") return { pieces: [], rest: text, context: TOP };
  const piece: Piece = { kind: "row", source: line.text, isOpen: !line.isWhole };
  return { pieces: [piece], rest: line.isWhole ? text.slice(line.next) : text, context };
}

function inList(text: string, context: Context & { kind: "list" }, isLast: boolean): Split | null {
  const first = lineAt(text, 0, isLast);
  const item = first === null ? null : lineStart(first.text);
  if (item?.kind !== "item") return null;
  let isAfterBlank = false;
  let isHollow = false;
  let inside = NOTHING_OPEN;
  const judge = (line: Line): Verdict => {
    const start = lineStart(line.text);
    if (start.kind === "blank") {
      // An item that begins with two blank lines is empty.
      isHollow ||= item.isEmpty && line.at === first?.next;
      isAfterBlank = inside.fence === "";
      return isAfterBlank ? "maybe" : "in";
    }
    const isInside = indentOf(line.text) >= item.width && !isHollow;
    const isLazy =
      inside.isParagraph && !isAfterBlank && (start.kind === "text" || start.kind === "indented");
    if (line.at > 0 && !isInside && !isLazy) return "out";
    const indent = line.at === 0 ? 0 : Math.min(item.width, line.text.search(/[^ ]|$/));
    inside = insideAfter(inside, line.text.slice(indent), !isInside && line.at > 0);
    isAfterBlank = false;
    return "in";
  };
  const { end, next, isOpen } = extentOf(text, isLast, judge, Infinity);
  const source = text.slice(0, end);
  const piece: Piece = { kind: "item", source, isOpen, isSpaced: context.isSpaced };
  if (isOpen) return { pieces: [piece], rest: text, context };
  const rest = text.slice(next);
  const sibling = lineStart(rest.slice(0, rest.search(/\n|$/)));
  const isSibling = sibling.kind === "item" && sibling.marker === item.marker;
  return { pieces: [piece], rest, context: isSibling ? { ...context, isSpaced: isAfterBlank } : TOP };
}

function inCode(text: string, context: Context & { kind: "code" }, isLast: boolean): Split | null {
  const { fence, indent, isMidLine } = context;
  const newline = text.indexOf("\n");
  const line = newline < 0 ? text : text.slice(0, newline);
  const isWhole = newline >= 0 || (isLast && text !== "");
  const rest = text.slice(line.length + 1);
  if (!isMidLine && isWhole && closesFence(line, fence)) return { pieces: [], rest, context: TOP };
  if (line === "" ? !isWhole : !isWhole && !isMidLine && mayClose(line)) return null;
  const code = isMidLine ? line : line.replace(/^ */, (spaces) => spaces.slice(indent));
  const cut = lineCut(code, 0);
  const piece = (source: string, isOpen = false): Piece[] => [{ kind: "line", source, isOpen }];
  if (cut < code.length) {
    const next = text.slice(line.length - code.length + cut);
    return { pieces: piece(code.slice(0, cut)), rest: next, context: { ...context, isMidLine: true } };
  }
  if (!isWhole) return { pieces: piece(code, true), rest: text, context };
  return { pieces: piece(`${code}\n`), rest, context: { ...context, isMidLine: false } };
}

const mayClose = (line: string): boolean => line.length <= 1000 && /^ *(?:`*|~*)[ \t]*$/.test(line);
