/** What one line of Markdown starts, as far as blocks go. */

// Longer lines are never rules, fences, blanks or the like, so that the start of any line tells what it is.
const WHOLE_MAX = 1000;

export type LineStart =
  | { kind: "blank" | "indented" | "heading" | "rule" | "quote" | "text" }
  | { kind: "fence"; fence: string; indent: number; info: string }
  /** `width`: the column at which the item's content begins. */
  | { kind: "item"; marker: string; number: number | null; width: number; isEmpty: boolean };

export function lineStart(line: string): LineStart {
  const isShort = line.length <= WHOLE_MAX;
  if (isShort && /^[ \t]*$/.test(line)) return { kind: "blank" };
  if (indentOf(line) >= 4) return { kind: "indented" };
  if (/^ *#{1,6}(?:[ \t]|$)/.test(line)) return { kind: "heading" };
  if (/^ *>/.test(line)) return { kind: "quote" };
  if (isShort && /^ *(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(line))
    return { kind: "rule" };
  return (isShort && fenceStart(line)) || itemStart(line) || { kind: "text" };
}

export function isSetextUnderline(line: string): boolean {
  return line.length <= WHOLE_MAX && /^ {0,3}(?:=+|-+)[ \t]*$/.test(line);
}

export function closesFence(line: string, fence: string): boolean {
  const closer = line.trim();
  return (
    line.length <= WHOLE_MAX &&
    closer.length >= fence.length &&
    indentOf(line) < 4 &&
    closer === fence.charAt(0).repeat(closer.length)
  );
}

/** The number of columns if the line is a table's delimiter row, else 0. */
export function delimiterColumns(line: string): number {
  if (line.length > WHOLE_MAX || indentOf(line) >= 4 || !/[|:]/.test(line)) return 0;
  const isDelimiter = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/.test(line);
  return isDelimiter ? columnsOf(line) : 0;
}

/** The number of cells of a table's row; a lone pipe has none. */
export function columnsOf(row: string): number {
  const inner = row.trim().replace(/^\|/, "");
  if (inner === "") return 0;
  const units = inner.match(/\\.|[^]/g) ?? [];
  const pipes = units.filter((unit) => unit === "|").length;
  return units.at(-1) === "|" ? pipes : pipes + 1;
}

/** The label of the footnote that the line begins. */
export function noteStart(line: string): string | null {
  return /^ {0,3}\[\^([^\s[\]]{1,100})\]:/.exec(line)?.[1] ?? null;
}

/** True while the rest of a line that has not arrived in full may make it another kind of line. */
export function isUndecided(line: string): boolean {
  if (line.length > WHOLE_MAX) return false;
  if (/^[ \t>*_=+|:#`~.)\d$\\[-]*$/.test(line)) return true;
  // A footnote's label, and an alert's mark.
  if (/^ {0,3}\[\^[^\s[\]]{0,100}\]?$/.test(line) || /^[ \t>]*>[ \t]*\[![a-z]{0,20}\]?[ \t]*$/i.test(line))
    return true;
  // A fence's info, and the box of a task.
  return /^[ \t>]*(?:`{3}|~{3})/.test(line) || /^[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]+\[.?\]?[ \t]*$/.test(line);
}

/** The columns of white space at the line's start; a tab leads to the next multiple of four. */
export function indentOf(line: string): number {
  return columnOf(line, line.search(/[^ \t]|$/));
}

function columnOf(line: string, length: number): number {
  let column = 0;
  for (let at = 0; at < length; at++) column += line[at] === "\t" ? 4 - (column % 4) : 1;
  return column;
}

function fenceStart(line: string): LineStart | null {
  const [, indent = "", fence = "", info = ""] = /^( *)(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? [];
  return fence === "" ? null : { kind: "fence", fence, indent: indent.length, info };
}

function itemStart(line: string): LineStart | null {
  const [head = "", number] = /^ *(?:(\d{1,9})[.)]|[-+*])(?=[ \t]|$)/.exec(line) ?? [];
  if (head === "") return null;
  const marker = head.charAt(head.length - 1);
  const contentAt = head.length + line.slice(head.length, WHOLE_MAX).search(/[^ \t]|$/);
  const isEmpty = contentAt >= Math.min(line.length, WHOLE_MAX);
  const markerEnd = head.length;
  const gap = columnOf(line, contentAt) - markerEnd;
  const width = isEmpty || gap > 4 ? markerEnd + 1 : markerEnd + gap;
  return { kind: "item", marker, number: number === undefined ? null : Number(number), width, isEmpty };
}
