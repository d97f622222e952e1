/** The part of a text around what was found in it, cut into pieces that were found and pieces that were not. */
import type { Piece } from "./found.ts";
import type { Term } from "./query.ts";
import { wordsIn, type Word } from "./words.ts";

/** About `charsMax` UTF-16 units, from a little before the first find on; the beginning where there is none. */
export function excerptOf(text: string, terms: Term[], charsMax: number): Piece[] {
  const longest = Math.max(1, ...terms.map(({ words }) => words.length));
  const near: Word[] = [];
  let from = 0;
  let found: number | null = null;
  for (const word of wordsIn(text)) {
    near.push(word);
    const at: number | null = found ?? startOf(near, terms, longest);
    if (found === null && at !== null) {
      found = at;
      from = near.find(({ start }) => start >= at - leadChars)?.start ?? at;
    }
    if (found === null && near.length > nearMax) near.splice(0, near.length - nearKept);
    if (found !== null && word.end >= from + charsMax) break;
  }
  if (found === null) return piecesOf(text, [], 0, Math.min(text.length, charsMax));
  // A text that fits is shown from its beginning.
  if (from <= leadChars) from = 0;
  const to = Math.min(text.length, from + charsMax);
  return piecesOf(text, marksIn(near, terms), from, wholeEnd(text, to));
}

/** Where the terms stand, in order and apart. */
function marksIn(words: Word[], terms: Term[]): [start: number, end: number][] {
  const marks: [number, number][] = [];
  for (let index = 0; index < words.length; index += 1) {
    const lengths = terms.filter((term) => isAt(words, index, term)).map((term) => term.words.length);
    if (lengths.length === 0) continue;
    const last = words[index + Math.max(...lengths) - 1];
    const start = words[index]?.start ?? 0;
    const before = marks.at(-1);
    if (last === undefined) continue;
    if (before !== undefined && before[1] >= start) before[1] = Math.max(before[1], last.end);
    else marks.push([start, last.end]);
  }
  return marks;
}

function startOf(near: Word[], terms: Term[], longest: number): number | null {
  for (let index = Math.max(0, near.length - longest); index < near.length; index += 1) {
    if (terms.some((term) => isAt(near, index, term))) return near[index]?.start ?? null;
  }
  return null;
}

function isAt(words: Word[], index: number, { words: wanted, isPrefix }: Term): boolean {
  return wanted.every((want, offset) => {
    const word = words[index + offset]?.word;
    if (word === undefined) return false;
    return isPrefix && offset === wanted.length - 1 ? word.startsWith(want) : word === want;
  });
}

function piecesOf(text: string, marks: [number, number][], from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  const add = (start: number, end: number, isHit: boolean) => {
    const piece = text.slice(Math.max(start, from), Math.min(end, to)).replace(/\s+/g, " ");
    if (piece !== "") pieces.push({ text: piece.toWellFormed(), isHit });
  };
  if (from > 0) pieces.push({ text: "… ", isHit: false });
  let at = from;
  for (const [start, end] of marks) {
    if (end <= from || start >= to) continue;
    add(at, start, false);
    add(start, end, true);
    at = end;
  }
  add(at, to, false);
  if (to < text.length) pieces.push({ text: " …", isHit: false });
  return pieces;
}

/** Not in the middle of a character. */
function wholeEnd(text: string, end: number): number {
  const isCut = /[\ud800-\udbff]/.test(text[end - 1] ?? "") && end < text.length;
  return isCut ? end - 1 : end;
}

const leadChars = 60;
/** So much is remembered of what came before a find. */
const nearMax = 200;
const nearKept = 60;
