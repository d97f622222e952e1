/** A line of code reads as it does with CodeMirror's own class, to every tokenizer. */
import { StringStream } from "@codemirror/streamparser";
import { expect, test } from "bun:test";
import { languageNames, parserOf } from "../../src/render/code/languages.ts";
import { lineOf, type Line } from "../../src/render/code/line.ts";
import { randomOf, seedOf } from "../support/random.ts";

const PIECES = [
  ..."( ) [ ] { } < > </ /> = ; : , . \\ / // /* */ # -- \" ' ` \"\"\" ''' $ ${ #{ <<EOF EOF @ % | & => :: <!-- -->".split(
    " ",
  ),
  ..."if then else end begin def function class let import SELECT select <script> </script> 0 1.5e3 0xff name Name".split(
    " ",
  ),
  ...["=begin\n", "=end\n", " ", "    ", "\t", "\n", "\n\n", "\u00a0", "\u2003", "é", "😀"],
];

test("each language finds the same tokens at the same columns", () => {
  const random = randomOf(seedOf("lines of code"));
  let found = 0;
  for (const language of languageNames()) {
    for (let round = 0; round < 8; round += 1) {
      const code = random.soup(PIECES, 80);
      const own = tokensIn(language, code, (line) => lineOf(line, 4));
      const theirs = tokensIn(language, code, (line) => new StringStream(line, 4, 4) as unknown as Line);
      expect({ language, tokens: own }).toEqual({ language, tokens: theirs });
      found += own.length;
    }
  }
  expect(found).toBeGreaterThan(5000);
});

test("what tokenizers ask seldom is answered alike", () => {
  for (const make of [(text: string) => lineOf(text, 4), (text: string) => new StringStream(text, 4, 4)]) {
    const line = make("\t  let É = a");
    expect([line.indentation(), line.eatSpace(), line.pos, line.eatSpace()]).toEqual([6, true, 3, false]);
    line.start = line.pos;
    expect([line.column(), line.match("LET"), line.match("LET", false, true), line.pos]).toEqual([
      6,
      null,
      true,
      3,
    ]);
    expect([line.match(/a$/), line.match(/^l(.)t/)?.toString()]).toEqual([null, "let,e"]);
    expect([line.current(), line.skipTo("="), line.eat("!"), line.eat(/=/), line.peek()]).toEqual([
      "let",
      true,
      undefined,
      "=",
      " ",
    ]);
    line.skipToEnd();
    expect([line.eol(), line.next(), line.peek(), line.eat(/x?/)]).toEqual([
      true,
      undefined,
      undefined,
      undefined,
    ]);
    line.backUp(1);
    expect([line.next(), line.eatWhile((char) => char === "a"), line.sol()]).toEqual(["a", false, false]);
  }
});

function tokensIn(language: string, code: string, make: (line: string) => Line): unknown[] {
  const parser = parserOf(language);
  const state = parser?.startState?.(4) ?? {};
  const tokens: unknown[] = [];
  for (const text of code.split("\n")) {
    if (text === "") parser?.blankLine?.(state, 4);
    // As the highlighter does: some keep what the last token was outside of their state.
    parser?.token(make(";"), parser.startState?.(4) ?? {});
    const line = make(text);
    for (let idle = 0; !line.eol() && idle < 10; idle += Number(line.pos <= line.start)) {
      line.start = line.pos;
      const style = parser?.token(line, state);
      tokens.push([style, line.current(), line.column(), line.indentation()]);
    }
  }
  return tokens;
}
