/** What the fake upstream says: prose with some code, lists and a table, as tokens of a few letters. */

const paragraphs = [
  "A tide is the slow breathing of the sea. The moon pulls at the water that lies below it, and pulls a little less at the water on the far side, so the ocean bulges twice while the earth turns once beneath both.",
  "That is the whole idea, and yet no two harbours agree on it. A **narrow bay** holds its water back, a shelf of sand lets it run, and the wind can add a metre that nobody had promised. The tables in the [pilot book](https://tides.example/book) are an average, not a vow.",
  "## Why the heights differ\n\nThe sun pulls as well, with *about half* the force. When both stand in one line the water rises highest, and when they stand at a right angle it hardly moves; call `height(t)` for a month and you will see the two beats drift apart.",
  "Three things decide what a boat may do today:\n\n- the **depth** over the bar, an hour before high water and an hour after it\n- the stream in the channel, which turns later than the level does\n- the light, for buoys without lamps are of no use after dusk",
  "A first model needs nothing but two sums of cosines, one for each body:\n\n```ts\nexport function height(hours: number): number {\n  const moon = 1.9 * Math.cos((2 * Math.PI * hours) / 12.42);\n  const sun = 0.8 * Math.cos((2 * Math.PI * hours) / 12);\n  return 3.1 + moon + sun;\n}\n```",
  "Run it for a fortnight and the curve looks right at once, though it is too smooth. What is missing are the corners of the coast, and those are not in any formula; people have measured them, year after year, with a float in a well and a pen on paper.",
  "To use it on the water, go in this order:\n\n1. Take the time of high water from the table, and add the correction for your harbour.\n2. Work out the height for the hour that you mean to cross, and subtract your draught.\n3. Keep a margin of half a metre, more when the glass is falling.",
  "Here is a day in spring, with figures as the table has them and as the gauge saw them:\n\n| hour | table | gauge |\n|---|---|---|\n| 03:10 | 0.8 m | 0.9 m |\n| 09:25 | 5.6 m | 5.9 m |\n| 15:40 | 0.7 m | 1.0 m |",
  "The gauge was higher all day, and by more in the afternoon. Low pressure lets the sea stand up, about a centimetre for each hectopascal, and a steady wind from the west had been piling water into the estuary since the night before.",
  "> Never trust the last decimal of a tide, an old pilot used to say, and never quarrel with the first.\n\nHe was right on both counts. A forecast is a friend who means well: listen to it, thank it, and look over the side before you believe it.",
];

/** A chat begins with one of these, and goes on with those that follow it, round and round. */
export const beginnings = paragraphs.length;

const sections = paragraphs.map((text) => tokensIn(`${text}\n\n`));

/** What a reply of one kind begins with, and what comes then again and again: one block that never ends. */
const endless = {
  list: ["", "- the depth over the bar, an hour before high water and an hour after it, in metres\n"],
  table: ["| hour | table | gauge |\n|---|---|---|\n", "| morning | high and rising | higher than told |\n"],
  paragraph: [
    "",
    "the water rises highest when both stand in one line, and hardly moves at a right angle, so ",
  ],
  code: ["```ts\n", "const height = mean + moon * cos(hours) + sun * cos(hours); // as the gauge saw it\n"],
} as const;

export type Shape = "prose" | keyof typeof endless;

export const shapes: Shape[] = ["prose", "list", "table", "paragraph", "code"];

function tokensIn(text: string): string[] {
  return text.match(/\n+$|\s*\S{1,6}/g) ?? [];
}

/** The tokens of a reply of that shape, without an end. */
function* tokensOf(shape: Shape, beginning: number): Iterable<string> {
  if (shape === "prose") {
    for (let section = beginning; ; section += 1) yield* sections[section % sections.length] ?? [];
  }
  const [head, again] = endless[shape].map(tokensIn);
  yield* head ?? [];
  for (;;) yield* again ?? [];
}

/** Every so many tokens a mark goes along, by which a token's way can be timed. */
export const tokensPerMark = 25;

/** What no other text of the reply can be mistaken for. */
export function markText(number: number): string {
  return `m${number}q`;
}

/** The tokens of a reply that begins with the section `beginning`; `marks` hold the positions of its marks. */
export function replyTokens(
  beginning: number,
  count: number,
  shape: Shape = "prose",
): { tokens: string[]; marks: number[] } {
  const tokens: string[] = [];
  const marks: number[] = [];
  for (const token of tokensOf(shape, beginning)) {
    if (tokens.length === count) break;
    // A plain word, as a mark beside a character that means something could change what it means.
    const isDue = tokens.length >= (marks.length + 1) * tokensPerMark && /^ [a-z]+$/.test(token);
    if (isDue) marks.push(tokens.length);
    tokens.push(isDue ? `${token} ${markText(marks.length - 1)}` : token);
  }
  return { tokens, marks };
}

/** A whole reply of so many sections. */
export function wholeReply(count: number): string[] {
  return Array.from({ length: count }, (_, index) => sections[index % sections.length] ?? []).flat();
}
