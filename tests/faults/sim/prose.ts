/** Replies in pieces, as models stream them: words that are each there once, among Markdown. */
import type { Random } from "../../support/random.ts";

export type Piece = { type: "text" | "reasoning"; text: string; afterMs: number };

/** How a stream ends; `hang`: not by itself. */
export type Ending = "stop" | "length" | "bare" | "down" | "error" | "hang";

export type Script = { pieces: Piece[]; ending: Ending; afterMs: number };

/** Each word begins with the owner's name, so that it is known wherever it turns up. */
export function writeScript(random: Random, name: string): Script {
  const pieces: Piece[] = [];
  let words = 0;
  const word = () => name + letters(words++);
  const thoughts = random.below(4) === 0 ? 1 + random.below(4) : 0;
  for (let index = 0; index < thoughts; index++) {
    pieces.push({ type: "reasoning", text: `${word()} `, afterMs: gapMs(random) });
  }
  const count = random.below(12) === 0 ? 0 : 1 + random.below(24);
  const tricky = random.below(8) === 0;
  for (let index = 0; index < count; index++) {
    const mark = marks[random.below(tricky ? marks.length : plainMarks)] ?? " ";
    pieces.push({ type: "text", text: word() + mark, afterMs: gapMs(random) });
  }
  if (tricky) cutCharacters(pieces);
  return { pieces, ending: endings[random.below(endings.length)] ?? "stop", afterMs: gapMs(random) };
}

/** What is left of a text where marks are not looked at; the same for a source and for what is shown of it. */
export function lettersOf(text: string): string {
  return text.replace(/[^a-z]/gi, "");
}

/** Nothing here has letters of its own, or hides any. */
const marks = [
  " ",
  " ",
  " ",
  " ",
  "\n\n",
  "\n\n",
  "\n",
  "\n- ",
  "\n\n- ",
  "\n\n> ",
  "** ",
  " **",
  "`",
  " *",
  "\n\n# ",
  ". ",
  "\n```\n",
  "\n```\n\n",
  "\n\n1. ",
  "\n2. ",
  " | ",
  "\n|---|---|\n| ",
  "\r\n",
  " 👩‍🚀",
  " é",
  " <",
  "\n---\n",
  "\n\n    ",
  "_",
  "~~",
];
const plainMarks = 16;

const endings: Ending[] = [
  ...Array.from({ length: 12 }, () => "stop" as const),
  "length",
  "length",
  "bare",
  "bare",
  "down",
  "error",
  "hang",
];

/** Mostly a fast stream; now and then a pause, which everything that is due comes to in. */
function gapMs(random: Random): number {
  const kind = random.below(20);
  if (kind < 8) return random.below(3);
  return kind < 18 ? random.below(40) : random.below(500);
}

/** Two pieces may share a character, and a line's end. */
function cutCharacters(pieces: Piece[]): void {
  for (const [index, piece] of pieces.entries()) {
    const next = pieces[index + 1];
    if (next?.type !== piece.type || !/[\udc00-\udfff\n]$/.test(piece.text)) continue;
    // What goes on after an interruption would be in a fence's own line, which is not shown.
    if (piece.text.endsWith("`\n")) continue;
    next.text = piece.text.slice(-1) + next.text;
    piece.text = piece.text.slice(0, -1);
  }
}

function letters(number: number): string {
  return String.fromCharCode(65 + Math.floor(number / 26), 65 + (number % 26));
}
