/** Footnotes and alerts, whole and while they come. */
import { describe, expect, test } from "bun:test";
import { renderBlocks } from "../../src/render/markdown.ts";
import { StreamingMarkdown } from "../../src/render/streaming.ts";

const reference = (number: number, id = "") =>
  `<sup><a role="doc-noteref"${id} href="#note-m-${number}">${number}</a></sup>`;
const first = (number: number) => reference(number, ` id="ref-m-${number}"`);

test("a reference and its note lead to each other", () => {
  const [text, note] = renderBlocks("a[^x] b[^x]\n\n[^X]: the *note*", "m");
  expect(text).toBe(`<p dir="auto">a${first(1)} b${reference(1)}</p>`);
  expect(note).toContain('role="doc-footnote" id="note-m-1"');
  expect(note).toContain('<a class="footnote__number" href="#ref-m-1">1</a>');
  expect(note).toContain('<p dir="auto">the <em>note</em></p>');
});

test("notes are numbered as they are defined, and their ids are given once", () => {
  const html = renderBlocks("a[^2] b[^1]\n\n- c[^1]\n\n[^1]: one\n[^2]: two [^1]\n", "m").join("");
  expect(html.match(/id="[^"]*"/g)?.toSorted()).toEqual(
    ['id="note-m-1"', 'id="note-m-2"', 'id="ref-m-1"', 'id="ref-m-2"'].toSorted(),
  );
  expect(html).toContain(`a${first(2)} b${first(1)}`);
});

describe("is text:", () => {
  test.each([
    ["a reference to no note", "a[^1]"],
    ["a reference in code", "`[^1]`\n\n[^1]: x"],
    ["a label with a space", "[^a b]\n\n[^a b]: x y"],
  ])("%s", (_, markdown) => expect(renderBlocks(markdown, "m")[0]).not.toContain("noteref"));
});

test("a second note of a label is not lost", () => {
  expect(renderBlocks("[^1]: a\n\n[^1]: b", "m")[1]).toBe(`<p dir="auto">${reference(1)}: b</p>`);
});

test("a note of one word is no link's definition", () => {
  expect(renderBlocks("[^1]: https://a.example", "m")[0]).toContain('href="https://a.example"');
});

test("a note goes on in lines without a blank between, and in indented ones", () => {
  const blocks = renderBlocks("[^1]: a\nb\n\n    c\n\n    - d\n\ne", "m");
  expect(blocks).toHaveLength(2);
  expect(blocks[0]).toContain('<p dir="auto">a\nb</p><p dir="auto">c</p><ul><li dir="auto">d</li></ul>');
});

test("a note that comes changes the blocks that refer to it, and no others", () => {
  const streaming = new StreamingMarkdown("m");
  streaming.append("a[^1]\n\nplain\n\n- b[^1]\n- plain\n\n");
  streaming.take(1);
  streaming.append("[^1]: note\n\nend");
  const places = streaming.take(2).map((step) => step.slice(0, step[0] === "item" ? 3 : 2));
  expect(places).toEqual([
    ["block", 3],
    ["block", 4],
    ["block", 0],
    ["item", 2, 0],
  ]);
});

test("replies on one page have notes of their own", () => {
  const ids = (name: string) =>
    renderBlocks("a[^1]\n\n[^1]: b", name)
      .join("")
      .match(/id="[^"]*"/g) ?? [];
  expect(new Set([...ids("m"), ...ids("n")]).size).toBe(4);
});

describe("an alert", () => {
  test.each(["note", "tip", "important", "warning", "caution"])("of the kind %s says so", (kind) => {
    const title = kind.charAt(0).toUpperCase() + kind.slice(1);
    expect(renderBlocks(`> [!${kind.toUpperCase()}]\n> a *b*`)).toEqual([
      `<blockquote class="alert alert--${kind}" dir="auto"><p class="alert__title">${title}</p><p dir="auto">a <em>b</em></p></blockquote>`,
    ]);
  });

  test.each([
    "> [!NOTE] a",
    "> [!OTHER]\n> a",
    "> a\n> [!NOTE]",
    "[!NOTE]\n\na",
    "> **[!NOTE]**",
    "> [!NOTE]a",
  ])("is not %j", (markdown) => expect(renderBlocks(markdown).join("")).not.toContain("alert"));

  test("shows nothing of its mark while it comes", () => {
    const streaming = new StreamingMarkdown();
    const shown: string[] = [];
    for (const [index, letter] of [..."> [!WARNING]\n> hot"].entries()) {
      streaming.append(letter);
      streaming.take(index + 1);
      shown.push(streaming.html().join(""));
    }
    expect(shown.filter((html) => html.includes("["))).toEqual([]);
    expect(shown.at(-1)).toContain("hot");
  });
});

test("half a formula is not shown on lines of its own, and half a note is", () => {
  const streaming = new StreamingMarkdown("m");
  streaming.append("$$\n\\frac{a");
  expect(streaming.take(1)).toEqual([]);
  streaming.append("}{b}\n$$\n\n[^1]: half");
  streaming.take(2);
  expect(streaming.html()[0]).toContain("<mfrac>");
  expect(streaming.html()[1]).toContain("half");
});
