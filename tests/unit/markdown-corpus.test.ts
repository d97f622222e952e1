/** Text rendered block by block looks as it does when the parser sees all of it. */
import { describe, expect, test } from "bun:test";
import { renderBlocks } from "../../src/render/markdown.ts";
import { nodesHtml } from "../../src/render/markdown/elements.ts";
import { columnsOf, delimiterColumns, lineStart } from "../../src/render/markdown/lines.ts";
import { isElement, parse } from "../../src/render/markdown/tree.ts";
import { childrenOf } from "../support/body.ts";
import { readCorpus } from "../support/corpus.ts";
import { randomOf, seedOf } from "../support/random.ts";

describe("block by block is as all at once", () => {
  // The parser knows no footnotes.
  for (const [name, markdown] of readCorpus().filter(([, each]) => !each.includes("[^"))) {
    test(name, () => {
      const blocks = renderBlocks(markdown);
      expect(blocks.length).toBeGreaterThan(1);
      expect(withoutMarks(blocks.join(""))).toBe(withoutMarks(nodesHtml(parse(markdown) ?? [])));
      for (const html of blocks) expect(childrenOf(html)).toHaveLength(1);
    });
  }

  // Where the two are known to differ, and why ours is kept.
  test.each([
    ["the parser makes spaces of a tab at a code line's start", "```\n\tx\n```", "\tx\n"],
    ["the parser takes a list for tight whose last item is empty", "- a\n\n-", '<p dir="auto">a</p>'],
  ])("but %s", (_, markdown, kept) => {
    expect(nodesHtml(parse(markdown) ?? [])).not.toContain(kept);
    expect(renderBlocks(markdown).join("")).toContain(kept);
  });
});

test("a table's head is told from text as the parser tells it", () => {
  const random = randomOf(seedOf("table heads"));
  const header = ["|", "a", " ", "\\", "\\|", "`", "|", "**"];
  const delimiter = ["|", "-", ":", "-", " ", "-|", "|-"];
  let tables = 0;
  for (let round = 0; round < 20_000; round++) {
    const [first, second] = [random.soup(header, 7), random.soup(delimiter, 7)];
    if (lineStart(first).kind !== "text" || lineStart(second).kind !== "text") continue;
    const [node] = parse(`${first}\n${second}`) ?? [];
    const isTable = node !== undefined && isElement(node) && node.type === "table";
    const columns = delimiterColumns(second);
    expect([first, second, columns > 0 && columns === columnsOf(first)]).toEqual([first, second, isTable]);
    if (isTable) tables++;
  }
  expect(tables).toBeGreaterThan(500);
});

function withoutMarks(html: string): string {
  return html.replaceAll(" data-items", "").replaceAll("<tbody></tbody>", "");
}
