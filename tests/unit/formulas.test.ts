/** What is taken for a formula, what it becomes, and that no TeX becomes more than a formula. */
import { describe, expect, test } from "bun:test";
import { renderBlocks } from "../../src/render/markdown.ts";
import { typeset } from "../../src/render/math/typeset.ts";
import { childrenOf } from "../support/body.ts";
import { randomOf, seedOf } from "../support/random.ts";

const html = (markdown: string) => renderBlocks(markdown).join("");
const count = (markdown: string) => html(markdown).match(/<math/g)?.length ?? 0;

describe("a formula is", () => {
  test.each([
    ["between dollars", "a $x$ b", "<math><mi>x</mi></math>"],
    ["between round brackets", "a \\(x\\) b", "<math><mi>x</mi></math>"],
    ["a digit", "$5$", "<math><mn>5</mn></math>"],
    ["between two dollars, on a line of its own", "a $$x$$ b", '<math display="block"><mi>x</mi></math>'],
    ["between square brackets", "a \\[x\\] b", '<math display="block"><mi>x</mi></math>'],
    ["in emphasis", "**$x$** _$y_1$_", "<strong><math><mi>x</mi></math></strong> <em><math>"],
    ["in a heading", "# a $x$", '<h3 dir="auto">a <math>'],
    ["in a cell", "|$a \\| b$|\n|-|", "<mi>|</mi>"],
    ["over lines that look like others", "$$\na\n= b\n- c\n$$", "<mo>−</mo>"],
    ["in an item", "- a\n  $$\n  x\n  $$", "<math"],
    ["in a quote", "> $$\n> x\n> $$", '<math display="block"><mi>x</mi></math>'],
    ["without the numbers of its lines", "$$\\begin{align}a&=b\\end{align}$$", "<mtable"],
  ])("%s", (_, markdown, expected) => {
    const rendered = html(markdown);
    expect(rendered).toContain(expected);
    expect(rendered).not.toContain("$");
  });
});

describe("text stays", () => {
  test.each([
    "It costs $5 and $10.",
    "It costs $5, or 10$ with tax",
    "$20 to ship and 30$ back",
    "US$3 and A$4",
    "$HOME/bin:$PATH and ${HOME}",
    "`$x$` and ``\\(y\\)``",
    "```\n$x$\n\n$$y$$\n```",
    "- ~~~\n  $x$\n  ~~~",
    "    $x$",
    "\\$x\\$ and \\$5 to \\$6",
    "https://a.example/$x$/y",
    "[a](https://a.example/$x$)",
    "$ x $",
    "$x\n\ny$",
    "$$\n\nx\n$$",
    "$$$$ $$ $ $",
    "\\[a\\](https://a.example)",
    "|$a|b$|\n|-|-|",
    "never $closed",
    "\\(never closed",
    "$\\frac{$",
  ])("%j", (markdown) => {
    expect(count(markdown)).toBe(0);
    const dollars = (text: string) => text.match(/\$/g)?.length ?? 0;
    expect(dollars(html(markdown).replace(/<[^>]*>/g, ""))).toBe(
      dollars(markdown.replace(/\]\([^)]*\)/g, "")),
    );
  });
});

describe("as it was written is shown", () => {
  test.each([
    "$\\href{javascript:alert(1)}{x}$",
    "$\\url{javascript:alert(1)}$",
    "$\\htmlClass{a}{b}$",
    "$\\class{a}{b}$",
    "$\\style{position:fixed}{b}$",
    "$\\id{a}{b}$",
    "$\\data{a=b}{c}$",
    "$\\includegraphics{https://a.example/b.png}$",
    "$\\def\\a{\\a\\a}\\a$",
    "$\\newcommand{\\a}{b}\\a$",
    "$\\gdef\\a{b}\\a$",
    "$\\let\\a=b\\a$",
    "$\\unknown$",
    "$\\frac{a$",
    "$\\begin{a}$",
  ])("%s", (markdown) => {
    const [block] = renderBlocks(markdown);
    expect(block).toBe(`<p dir="auto">${Bun.escapeHTML(markdown)}</p>`);
  });
});

describe("whatever the TeX,", () => {
  test("there is nothing but known elements and attributes, and one element in the other", () => {
    const random = randomOf(seedOf("TeX"));
    let formulas = 0;
    for (let round = 0; round < 4000; round++) {
      const written = typeset(random.soup(TEX, 8), random.below(2) === 0);
      if (written === null) continue;
      formulas += 1;
      expect(childrenOf(written)).toHaveLength(1);
      for (const [tag] of written.matchAll(/<[^/][^>]*>/g)) expect(tag).toMatch(HARMLESS);
    }
    expect(formulas).toBeGreaterThan(300);
  });

  test("what one formula says is forgotten by the next", () => {
    typeset("\\def\\forgotten{x}", false);
    typeset("\\begingroup\\gdef\\forgotten{x}", false);
    expect(typeset("\\forgotten", false)).toBeNull();
  });

  test("it does not grow without end, and takes no time", () => {
    const before = performance.now();
    for (const part of [
      "{",
      "\\sqrt",
      "\\frac",
      "x^{",
      "\\left(",
      "\\begin{matrix}",
      "\\text{",
      "\\\\",
      "&",
      "\\ce{",
    ]) {
      const formula = part.repeat(Math.floor(1990 / part.length));
      expect(html(`$$${formula}$$`).length).toBeLessThan(70_000);
      expect(html(`$${formula}$`).length).toBeLessThan(70_000);
    }
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test("a text of openers is read once", () => {
    for (const part of [
      "$a ",
      "$$ ",
      "\\( ",
      "\\[ ",
      "` `` ",
      "``` ",
      "[^a ",
      "$5 a$b ",
      "~~~",
      "\n~~~\n",
      "https://",
    ]) {
      const started = performance.now();
      html(`x ${part.repeat(8000 / part.length)}`);
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });
});

test("the characters that stand for formulas inside are none outside", () => {
  expect(html("\ufdd00\ufdd1 $x$")).toBe('<p dir="auto">\ufffd0\ufffd <math><mi>x</mi></math></p>');
});

const TEX = [
  ..."x 1 + - = < > & \\\\ { } _ ^ ' ~ % # \" / | ( ) [ ] , ! ?".split(" "),
  ..."\\frac \\sqrt \\sum \\int \\left( \\right) \\begin{matrix} \\end{matrix} \\begin{cases} \\end{cases}".split(
    " ",
  ),
  ...'\\text{a<b>&"} \\color{red} \\color{#f00} \\boxed{x} \\rule{9em}{9em} \\hspace{-99em} \\kern99em \\raisebox{-9em}{x}'.split(
    " ",
  ),
  ..."\\href{a}{b} \\class{a}{b} \\style{a}{b} \\ce{H2O} \\mathbb{R} \\tag{1} \\cancel{x} \\hat{x} \\phantom{x} \\bigl(".split(
    " ",
  ),
  ..."\\begin{array}{|c|r|} \\end{array} \\hline \\overbrace{x} \\xrightarrow{a} \\mathrm{d} \\displaystyle \\limits \\not".split(
    " ",
  ),
];

const HARMLESS =
  /^<(?:math|m[a-z]+|none)(?: (?:(?:accent|accentunder|displaystyle|fence|movablelimits|separator|stretchy|symmetric)="(?:true|false)"|display="block"|form="[a-z]+"|mathvariant="normal"|notation="[a-z ]+"|scriptlevel="\+?\d"|(?:depth|height|linethickness|[lr]space|m(?:ax|in)size|width)="\d{1,2}(?:\.\d+)?[a-z]*"|class="(?:(?:left|right|boxed) ?)+"))*>$/;
