/** Words that say which call of the model they came from and where in it they stood, among Markdown. */
import type { Random } from "../../support/random.ts";

/** So many pieces of text, each a word and what follows it. */
export function piecesOf(call: number, count: number, random: Random): string[] {
  return Array.from({ length: count }, (_, index) => wordOf(call, index) + marks[random.below(marks.length)]);
}

/** Whole words of one call in a row, from its first one on. */
export type Stretch = { call: number; words: number };

/**
 * What calls a text is made of, or its HTML; null where words are missing, or come twice, or in another order, or
 * where there is something else.
 */
export function stretchesIn(text: string): Stretch[] | null {
  const letters = text.replace(/<[^>]*>|&[a-z0-9#]+;|[^a-z]/gi, "");
  if (letters.length % wordLength !== 0) return null;
  const stretches: Stretch[] = [];
  for (let at = 0; at < letters.length; at += wordLength) {
    const [, call, index] = /^X([a-z]{4})([a-z]{4})$/.exec(letters.slice(at, at + wordLength)) ?? [];
    if (call === undefined || index === undefined) return null;
    const last = stretches.at(-1);
    if (last !== undefined && last.call === numberOf(call)) {
      if (numberOf(index) !== last.words) return null;
      last.words += 1;
    } else if (numberOf(index) !== 0 || stretches.some((each) => each.call === numberOf(call))) return null;
    else stretches.push({ call: numberOf(call), words: 1 });
  }
  return stretches;
}

function wordOf(call: number, index: number): string {
  return `X${lettersFor(call)}${lettersFor(index)}`;
}

function lettersFor(number: number): string {
  return Array.from({ length: 4 }, (_, place) =>
    String.fromCharCode(97 + (Math.floor(number / 26 ** (3 - place)) % 26)),
  ).join("");
}

function numberOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 97, 0);
}

const wordLength = 9;

/** Nothing here has letters of its own, or hides any. */
const marks = [
  ...Array.from({ length: 12 }, () => " "),
  ...["\n\n", "\n\n", "\n\n- ", "\n- ", ". ", " **", "** ", "`", "\n```\n", "\n\n> ", "\n\n1. ", " | "],
  ...[" 👩‍🚀 ", " é ", "\r\n"],
];
