/** Code in colours: in each language the same line by line, harmless, and never slow. */
import { describe, expect, test } from "bun:test";
import { codeHtml, lineCut } from "../../src/render/code/block.ts";
import { Highlighter } from "../../src/render/code/highlight.ts";
import { languageNames } from "../../src/render/code/languages.ts";
import { randomOf, seedOf } from "../support/random.ts";

/** What opens, closes and confuses, in one language or another. */
const TOKENS = [
  ..."( ) [ ] { } < > </ /> = ; : , . \\ / // /* */ # -- {- -} \" ' ` \"\"\" ''' $ ${ #{ <<EOF EOF <a <script> </script> @ % | & && => -> :: <!-- --> ".split(
    " ",
  ),
  ..."if then else end begin def function class return let const var type import from select where fn pub struct 0 1.5e3 0xff true null name Name a b".split(
    " ",
  ),
  "=begin\n",
  "=end\n",
  " ",
  "  ",
  "\t",
  "\n",
  "\n",
  "\n\n",
  "é",
  "😀",
];

describe("code has its colours:", () => {
  test.each([
    ["js", "const a = 1; // b", "<c-k>const</c-k> <c-f>a</c-f> = <c-n>1</c-n>; <c-c>// b</c-c>"],
    ["TypeScript", "type A = B", "<c-k>type</c-k> <c-t>A</c-t> = <c-t>B</c-t>"],
    [
      "py",
      'def f(): return "x"',
      "<c-k>def</c-k> <c-f>f</c-f>(): <c-k>return</c-k> <c-s>&quot;x&quot;</c-s>",
    ],
    ["sql", "SELECT 1", "<c-k>SELECT</c-k> <c-n>1</c-n>"],
    ["bash", "echo 'a' # b", "<c-t>echo</c-t> <c-s>&#x27;a&#x27;</c-s> <c-c># b</c-c>"],
    ["diff", "-a", "<c-d>-a</c-d>"],
    ["tsx", "f(<b>it's</b>)", "f(<c-t>&lt;b</c-t>&gt;it"],
    ["php", "<?php $a = null;", "<c-m>&lt;?php</c-m> $a = <c-n>null</c-n>;"],
    [
      "html",
      "<i>a</i>",
      "<c-m>&lt;</c-m><c-t>i</c-t><c-m>&gt;</c-m>a<c-m>&lt;/</c-m><c-t>i</c-t><c-m>&gt;</c-m>",
    ],
    ["nothing-known", "const a", "const a"],
    ["constructor", "const a", "const a"],
  ])("%s", (language, code, html) => {
    expect(new Highlighter(language).line(code)).toStartWith(`<c-l>${html}`);
  });

  test("scripts and styles in a page have theirs", () => {
    const html = codeHtml("html", "<style>a { color: red }</style>\n<script>\nlet x\n</script><b>\n");
    expect(html).toContain("<c-k>let</c-k>");
    expect(html).toContain("<c-p>color</c-p>");
    expect(html).toContain("<c-t>b</c-t>");
  });

  test("a comment goes on over lines", () => {
    expect(codeHtml("c", "/* a\nb */ c\n")).toContain("<c-l><c-c>b */</c-c> c\n</c-l>");
  });
});

describe("whatever the code,", () => {
  const random = randomOf(seedOf("code"));
  for (const language of languageNames()) {
    test(`${language} is that text in known elements, and what is still open leaves no trace`, () => {
      for (let round = 0; round < 12; round++) {
        const code = `${random.soup(TOKENS, 60)}\n`;
        const html = codeHtml(language, code);
        expect(textOf(html)).toBe(code);
        expect(html.match(/<(?!\/?(?:div|pre|code|c-[lkscnftpmid])\b)[^>]*>/)).toBeNull();
        const highlighter = new Highlighter(language);
        let streamed = "";
        for (let at = 0; at < code.length; at = lineCut(code, at)) {
          const line = code.slice(at, lineCut(code, at));
          for (let end = random.below(9); end < line.length; end += 1 + random.below(9)) {
            highlighter.openLine(line.slice(0, end));
          }
          streamed += highlighter.line(line);
        }
        expect(html).toContain(streamed);
      }
    });
  }

  test("none is dear to colour", () => {
    const slow: string[] = [];
    const lines = ["(", "}", "::", "if x then", "a<b<", "/*"];
    for (const language of languageNames()) {
      for (const part of lines) {
        const line = `${part.repeat(8)}\n`;
        // The machine may be busy: the least of a few runs is the nearest to what it costs.
        const isQuick = [1, 2, 3].some(
          () => cpuMs(language, line.repeat(Math.ceil(16_000 / line.length))) < 150,
        );
        if (!isQuick) slow.push(`${language} ${part}`);
      }
    }
    expect(slow).toEqual([]);
  }, 60_000);
});

describe("without colours is", () => {
  test("what comes after 32 KB of a block", () => {
    const html = codeHtml("js", "let a;\n".repeat(10_000));
    expect(html.match(/<c-k>/g)?.length).toBe(Math.floor(32_768 / 7) + 1);
    expect(textOf(html)).toBe("let a;\n".repeat(10_000));
  });

  test("what is nested too deeply", () => {
    expect(codeHtml("js", `${"(".repeat(201)}\nlet a\n`)).not.toContain("<c-k>");
  });
});

test("a line too long is cut, between characters", () => {
  const html = codeHtml("js", `${"😀".repeat(600)}\nlet a\n`);
  expect(html.match(/<c-l>/g)?.length).toBe(4);
  expect(html.isWellFormed()).toBe(true);
  expect(html).toContain("<c-k>let</c-k>");
});

function textOf(html: string): string {
  const units: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
  return html
    .replace(/<[^>]*>/g, "")
    .replace(/&([a-z0-9#]+);/g, (entity, name: string) => units[name] ?? entity);
}

function cpuMs(language: string, code: string): number {
  const before = process.cpuUsage();
  codeHtml(language, code);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
