/** No text costs more than its length: whatever reads one is given four times as much, and takes about four times as long. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { agentName } from "../../src/auth/agent.ts";
import { cleanTitle, titleFrom } from "../../src/chat/titles.ts";
import { readConfig } from "../../src/config.ts";
import { failureOfAnswer } from "../../src/inference/failures.ts";
import { createChunkReader } from "../../src/inference/reply/chunks.ts";
import { createSseReader } from "../../src/inference/reply/sse.ts";
import { createThinkingSplitter } from "../../src/inference/reply/thinking.ts";
import { idIn, parseOp } from "../../src/protocol/parse.ts";
import { readModel, readParameters } from "../../src/protocol/models.ts";
import { languageNames } from "../../src/render/code/languages.ts";
import { codeHtml } from "../../src/render/code/block.ts";
import { cleanText } from "../../src/files/pdf/clean.ts";
import { renderBlocks } from "../../src/render/markdown.ts";
import { formulaHtml } from "../../src/render/math/formula.ts";
import { StreamingMarkdown } from "../../src/render/streaming.ts";
import { addressOf } from "../../src/server/access/address.ts";
import { acceptedEncodings } from "../../src/server/answers.ts";
import { excerptOf } from "../../src/store/search/excerpt.ts";
import { parseQuery } from "../../src/store/search/query.ts";
import { indexed } from "../../src/store/search/words.ts";

setDefaultTimeout(120_000);

/** What parsers of text go wrong over, said again and again. */
const atoms = [
  ..."a \n\t[]()<>*_`~#|\\$&\"'!^-+=.:/{}@0%\u0000\u0301\u202e\u200d\ud83d",
  ..."![ [a]( [a][ [^1] [^1]: <a </ <!-- && &# &amp; ** __ ~~ $$ \\( \\[ \\{ `` ```\n > >_ -_ 1._ *_a".split(
    " ",
  ),
  ...[
    "| a ",
    "|-|\n",
    "> ",
    "- ",
    "- - ",
    "* * ",
    "1. ",
    "# a\n",
    "a\n\n",
    " \n",
    "\t\n",
    "a@b.",
    "www.",
    "http://",
    "a:",
    "[a]: b\n",
  ],
  ...[
    "[!NOTE]\n> ",
    "[^1]: a\n",
    "\\frac{",
    "\\left(",
    "{a",
    "^{",
    "\\\\",
    "&\\",
    "\\text{",
    "$a$",
    "$a",
    "<think>",
    "</think",
    "data:",
    "data: {}\n\n",
  ],
  ...["'\"", '"*', "#> ", "(?:", "a=b;", "%20", "\u4e00", "e\u0301", "\u00e4 ", "\ud83d\ude00\u200d"],
];

const op = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
const header = (name: string, text: string) =>
  new Request("http://localhost/", { headers: { [name]: text.replaceAll(/[^\x20-\x7e]/g, "?") } });

/** Whatever they do with it: refusing it is as good as reading it. */
const readers: Record<string, (text: string) => unknown> = {
  Markdown: (text) => renderBlocks(text, "m"),
  "Markdown as it comes": (text) => stream(text),
  "code without a language": (text) => codeHtml("", text),
  formulas: (text) => formulaHtml(`$${text}$`, text, true),
  "a title's first words": (text) => titleFrom(text, 80),
  "a model's title": (text) => cleanTitle(text, 80),
  "words for the index": (text) => indexed(text),
  "a query": (text) => parseQuery(text),
  "an excerpt": (text) => excerptOf(`${text} end`, [{ words: ["end"], isPrefix: false }], 200),
  "a message": (text) => parseOp({ ...op, op: "message.send", parent: null, text }, 1e6),
  "a name": (text) => parseOp({ ...op, op: "conversation.rename", title: text }, 1e6),
  "a tag": (text) => parseOp({ ...op, op: "conversation.tag", tag: text }, 1e6),
  "an op's id": (text) => idIn(text),
  "a model's name": (text) => readModel(text),
  parameters: (text) => readParameters({ systemPrompt: text, stop: text, temperature: text, seed: text }),
  "a user agent": (text) => agentName(text),
  encodings: (text) => acceptedEncodings(header("accept-encoding", text)),
  "a forwarded address": (text) => addressOf(header("x-forwarded-for", text), null, 1),
  "a provider's refusal": (text) => failureOfAnswer({ status: 400, headers: new Headers(), body: text }),
  "a provider's page": (text) =>
    failureOfAnswer({ status: 502, headers: new Headers({ "content-type": "text/html" }), body: text }),
  "what a PDF gives": (text) => cleanText(text),
  "an event stream": (text) => readEvents(text),
  "thoughts in a reply": (text) => split(text),
  chunks: (text) => createChunkReader(1e6).read(JSON.stringify({ choices: [{ delta: { content: text } }] })),
  settings: (text) =>
    readConfig({
      HF_TOKEN: text,
      HOSTS: text,
      ENDPOINTS: text,
      PUBLIC_URL: text,
      INFERENCE_URL: text,
      FRAME_ANCESTORS: text,
    }),
};

// Typesetting is dear, and formulas are short: of those, 24 KB.
for (const [name, read] of Object.entries(readers)) {
  test(`${name}: of anything, 100 KB take at most about four times as long as 25 KB [I10]`, () => {
    expect(
      atoms.filter(
        (atom) => !isLinear((size) => read(filled(atom, size)), name === "formulas" ? 6000 : 25_000),
      ),
    ).toEqual([]);
  });
}

test("code of every language: a full block takes at most about four times as long as a quarter [I10]", () => {
  const parts = ['"', "(", "/*", "<a ", "${", "--"];
  const bent = languageNames().flatMap((language) => {
    return parts.filter(
      (part) => !isLinear((size) => codeHtml(language, filled(`${part.repeat(12)}\n`, size)), 8000),
    );
  });
  expect(bent).toEqual([]);
});

/** The machine may have been busy: the least of some tries tells what it costs. */
/** What is not linear is not at twice the size either; what is may have had its memory collected at the one. */
function isLinear(work: (size: number) => unknown, size: number): boolean {
  return [size, 2 * size].some((each) => isFourfold(work, each));
}

function isFourfold(work: (size: number) => unknown, size: number): boolean {
  for (const _ of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const whole = cpuMs(() => work(4 * size));
    // Too quick to tell, and too quick to harm.
    if (whole < quickMs) return true;
    if (whole < ratioMax * cpuMs(() => work(size))) return true;
  }
  return false;
}

const quickMs = 60;
const ratioMax = 8;

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  try {
    work();
  } catch {
    // It was refused.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function filled(atom: string, size: number): string {
  return atom.repeat(Math.ceil(size / atom.length));
}

function stream(text: string): void {
  const streaming = new StreamingMarkdown("m");
  let at = 0;
  for (let step = 0; at < text.length; step++) {
    streaming.append(text.slice(at, at + 500));
    at += 500;
    streaming.take(step);
  }
  streaming.finish(1e6);
}

function readEvents(text: string): void {
  const reader = createSseReader(() => {}, 1e6);
  for (let at = 0; at < text.length; at += 100) reader.push(text.slice(at, at + 100));
  reader.end();
}

function split(text: string): void {
  const splitter = createThinkingSplitter();
  const out = { text: () => {}, reasoning: () => {} };
  for (let at = 0; at < text.length; at += 100) splitter.push(text.slice(at, at + 100), out);
  splitter.end(out);
}
