/** What each construct of Markdown becomes, and that nothing in a reply becomes more than that. */
import { describe, expect, test } from "bun:test";
import { escapeHtml } from "../../src/render/html.ts";
import { renderBlocks } from "../../src/render/markdown.ts";
import { childrenOf } from "../support/body.ts";

const REL = 'rel="noopener noreferrer nofollow" target="_blank"';

const CONSTRUCTS: [name: string, markdown: string, html: string[]][] = [
  ["headings begin below the page's own", "# a\n## b\n###### c", ["h3:a", "h4:b", "h6:c"].map(headed)],
  ["setext headings", "a\n===\nb\n---", ["h3:a", "h4:b"].map(headed)],
  ["soft and hard breaks", "a\nb  \nc\\\nd", ['<p dir="auto">a\nb<br>c<br>d</p>']],
  [
    "emphasis",
    "*a* **b** ~~c~~ `d`",
    ['<p dir="auto"><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>'],
  ],
  ["rules", "***\n---", ["<hr>", "<hr>"]],
  ["quotes", "> a\nb", ['<blockquote dir="auto"><p dir="auto">a\nb</p></blockquote>']],
  ["a tight list", "- a\n- b", ['<ul data-items><li dir="auto">a</li><li dir="auto">b</li></ul>']],
  [
    "a loose list, its first item included",
    "3. a\n4. b\n\n5. c",
    [
      `<ol start="3" data-items>${["a", "b", "c"].map((text) => `<li dir="auto"><p dir="auto">${text}</p></li>`).join("")}</ol>`,
    ],
  ],
  [
    "a nested list",
    "- a\n  1. b",
    ['<ul data-items><li dir="auto">a<ol><li dir="auto">b</li></ol></li></ul>'],
  ],
  [
    "tasks, each named by its text",
    "- [x] a\n- [ ] b",
    [
      '<ul data-items><li class="task" dir="auto"><label><input type="checkbox" disabled checked> a</label></li>' +
        '<li class="task" dir="auto"><label><input type="checkbox" disabled> b</label></li></ul>',
    ],
  ],
  [
    "a table",
    "|a|b|\n|:-:|-:|\n|1|2|",
    [
      '<div class="table" tabindex="0"><table><thead><tr><th class="center" dir="auto">a</th><th class="right" dir="auto">b</th></tr></thead>' +
        '<tbody data-items><tr><td class="center" dir="auto">1</td><td class="right" dir="auto">2</td></tr></tbody></table></div>',
    ],
  ],
  ["a table right after text", "t\na|b\n-|-", ['<p dir="auto">t</p>', expect.stringContaining("<th")]],
  [
    "fenced code",
    "```x-sql y\na < b\n\n```\nc",
    [code(' data-lang="x-sql"', "a &lt; b\n", "\n"), '<p dir="auto">c</p>'],
  ],
  ["unclosed code", "~~~\na", [code("", "a\n")]],
  ["indented code keeps its form", "    a\n\n      b", [code("", "a\n", "\n", "  b\n")]],
  [
    "code in an item",
    "- ```js\n  a\n  ```",
    [`<ul data-items><li dir="auto">${code(' data-lang="js"', "a\n")}</li></ul>`],
  ],
  [
    "a link",
    '[a](https://b.example "c")',
    [`<p dir="auto"><a href="https://b.example" title="c" ${REL}>a</a></p>`],
  ],
  [
    "a bare link",
    "see www.a.example.",
    [`<p dir="auto">see <a href="https://www.a.example" ${REL}>www.a.example</a>.</p>`],
  ],
  [
    "a bare e-mail address",
    "a@b.example",
    [`<p dir="auto"><a href="mailto:a@b.example" ${REL}>a@b.example</a></p>`],
  ],
  [
    "an address in brackets",
    "<https://a.example>",
    [`<p dir="auto"><a href="https://a.example" ${REL}>https://a.example</a></p>`],
  ],
  [
    "an image as a link",
    "![a](https://b.example/c)",
    [`<p dir="auto"><a class="image" data-image href="https://b.example/c" ${REL}>a</a></p>`],
  ],
  ["a definition alone shows nothing", "[a]: https://b.example", []],
  [
    "a definition for a block before it",
    "[a]\n\n> x\n>\n> [A]: https://b.example",
    [
      `<p dir="auto"><a href="https://b.example" ${REL}>a</a></p>`,
      '<blockquote dir="auto"><p dir="auto">x</p></blockquote>',
    ],
  ],
  [
    "the first definition of a label holds",
    "[a]: https://1.example\n\n[a]: https://2.example\n\n[a]",
    [`<p dir="auto"><a href="https://1.example" ${REL}>a</a></p>`],
  ],
  ["entities", "&copy; &lt;b&gt; &#65; AT&T", ['<p dir="auto">© &lt;b&gt; A AT&amp;T</p>']],
  ["text of nothing", " \n\n\t\n", []],
];

describe("Markdown becomes", () => {
  for (const [name, markdown, html] of CONSTRUCTS) {
    test(name, () => expect(renderBlocks(markdown)).toEqual(html));
  }
});

describe("a reply cannot", () => {
  test("break out of its blocks", () => {
    for (const html of renderBlocks(
      "</p></div>\n\n- </li></ul>\n\n```\n</code></pre>\n```\n\n> </blockquote>\n\n|a|\n|-|\n|</td>|",
    )) {
      expect(childrenOf(html)).toHaveLength(1);
    }
  });

  test("exhaust the stack by nesting", () => {
    expect(renderBlocks(">".repeat(20_000)).every((html) => childrenOf(html).length === 1)).toBe(true);
    expect(renderBlocks("- ".repeat(400) + "x").join("").length).toBeLessThan(4000);
  });

  test("make a thousand cells of a few characters", () => {
    const wide = `${"|a".repeat(100)}|\n${"|-".repeat(100)}|\n`;
    expect(renderBlocks(wide + "|x\n".repeat(100)).join("").length).toBeLessThan(10_000);
  });

  test("bring lone surrogates or NUL to the page", () => {
    const html = renderBlocks(
      "a\0b \ud800 `\udc00` [l](https://a.example/\ud800)\n\n```\n\0\ud800\n```",
    ).join("");
    expect(html.isWellFormed()).toBe(true);
    expect(html).not.toContain("\0");
    expect(html).toContain("a\ufffdb");
  });
});

test("a link's address is what was written, entities and backslashes undone", () => {
  const [html] = renderBlocks("[a](https://b.example/?c=1&amp;d=&copy;\\*) [e](<https://f.example/g h>)");
  expect(html).toContain('href="https://b.example/?c=1&amp;d=©*"');
  expect(html).toContain('href="https://f.example/g%20h"');
});

test("a link never holds a link", () => {
  const [html] = renderBlocks("[![a](https://b.example/c)](https://d.example)");
  expect(html).toBe(`<p dir="auto"><a href="https://d.example" ${REL}>a</a></p>`);
});

test("what is too long for one block is cut between words, and a quote stays one", () => {
  const text = renderBlocks("word ".repeat(4000));
  expect(text).toHaveLength(3);
  expect(text.every((html) => /^<p dir="auto">word .* word<\/p>$/.test(html))).toBe(true);
  expect(renderBlocks(`> ${"word ".repeat(4000)}`).every((html) => html.startsWith("<blockquote"))).toBe(
    true,
  );
  expect(renderBlocks("😀".repeat(10_000)).join("").isWellFormed()).toBe(true);
});

test("line ends are alike", () => {
  const text = "# a\n\n- b\n- c\n\n```\nd\n```\n";
  expect(renderBlocks(text.replaceAll("\n", "\r\n"))).toEqual(renderBlocks(text));
  expect(renderBlocks(text.replaceAll("\n", "\r"))).toEqual(renderBlocks(text));
});

test("escaped text is harmless in elements and attributes", () => {
  expect(escapeHtml(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;");
});

function headed(tagAndText: string): string {
  const [tag, text] = tagAndText.split(":");
  return `<${tag} dir="auto">${text}</${tag}>`;
}

function code(label: string, ...lines: string[]): string {
  const marked = lines.map((line) => `<c-l>${line}</c-l>`).join("");
  return `<div class="code"${label}><pre tabindex="0"><code data-items>${marked}</code></pre></div>`;
}
