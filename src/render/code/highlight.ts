/** Colours code line by line, so that a line which has come is final, and costs the same wherever it stands. */
import { escapeHtml } from "../html.ts";
import { copyState } from "./nested.ts";
import { kindOf, type Kind } from "./kinds.ts";
import { lineOf, type Parser } from "./line.ts";

// A longer block goes on without colours: nobody reads it for them, and what is open costs some tokenizers
// a walk at each word.
const BLOCK_MAX = 32_768;
const DEPTH_MAX = 200;
// In columns; no tokenizer here shows more than an indentation by them.
const TAB = 4;

type Languages = typeof import("./languages.ts");

export class Highlighter {
  #run: Run | null;
  #length = 0;
  #depth = 0;

  constructor(language: string) {
    this.#run = language === "" ? null : startRun(language);
  }

  /** A line that is complete; with its line end, unless it was cut. */
  line(text: string): string {
    const html = this.#html(text);
    this.#length += text.length;
    this.#depth += depthOf(text);
    if (this.#length > BLOCK_MAX || this.#depth > DEPTH_MAX) this.#run = null;
    return html;
  }

  /** A line of which more may come: it leaves no trace. */
  openLine(text: string): string {
    const run = this.#run;
    if (run === null) return this.#html(text);
    this.#run = { ...run, state: copyState(run.parser, run.state) };
    const html = this.#html(text);
    this.#run = run;
    return html;
  }

  #html(text: string): string {
    const run = this.#run;
    const isEnded = text.endsWith("\n");
    const code = isEnded ? text.slice(0, -1) : text;
    const tokens = run === null ? null : tokensOf(run, code);
    // A tokenizer that fails has lost its way: from here on there are no colours.
    if (tokens === null) this.#run = null;
    return `<c-l>${tokens === null ? escapeHtml(code) : tokensHtml(tokens)}${isEnded ? "\n" : ""}</c-l>`;
  }
}

type Run = { parser: Parser; state: unknown };
type Token = { kind: Kind | null; text: string };

function startRun(language: string): Run | null {
  // Loaded with the first block of code: half a megabyte that a start does not wait for. Rendering waits for nothing.
  const { parserOf }: Languages = require("./languages.ts");
  const parser = parserOf(language.toLowerCase());
  return parser === null ? null : { parser, state: parser.startState?.(TAB) ?? {} };
}

function tokensOf({ parser, state }: Run, line: string): Token[] | null {
  const tokens: Token[] = [];
  try {
    // Some keep what the last token was outside of their state: so that it never is another text's, it is this one.
    parser.token(lineOf(";", TAB), parser.startState?.(TAB) ?? {});
    if (line === "") parser.blankLine?.(state, TAB);
    const stream = lineOf(line, TAB);
    for (let idle = 0; !stream.eol();) {
      stream.start = stream.pos;
      const style = parser.token(stream, state);
      if (stream.pos <= stream.start) {
        idle += 1;
        if (idle > 10) return null;
        continue;
      }
      idle = 0;
      add(tokens, kindOf(style), line.slice(stream.start, stream.pos));
    }
  } catch {
    return null;
  }
  return tokens;
}

function add(tokens: Token[], kind: Kind | null, text: string): void {
  const last = tokens.at(-1);
  if (last !== undefined && last.kind === kind) last.text += text;
  else tokens.push({ kind, text });
}

function tokensHtml(tokens: Token[]): string {
  let html = "";
  for (const { kind, text } of tokens) {
    html += kind === null ? escapeHtml(text) : `<c-${kind}>${escapeHtml(text)}</c-${kind}>`;
  }
  return html;
}

function depthOf(line: string): number {
  let depth = 0;
  for (const bracket of line.match(/[()[\]{}]/g) ?? []) depth += "([{".includes(bracket) ? 1 : -1;
  return depth;
}
