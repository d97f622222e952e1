/** What of a conversation a model is asked with, and what a conversation is called. */
import { expect, test } from "bun:test";
import { buildPrompt } from "../../src/chat/prompt.ts";
import { titleFrom } from "../../src/chat/titles.ts";
import { correctionOf, estimateTokens, roomOf } from "../../src/chat/context/room.ts";
import type { Generation, Message, Receipt } from "../../src/domain.ts";

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

const options = {
  ...{ systemPrompt: null, tokensMax: 1000, correction: 1, isContinued: false },
  ...{ takesImages: null, imagesMax: 2 },
};
const promptOf = (...given: Parameters<typeof buildPrompt>) => buildPrompt(...given).messages;
const told = (messages: { role: string; content: string }[]) =>
  messages.map(({ role, content }) => `${role[0]} ${content}`);

test("the reply that is to be written is not part of the question, and thoughts never are", () => {
  expect(told(promptOf(path("One", "Two", "Three", ""), options))).toEqual(["u One", "a Two", "u Three"]);
  expect(told(promptOf(path("One", "Half"), options))).toEqual(["u One"]);
});

test("a reply that goes on is part of it, with the wish to go on", () => {
  const messages = promptOf(path("One", "Half"), { ...options, isContinued: true });
  expect(told(messages).slice(0, 2)).toEqual(["u One", "a Half"]);
  expect(messages[2]?.role).toBe("user");
  expect(messages[2]?.content).toContain("Go on exactly where it stopped");
});

test("roles alternate, whatever failed in between", () => {
  expect(told(promptOf(path("One", "", "Again", "", "Once more", ""), options))).toEqual([
    "u One\n\nAgain\n\nOnce more",
  ]);
});

test("what does not fit is left out in whole turns, the oldest first, and where it begins is told", () => {
  // 10 tokens each, and 4 for what surrounds it.
  const long = path("a".repeat(40), "b".repeat(40), "c".repeat(40), "d".repeat(40), "e".repeat(40), "");
  const kept = (tokensMax: number, systemPrompt: string | null = null, correction = 1) => {
    const { messages, from } = buildPrompt(long, { ...options, tokensMax, systemPrompt, correction });
    return [messages.map((message) => message.content[0]).join(""), from];
  };
  expect(kept(70)).toEqual(["abcde", null]);
  expect(kept(69)).toEqual(["cde", "2"]);
  expect(kept(42)).toEqual(["cde", "2"]);
  expect(kept(41)).toEqual(["e", "4"]);
  expect(kept(1)).toEqual(["e", "4"]);
  expect(kept(74, "s")).toEqual(["scde", "2"]);
  expect(kept(75, "s")).toEqual(["sabcde", null]);
  expect(kept(140, null, 2)).toEqual(["abcde", null]);
  expect(kept(139, null, 2)).toEqual(["cde", "2"]);
  expect(kept(1, "s")).toEqual(["se", "4"]);
});

test("an estimate is what bytes tell, corrected by what the same model counted last in this conversation", () => {
  expect(["", "four", "five!", "深い", "naïve"].map(estimateTokens)).toEqual([4, 5, 6, 6, 6]);
  const counted = (id: string, tokensIn: number | null, promptEstimate: number): Message[] => {
    const details = { promptEstimate };
    const receipt = { tokensIn, details } as Receipt;
    return path("One", "Two").map((message, n) => {
      return n === 0
        ? message
        : { ...message, generation: { model: { endpoint: "hub", id }, receipt } as Generation };
    });
  };
  const model = { endpoint: "hub", id: "org/m:fastest" };
  expect(correctionOf(path("One", "Two"), model)).toBe(1);
  expect(correctionOf(counted("org/m:groq", 150, 100), model)).toBe(1.5);
  expect(correctionOf([...counted("org/m", 150, 100), ...counted("org/m", 80, 100)], model)).toBe(0.8);
  expect(correctionOf([...counted("org/m", 150, 100), ...counted("org/other", 80, 100)], model)).toBe(1.5);
  expect(correctionOf(counted("org/m", null, 100), model)).toBe(1);
  expect(correctionOf(counted("org/m", 9000, 100), model)).toBe(4);
});

test("a reply gets what it may take, but never more than half of what the model holds", () => {
  expect(roomOf(131_072, 4096, 1)).toEqual({ prompt: 126_976, reply: 4096 });
  expect(roomOf(4096, 4096, 1)).toEqual({ prompt: 2048, reply: 2048 });
  expect(roomOf(null, 4096, 100_000)).toEqual({ prompt: 100_000, reply: 4096 });
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
