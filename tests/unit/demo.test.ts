/** The built-in model talks, streams and stops like a real one. */
import { describe, expect, test } from "bun:test";
import { createDemo } from "../../src/inference/demo.ts";
import { answer } from "../../src/inference/eliza/eliza.ts";
import { matchPattern, type Rule } from "../../src/inference/eliza/rules.ts";
import { selfRules } from "../../src/inference/eliza/script-self.ts";
import { talkRules } from "../../src/inference/eliza/script-talk.ts";
import { worldRules } from "../../src/inference/eliza/script-world.ts";
import type { ChatMessage } from "../../src/inference/provider.ts";
import { hear, seeded } from "../support/upstream-client.ts";

const rules: Rule[] = [...selfRules, ...worldRules, ...talkRules];

function ask(...contents: string[]) {
  const messages = contents.map((content, index): ChatMessage => ({
    role: index % 2 === 0 ? "user" : "assistant",
    content,
  }));
  return { model: "eliza", messages, maxTokens: 100, temperature: 0.7 };
}

describe("ELIZA", () => {
  test.each([
    ["I need a holiday", /holiday/],
    ["My mother hates me", /family|they/i],
    ["are you a machine?", /simple program/],
    ["I am unhappy", /sorry/],
    ["You are not very clever", /I am not very clever/],
    ["I love my dog", /your dog/],
    ["if you were me", /I was you/],
    ["Bye!", /Goodbye/],
    ["I want to kill myself", /someone you trust/],
  ])("%s", (message, said) => {
    expect(answer([message])).toMatch(said);
  });

  test("comes back to what a person called their own", () => {
    const before = ["I have a question about my thesis", "yes"];
    expect(answer([...before, "hmm"])).toContain("your thesis");
    expect(answer(["yes", "hmm"])).not.toContain("your thesis");
  });

  test("does not say the same twice in a row", () => {
    const messages = ["hmm", "hmm", "hmm"];
    expect(new Set(messages.map((_, index) => answer(messages.slice(0, index + 1)))).size).toBe(3);
  });

  test("answers code, Markdown, other scripts and nothing with grace", () => {
    expect(answer(["```js\nlet a = 1;\n```"])).toContain("code");
    expect(answer(["# I *need* **[help](http://x)** with `this`"])).not.toMatch(/[*#`[\]]/);
    expect(answer(["Почему?"])).toContain("English");
    expect(answer(["$1 $2 $& __proto__ constructor"])).not.toBe("");
    for (const nothing of ["", "   ", "…", "\u0000"]) expect(answer([nothing])).not.toBe("");
    expect(answer([])).not.toBe("");
  });

  test("has words of many kinds, each in one rule only", () => {
    const words = rules.flatMap((rule) => rule.words);
    expect(rules.length).toBeGreaterThanOrEqual(35);
    expect(new Set(words).size).toBe(words.length);
  });

  test("names no part in an answer that its pattern lacks", () => {
    for (const rule of rules) {
      for (const [pattern, ...answers] of rule.cases) {
        const parts = pattern.split("*").length - 1;
        const marks = answers.flatMap((said) => said.match(/\$\d/g) ?? []);
        expect(answers.length).toBeGreaterThan(0);
        for (const mark of marks) expect(Number(mark.slice(1))).toBeLessThanOrEqual(parts);
      }
    }
  });

  test("survives any text, and quickly", () => {
    const seed = Date.now() % 1_000_000;
    console.log(`demo seed ${seed}`);
    const random = seeded(seed);
    const words = [
      ...rules.flatMap((rule) => rule.words),
      "my",
      "*",
      "$1",
      "```",
      "\n",
      "🙂",
      "(",
      "you",
      "me",
      ",",
    ];
    const pick = () => words[Math.floor(random() * words.length)] ?? "";
    for (let round = 0; round < 300; round++) {
      const messages = Array.from({ length: 4 }, () =>
        Array.from({ length: 1 + random() * 12 }, pick).join(" "),
      );
      const said = answer(messages);
      expect(said).toMatch(/[.?!]$/);
      expect(said).not.toMatch(/\$\d|undefined/);
    }
    const before = process.cpuUsage();
    answer(Array.from({ length: 500 }, () => "i think my mother ".repeat(5_000)));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });
});

test("a pattern's stars take the words between its words", () => {
  expect(matchPattern("* i am *", ["now", "i", "am", "here"])).toEqual([["now"], ["here"]]);
  expect(matchPattern("* my * is|are *", ["my", "cat", "is", "old"])).toEqual([[], ["cat"], ["old"]]);
  expect(matchPattern("no", ["no", "way"])).toBeNull();
  expect(matchPattern("* way", ["no", "way", "no", "way"])).toEqual([["no", "way", "no"]]);
});

test("a reply streams word by word, ends well, and tells its usage", async () => {
  const told = await hear(createDemo({ tokenMs: 0 }), { request: ask("Hello") });
  expect(told.error).toBeNull();
  expect(told.text).toBe(answer(["Hello"]));
  expect(told.events.filter((event) => event.type === "text").length).toBe(told.text.split(" ").length);
  expect(told.finish).toBe("stop");
  expect(told.usage).toEqual([1, told.text.split(" ").length]);
  expect(told.events[0]).toEqual({ type: "call", count: 1 });
});

test("the same conversation gets the same reply", async () => {
  const request = ask("I am sad", "Why?", "hmm");
  const [first, second] = await Promise.all([1, 2].map(() => hear(createDemo({ tokenMs: 0 }), { request })));
  expect(first?.text).toBe(second?.text ?? "");
});

test("a reply past its tokens is cut and says so", async () => {
  const told = await hear(createDemo({ tokenMs: 0 }), { request: { ...ask("Hello"), maxTokens: 2 } });
  expect(told.text.trim().split(" ")).toHaveLength(2);
  expect(told.finish).toBe("length");
});

test("a reply that was cut off goes on where it stopped", async () => {
  const whole = answer(["Hello"]);
  const said = whole.slice(0, 9);
  const again = "Your reply was cut off. Go on exactly where it stopped, without repeating any of it.";
  const told = await hear(createDemo({ tokenMs: 0 }), { request: ask("Hello", said, again) });
  expect(said + told.text).toBe(whole);
});

test("an abort ends a reply in the middle of a pause", async () => {
  const controller = new AbortController();
  const reason = new Error("stopped");
  const stop = hear(createDemo({ tokenMs: 60_000 }), { request: ask("Hello"), signal: controller.signal });
  controller.abort(reason);
  expect((await stop).error).toBe(reason);
});
