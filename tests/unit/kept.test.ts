/** What is kept of stored texts is what would be made of them anew, and has a bound. */
import { expect, test } from "bun:test";
import { keepBlocks } from "../../src/render/kept.ts";
import { renderBlocks } from "../../src/render/markdown.ts";

function counted(charsMax: number) {
  const asked: string[] = [];
  const blocksOf = keepBlocks(charsMax, (text, name) => {
    asked.push(name);
    return renderBlocks(text, name);
  });
  return { asked, blocksOf };
}

test("a text is made into HTML once, and anew when it or its name is another", () => {
  const { asked, blocksOf } = counted(10_000);
  for (const [text, name] of [
    ["a *b* [^1]\n\n[^1]: c", "m"],
    ["a *b* [^1]\n\n[^1]: c", "m"],
    ["another", "m"],
    ["another", "n"],
    ["another", "m"],
  ] as const) {
    expect(blocksOf(text, name)).toEqual(renderBlocks(text, name));
  }
  expect(asked).toEqual(["m", "m", "n"]);
});

test("past its bound, the text that was asked for longest ago goes first", () => {
  const { asked, blocksOf } = counted(3000);
  const text = (name: string) => name.repeat(450);
  for (const name of ["a", "b", "c", "a", "d", "a", "b"]) blocksOf(text(name), name);
  expect(asked).toEqual(["a", "b", "c", "d", "b"]);
});

test("a text that would need all the room is not kept, and drives nothing out", () => {
  const { asked, blocksOf } = counted(3000);
  for (const name of ["a", "large", "large", "a"]) blocksOf(name === "a" ? "a" : "word ".repeat(900), name);
  expect(asked).toEqual(["a", "large", "large"]);
});
