/** What somebody types into a search box → what the index is asked. Nothing in it is syntax but quotation marks. */
import { ownerWord, wordsIn } from "./words.ts";

/** Words that follow each other; the last may go on where `isPrefix`. */
export type Term = { words: string[]; isPrefix: boolean };

/** None where there is no word in it. What comes after `wordsMax` words is not asked. */
export function parseQuery(text: string): Term[] {
  const terms: Term[] = [];
  for (const [index, piece] of text
    .replace(/[“”„«»]/g, '"')
    .split('"')
    .entries()) {
    const isQuoted = index % 2 === 1;
    for (const chunk of isQuoted ? [piece] : piece.split(/\s+/)) {
      const words = [...wordsIn(chunk)];
      if (words.length === 0) continue;
      // Where words touch without a mark between them, a dictionary has cut them, and may cut the text elsewhere.
      const isCut = !isQuoted && words.some((word, at) => at > 0 && words[at - 1]?.end === word.start);
      if (isCut) terms.push(...words.map(({ word }) => ({ words: [word], isPrefix: false })));
      else terms.push({ words: words.map(({ word }) => word), isPrefix: false });
    }
  }
  const kept = within(terms);
  const last = kept.at(-1);
  // Whoever has closed the quotation or gone on to the next word has written the whole of the last one.
  const isOpen = last !== undefined && /[^\s"“”«»]$/.test(text);
  if (isOpen && (last.words.at(-1)?.length ?? 0) >= prefixCharsMin(last)) last.isPrefix = true;
  return kept;
}

/** In FTS5's language: each term is a string, and in a string only its quotation mark means anything. */
export function matchFor(owner: string, terms: Term[]): string {
  const asked = terms.map(({ words, isPrefix }) => `${quoted(words.join(" "))}${isPrefix ? " *" : ""}`);
  return `owner : ${quoted(ownerWord(owner))} AND words : (${asked.join(" AND ")})`;
}

/** A letter begins too many words to look for; a syllable or an ideograph is half of one already. */
function prefixCharsMin({ words }: Term): number {
  return /^[\p{L}\p{M}]$/u.test(words.at(-1) ?? "") && hasLetters.test(words.at(-1) ?? "") ? 2 : 1;
}

const hasLetters = /^[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u;

function within(terms: Term[]): Term[] {
  let room = wordsMax;
  return terms.filter(({ words }) => (room -= words.length) >= 0);
}

function quoted(words: string): string {
  return `"${words.replaceAll('"', '""')}"`;
}

const wordsMax = 16;
