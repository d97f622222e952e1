/** What of a conversation a model is asked with, and what a conversation is called. */
import { expect, test } from "bun:test";
import { buildPrompt } from "../../src/chat/prompt.ts";
import { titleFrom } from "../../src/chat/titles.ts";
import type { Message } from "../../src/domain.ts";

function path(...texts: string[]): Message[] {
  return texts.map((text, index) => ({
    id: `${index}`,
    conversation: "c",
    parent: index === 0 ? null : `${index - 1}`,
    role: index % 2 === 0 ? "user" : "assistant",
    parts: [
      { type: "reasoning", text: "never sent", durationMs: 1 },
      { type: "text", text },
    ],
    createdMs: 0,
    generation: null,
    siblings: [],
  }));
}

const options = { systemPrompt: null, promptCharsMax: 1000, isContinued: false };
const told = (messages: { role: string; content: string }[]) =>
  messages.map(({ role, content }) => `${role[0]} ${content}`);

test("the reply that is to be written is not part of the question, and thoughts never are", () => {
  expect(told(buildPrompt(path("One", "Two", "Three", ""), options))).toEqual(["u One", "a Two", "u Three"]);
  expect(told(buildPrompt(path("One", "Half"), options))).toEqual(["u One"]);
});

test("a reply that goes on is part of it, with the wish to go on", () => {
  const messages = buildPrompt(path("One", "Half"), { ...options, isContinued: true });
  expect(told(messages).slice(0, 2)).toEqual(["u One", "a Half"]);
  expect(messages[2]?.role).toBe("user");
  expect(messages[2]?.content).toContain("Go on exactly where it stopped");
});

test("roles alternate, whatever failed in between", () => {
  expect(told(buildPrompt(path("One", "", "Again", "", "Once more", ""), options))).toEqual([
    "u One\n\nAgain\n\nOnce more",
  ]);
});

test("what does not fit is left out from the oldest on, and what is left begins with a question", () => {
  const long = path("a".repeat(50), "b".repeat(50), "c".repeat(50), "d".repeat(50), "e".repeat(50), "");
  const kept = (promptCharsMax: number, systemPrompt: string | null = null) =>
    buildPrompt(long, { ...options, promptCharsMax, systemPrompt })
      .map((message) => message.content[0])
      .join("");
  expect(kept(250)).toBe("abcde");
  expect(kept(249)).toBe("cde");
  expect(kept(150)).toBe("cde");
  expect(kept(149)).toBe("e");
  expect(kept(1)).toBe("e");
  expect(kept(250, "s")).toBe("scde");
  expect(kept(251, "s")).toBe("sabcde");
});

const titles: [text: string, title: string][] = [
  ["Hello", "Hello"],
  ["  Hello \n second line", "Hello"],
  ["\n\n# A heading\ntext", "A heading"],
  ["> - `quoted` list", "quoted` list"],
  ["###", "###"],
  ["a  b\tc", "a b c"],
  [`${"word ".repeat(30)}`, `${"word ".repeat(15).trim()}…`],
  ["x".repeat(100), `${"x".repeat(79)}…`],
  [`${"x".repeat(78)}😀😀`, `${"x".repeat(78)}…`],
  ["深".repeat(81), `${"深".repeat(79)}…`],
];

test("a conversation is called by its first line's first words", () => {
  for (const [text, title] of titles) {
    expect(titleFrom(text, 80)).toBe(title);
    expect(titleFrom(text, 80).length).toBeLessThanOrEqual(80);
    expect(titleFrom(text, 80).isWellFormed()).toBe(true);
  }
});
