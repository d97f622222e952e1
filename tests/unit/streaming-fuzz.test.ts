/** However a text is cut into pieces, its readers end with what the whole text renders to. */
import { describe, expect, test } from "bun:test";
import { renderBlocks } from "../../src/render/markdown.ts";
import { StreamingMarkdown } from "../../src/render/streaming.ts";
import { BodyModel } from "../support/body.ts";
import { readCorpus } from "../support/corpus.ts";
import { randomOf, seedOf, type Random } from "../support/random.ts";

const TOKENS = [
  ...[
    "a",
    "b c",
    "text text\n",
    "é",
    "😀",
    "\\",
    "&amp;",
    "<b>",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n",
    "\n\n",
    "\n\n\n",
  ],
  ...[
    "\r\n",
    "\r",
    "\0",
    "\ud800",
    "\udc00",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "2) ",
    "10. ",
    "- item\n",
    "  - nested\n",
  ],
  ...[
    "1. one\n",
    "   more\n",
    "- [ ] ",
    "- [x] t\n",
    "> ",
    "> q\n",
    "# ",
    "## ",
    "---",
    "===",
    "***\n",
    "```",
  ],
  ...[
    "```js\n",
    "  ```\n",
    "~~~",
    "`",
    "**",
    "*",
    "_",
    "~~",
    "|",
    "| a | b |\n",
    "|-|:-:|\n",
    "[x]",
    "[x][y]",
  ],
  ...[
    "[x]: http://x.y\n",
    "[y]: /u 't'\n",
    "  [x]: http://z\n",
    "http://a.b ",
    "![i](http://i.j)",
    '[l](http://k.l "t")',
  ],
  ...[
    "$x$",
    "$$",
    "$$\n",
    "$",
    "$5 ",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    "\\frac12",
    "[^1]",
    "[^1]: n\n",
    "[^b]: ",
    "[^b]",
    "> [!NOTE]\n",
    "[!TIP]",
    "\ufdd00\ufdd1",
  ],
];

describe("cut at random, with readers who resume at random, it ends the same:", () => {
  const seed = seedOf("corpus");
  for (const [name, markdown] of readCorpus()) {
    test(name, () => {
      const random = randomOf(seed);
      for (let round = 0; round < 20; round++) stream(markdown, random, 1 + random.below(40));
    });
  }

  test("the whole corpus as one text", () => {
    const all = readCorpus().map(([, markdown]) => markdown);
    stream(all.join("\n\n"), randomOf(seedOf("all")), 60);
  });

  test("token soup", () => {
    const random = randomOf(seedOf("soup"));
    for (let round = 0; round < 2500; round++) stream(random.soup(TOKENS, 30), random, 8);
  }, 20_000);

  test("token soup long enough to be cut and held back", () => {
    const random = randomOf(seedOf("long soup"));
    const words = [...TOKENS.filter((token) => !token.includes("\n\n")), ...Array<string>(80).fill("word ")];
    for (let round = 0; round < 6; round++) {
      stream(Array.from({ length: 100 }, () => random.soup(words, 200)).join(""), random, 400);
    }
  }, 20_000);
});

type Reader = { model: BodyModel; seq: number };

/** Streams the text to one reader who sees all, and to others who were away and resume. */
function stream(markdown: string, random: Random, deltaMax: number): void {
  const streaming = new StreamingMarkdown();
  const first: Reader = { model: new BodyModel(), seq: 0 };
  let readers = [first];
  let away: Reader[] = [];
  let seq = 0;
  for (let at = 0; at < markdown.length;) {
    const next = at + 1 + random.below(deltaMax);
    streaming.append(markdown.slice(at, next));
    at = next;
    if (random.below(4) === 0) continue;
    const steps = streaming.take(++seq);
    for (const reader of readers) follow(reader, steps, seq);
    expectSame(markdown, readers, streaming.html());
    if (random.below(4) === 0) away.push({ model: first.model.copy(), seq: first.seq });
    if (random.below(8) !== 0) continue;
    for (const reader of away) resume(reader, streaming, first.seq, random);
    expectSame(markdown, away, streaming.html());
    readers = [first, ...away];
    away = [];
  }
  const last = streaming.finish(++seq);
  for (const reader of readers) follow(reader, last, seq);
  for (const reader of away) resume(reader, streaming, seq, random);
  expectSame(markdown, [...readers, ...away], renderBlocks(markdown));
  expect(streaming.take(++seq)).toEqual([]);
}

function follow(reader: Reader, steps: ReturnType<StreamingMarkdown["take"]>, seq: number): void {
  reader.model.apply(steps);
  if (steps.length > 0) reader.seq = seq;
}

function resume(reader: Reader, streaming: StreamingMarkdown, seq: number, random: Random): void {
  const finished = Math.max(0, reader.model.html().length - 1);
  reader.model.apply(
    streaming.since(random.below(3) === 0 ? random.below(finished + 1) : finished, reader.seq),
  );
  reader.seq = seq;
}

function expectSame(markdown: string, readers: Reader[], html: string[]): void {
  for (const { model } of readers) {
    if (model.html().join("\n") === html.join("\n")) continue;
    expect({ markdown, html: model.html() }).toEqual({ markdown, html });
  }
}
