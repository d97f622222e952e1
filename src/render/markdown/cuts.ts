/** Takes out of a text what the parser does not know, formulas and references to notes, before it looks at it. */

export type Cut =
  | { kind: "formula"; source: string; tex: string; isDisplay: boolean }
  | { kind: "note"; source: string; label: string };

/** In `text` each cut is a mark, which the parser takes for a word; see `marksIn`. */
export type Trimmed = { text: string; cuts: Cut[] };

/** Two characters that Unicode keeps free for uses of this kind; a text that has them must lose them before. */
const OPEN = "\ufdd0";
const CLOSE = "\ufdd1";
const MARK = /\ufdd0(\d+)\ufdd1/g;

export const MARKS = /[\ufdd0\ufdd1]/g;

const FORMULA_MAX = 2000;

/** `inCells`: a pipe ends a cell, and so a formula, unless a backslash is before it. */
export function cutOut(text: string, inCells = false): Trimmed {
  if (!/[$\\]|\[\^/.test(text)) return { text, cuts: [] };
  const cuts: Cut[] = [];
  const find = findersOf(text);
  let trimmed = "";
  let from = 0;
  for (let at = find.special(0); at >= 0; at = find.special(at)) {
    const found = cutAt(text, at, find);
    if (typeof found === "number") {
      at = found;
      continue;
    }
    if (inCells && found.kind === "formula") {
      if (/(?<!\\)\|/.test(found.source)) {
        at += 1;
        continue;
      }
      found.tex = found.tex.replaceAll("\\|", "|");
    }
    trimmed += `${text.slice(from, at)}${OPEN}${cuts.length}${CLOSE}`;
    cuts.push(found);
    at += found.source.length;
    from = at;
  }
  return { text: trimmed + text.slice(from), cuts };
}

/** A text between marks, and what the marks stand for, in order. */
export function marksIn(text: string, cuts: Cut[]): (string | Cut)[] {
  if (cuts.length === 0 || !text.includes(OPEN)) return [text];
  const parts: (string | Cut)[] = [];
  let from = 0;
  for (const mark of text.matchAll(MARK)) {
    const cut = cuts[Number(mark[1])];
    if (cut === undefined) continue;
    if (mark.index > from) parts.push(text.slice(from, mark.index));
    parts.push(cut);
    from = mark.index + mark[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** As it was written: for code and addresses, where nothing should have been cut. */
export function restored(text: string, cuts: Cut[]): string {
  return marksIn(text, cuts)
    .map((part) => (typeof part === "string" ? part : part.source))
    .join("");
}

type Find = (from: number) => number;
type Finders = Record<"special" | "blank" | "newline" | "dollar" | "dollars" | "paren" | "bracket", Find>;

/** Where a pattern is next found; asked with positions that only grow, so that a text is walked once for each. */
function findersOf(text: string): Finders {
  const finder = (pattern: RegExp): Find => {
    let found = -2;
    return (from) => {
      if (found === -1 || found >= from) return found;
      pattern.lastIndex = from;
      found = pattern.exec(text)?.index ?? -1;
      return found;
    };
  };
  return {
    special: finder(/[`\\$]|~~~|\[\^|https?:\/\/|www\./gi),
    blank: finder(/\n[ \t>]*\n/g),
    newline: finder(/\n/g),
    dollar: finder(/(?<=[^\s\\$])\$(?![a-z0-9$])/gi),
    dollars: finder(/(?<!\\)\$\$/g),
    paren: finder(/\\\)/g),
    bracket: finder(/\\\]/g),
  };
}

/** What is to be cut out at a special character, or else where to go on. */
function cutAt(text: string, at: number, find: Finders): Cut | number {
  switch (text[at]) {
    case "`":
    case "~":
      return afterCode(text, at);
    case "\\":
      if (text[at + 1] === "(") return formulaIn(text, at, 2, find.paren(at + 2), 2, find) ?? at + 2;
      if (text[at + 1] === "[") return displayIn(text, at, find) ?? at + 2;
      return at + 2;
    case "$":
      if (text[at + 1] === "$")
        return formulaIn(text, at, 2, find.dollars(at + 2), 2, find) ?? afterRun(text, at);
      return inlineIn(text, at, find) ?? at + 1;
    case "[":
      return noteIn(text, at) ?? at + 2;
    default:
      return at + (/^[^\s<>[\]`]*/.exec(text.slice(at, at + 2000))?.[0].length ?? 1);
  }
}

function formulaIn(
  text: string,
  at: number,
  opened: number,
  end: number,
  closed: number,
  find: Finders,
): Cut | null {
  if (end < 0 || end - at > FORMULA_MAX || isBefore(find.blank(at), end)) return null;
  const tex = text.slice(at + opened, end);
  if (tex.trim() === "" || tex.includes("`")) return null;
  // In a quote each line begins with its mark.
  const source = text.slice(at, end + closed);
  const isDisplay = opened === 2 && source[1] !== "(";
  return { kind: "formula", source, tex: tex.replace(/\n[ \t>]+/g, "\n"), isDisplay };
}

/** Brackets that were only meant as brackets belong to a link, or to the definition of one. */
function displayIn(text: string, at: number, find: Finders): Cut | null {
  const end = find.bracket(at + 2);
  return /^[([:]/.test(text.slice(end + 2, end + 3)) ? null : formulaIn(text, at, 2, end, 2, find);
}

/** Prices are no formulas: what is opened stands free, what closes it touches it, and it is not all words. */
function inlineIn(text: string, at: number, find: Finders): Cut | null {
  if (/[a-z0-9$\\)]/i.test(text[at - 1] ?? " ") || /[\s$]/.test(text[at + 1] ?? " ")) return null;
  const end = find.dollar(at + 2);
  if (end < 0 || isBefore(find.newline(at), end)) return null;
  const tex = text.slice(at + 1, Math.min(end, at + FORMULA_MAX));
  const isPrice = /^[\d.,]+[^\d.,].*[a-z]{2}/is.test(tex) && !/[\\^_=+{}<>]/.test(tex);
  return isPrice ? null : formulaIn(text, at, 1, end, 1, find);
}

function noteIn(text: string, at: number): Cut | null {
  const [source, label = ""] = /^\[\^([^\s[\]]{1,100})\]/.exec(text.slice(at, at + 104)) ?? [];
  return source === undefined ? null : { kind: "note", source, label };
}

/** Past a code span or a fenced block; past the backticks alone where nothing closes them. */
function afterCode(text: string, at: number): number {
  const next = afterRun(text, at);
  const mark = text.slice(at, next);
  const lineBefore = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const isFence =
    mark.length >= 3 && /^[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*$/.test(lineBefore.slice(0, 200));
  if (!isFence && mark.startsWith("~")) return next;
  const closer = isFence
    ? new RegExp(`\\n[ \\t>]*${mark}`, "g")
    : new RegExp(`(?<!\`)${mark}(?!\`)|\\n[ \\t>]*\\n`, "g");
  closer.lastIndex = next;
  const end = closer.exec(text);
  if (end === null) return isFence ? text.length : next;
  return end[0].includes("\n") && !isFence ? next : end.index + end[0].length;
}

function afterRun(text: string, at: number): number {
  let next = at + 1;
  while (text[next] === text[at]) next++;
  return next;
}

const isBefore = (position: number, end: number): boolean => position >= 0 && position < end;
