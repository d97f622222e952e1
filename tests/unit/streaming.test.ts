/** Which steps a growing text is told in. */
import { expect, test } from "bun:test";
import { renderBlocks } from "../../src/render/markdown.ts";
import { StreamingMarkdown, type BodyStep } from "../../src/render/streaming.ts";
import { BodyModel } from "../support/body.ts";

/** The steps of each delta's take, then the last ones; a model has applied them all. */
function stream(...deltas: string[]): { takes: BodyStep[][]; last: BodyStep[] } {
  const streaming = new StreamingMarkdown();
  const model = new BodyModel();
  const takes = deltas.map((delta, index) => {
    streaming.append(delta);
    const steps = streaming.take(index + 1);
    model.apply(steps);
    expect(model.html()).toEqual(streaming.html());
    return steps;
  });
  const last = streaming.finish(deltas.length + 1);
  model.apply(last);
  expect(model.html()).toEqual(renderBlocks(deltas.join("")));
  return { takes, last };
}

test("a paragraph grows by its tail, and a finished block is not told again", () => {
  const { takes, last } = stream("Hello", " **wor", "ld**", "\n\nNext");
  expect(takes).toEqual([
    [["block", 0, '<p dir="auto">Hello</p>']],
    [["tail", 19, " **wor</p>"]],
    [["tail", 20, "<strong>world</strong></p>"]],
    [["block", 1, '<p dir="auto">Next</p>']],
  ]);
  expect(last).toEqual([]);
});

test("code comes line by line, in its colours, and a line that has come is not told again", () => {
  const { takes, last } = stream("```js\n", "let a", ' = "<b>";\n', "f()", ";\n```", "\n");
  expect(takes).toEqual([
    [["block", 0, '<div class="code" data-lang="js"><pre tabindex="0"><code data-items></code></pre></div>']],
    [["item", 0, 0, "<c-l><c-k>let</c-k> <c-f>a</c-f></c-l>"]],
    [["tail", 32, " = <c-s>&quot;&lt;b&gt;&quot;</c-s>;\n</c-l>"]],
    [["item", 0, 1, "<c-l>f()</c-l>"]],
    [["tail", 8, ";\n</c-l>"]],
    [],
  ]);
  expect(last).toEqual([]);
});

test("a line of code that is nothing yet but a fence's beginning waits", () => {
  const { takes, last } = stream("```\na\nb\n", "``", "`");
  expect(takes[0]?.map(([kind]) => kind)).toEqual(["block", "item", "item"]);
  expect(takes.slice(1)).toEqual([[], []]);
  expect(last).toEqual([]);
});

test("code ends with a line end", () => {
  const { last } = stream("```\na\nb");
  expect(last).toEqual([["tail", 6, "\n</c-l>"]]);
});

test("items of a list come one by one", () => {
  const { takes } = stream("- one", " more\n- ", "two\n", "- three");
  expect(takes).toEqual([
    [
      ["block", 0, "<ul data-items></ul>"],
      ["item", 0, 0, '<li dir="auto">one</li>'],
    ],
    [["tail", 18, " more</li>"]],
    [["item", 0, 1, '<li dir="auto">two</li>']],
    [["item", 0, 2, '<li dir="auto">three</li>']],
  ]);
});

test("a list that turns out loose is told once more, once", () => {
  const { takes } = stream("- a\n- b\n", "\n- c", "\n\n- d");
  expect(takes[1]?.map((step) => step.slice(0, 3))).toEqual([
    ["item", 0, 0],
    ["item", 0, 1],
    ["item", 0, 2],
  ]);
  expect(takes[2]).toEqual([["item", 0, 3, '<li dir="auto"><p dir="auto">d</p></li>']]);
});

test("rows of a table come one by one, without the cells that are to come", () => {
  const { takes } = stream("| a | b |\n|--", "-|---|\n| c ", "| d |\n", "| e | f |\n");
  expect(takes[0]).toEqual([]);
  expect(takes[1]?.map(([kind]) => kind)).toEqual(["block", "item"]);
  expect(takes[1]?.at(-1)).toEqual(["item", 0, 0, '<tr><td dir="auto">c</td></tr>']);
  expect(takes[2]).toEqual([["tail", 26, 'td dir="auto">d</td></tr>']]);
  expect(takes[3]?.[0]?.slice(0, 3)).toEqual(["item", 0, 1]);
});

test("nothing is shown of a line that may yet be another kind of block", () => {
  const { takes } = stream("Text\n", "--", "- x", "\n``", "`js", "\ncode");
  expect(takes[1]).toEqual([]);
  expect(takes[3]).toEqual([]);
  expect(takes[4]).toEqual([]);
});

test("text that turns out to be a definition goes away", () => {
  const { takes } = stream("[a]: ", "https://b.example", "\n\ntext");
  expect(takes[0]).toEqual([["block", 0, '<p dir="auto">[a]:</p>']]);
  expect(takes[1]).toEqual([["cut", 0]]);
  expect(takes[2]).toEqual([["block", 0, '<p dir="auto">text</p>']]);
});

test("a definition replaces the finished blocks and items that it changes, and no others", () => {
  const { takes } = stream("[a]\n\nplain\n\n- [b]\n- [a]\n\ntext\n\n", "[a]: https://c.example\n\nend");
  expect(takes[1]?.map((step) => step.slice(0, step[0] === "item" ? 3 : 2))).toContainEqual(["block", 0]);
  expect(takes[1]?.map((step) => step.slice(0, step[0] === "item" ? 3 : 2))).toContainEqual(["item", 2, 1]);
  expect(takes[1]).toHaveLength(3);
});

test("half a surrogate pair waits for the other half, and a tail never splits one", () => {
  const { takes } = stream("a\ud83d", "\ude00", "b\ud83d", "\ude01");
  expect(takes[0]).toEqual([["block", 0, '<p dir="auto">a</p>']]);
  for (const step of takes.flat()) expect(String(step.at(-1)).isWellFormed()).toBe(true);
  stream("\ud83d");
});

test("a take with nothing new gives nothing", () => {
  const streaming = new StreamingMarkdown();
  expect(streaming.take(1)).toEqual([]);
  streaming.append("a");
  expect(streaming.take(2)).toHaveLength(1);
  expect(streaming.take(3)).toEqual([]);
});

test("one who resumes gets the blocks not held, those replaced since, and the open one", () => {
  const streaming = new StreamingMarkdown();
  streaming.append("[a]\n\nsecond\n\nthird");
  streaming.take(1);
  streaming.append("\n\nfourth\n\n[a]: https://b.example\n\nopen");
  streaming.take(2);
  const indexes = (steps: BodyStep[]) => steps.map((step) => step.slice(0, 2));
  expect(indexes(streaming.since(2, 1))).toEqual([
    ["cut", 2],
    ["block", 0],
    ["block", 2],
    ["block", 3],
    ["block", 4],
  ]);
  expect(indexes(streaming.since(4, 2))).toEqual([
    ["cut", 4],
    ["block", 4],
  ]);
  expect(indexes(streaming.since(99, 2))).toEqual([
    ["cut", 4],
    ["block", 4],
  ]);
});
