/** Words that say which call of the model they came from and where in it they stood, among Markdown. */
import type { Random } from "../../support/random.ts";

/** So many pieces of text, each a word and what follows it. */
export function piecesOf(call: number, count: number, random: Random): string[] {
  return Array.from({ length: count }, (_, index) => wordOf(call, index) + marks[random.below(marks.length)]);
}

/** The calls that a text's words came from, in the order in which they come first. */
export function callsIn(text: string): number[] {
  const found = [...text.matchAll(/X([a-z]{4})[a-z]{4}/g)].map(([, call = ""]) => numberOf(call));
  return [...new Set(found)];
}

/** What is left of a text, or of its HTML, where marks are not looked at. */
export function lettersOf(text: string): string {
  return text.replace(/<[^>]*>|&[a-z0-9#]+;|[^a-z]/gi, "");
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

/** Nothing here has letters of its own, or hides any. */
const marks = [
  ...Array.from({ length: 12 }, () => " "),
  ...["\n\n", "\n\n", "\n\n- ", "\n- ", ". ", " **", "** ", "`", "\n```\n", "\n\n> ", "\n\n1. ", " | "],
  ...[" 👩‍🚀 ", " é ", "\r\n"],
];
