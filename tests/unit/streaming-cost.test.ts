/** A token costs the same at the end of a long reply as at its beginning, in bytes and in time. */
import { describe, expect, test } from "bun:test";
import { StreamingMarkdown } from "../../src/render/streaming.ts";

const WORDS =
  "the quick brown fox jumps over a lazy dog while **seven** wizards `mix` *potions* in an old tower".split(
    " ",
  );

const REPLIES: Record<string, (length: number) => string> = {
  prose: (length) => repeat(length, (n) => `${n % 9 === 0 ? `## Part ${n}\n\n` : ""}${words(40, n)}.\n\n`),
  list: (length) => repeat(length, (n) => `- ${words(10, n)}\n`),
  "loose list": (length) => repeat(length, (n) => `${n + 1}. ${words(10, n)}\n\n`),
  "nested list": (length) => repeat(length, (n) => `${"  ".repeat(n % 4)}- ${words(8, n)}\n`),
  "one item": (length) => `- top\n${repeat(length, (n) => `  - ${words(8, n)}\n`)}`,
  table: (length) =>
    `| a | b | c |\n|---|:-:|--:|\n${repeat(length, (n) => `| ${words(4, n)} | ${words(4, n + 1)} | ${n} |\n`)}`,
  code: (length) => `\`\`\`ts\n${repeat(length, (n) => `const x${n} = f(${n}, "<a>");\n`)}`,
  paragraph: (length) => repeat(length, (n) => `${words(12, n)}\n`),
  "one line": (length) => repeat(length, (n) => `${words(12, n)} `),
  notes: (length) => repeat(length, (n) => `${words(30, n)}[^${n}].\n\n[^${n}]: ${words(30, n)}\n\n`),
  quote: (length) => repeat(length, (n) => `> ${words(10, n)}\n`),
};

const LENGTHS = [100, 1000, 8000, 80_000];
const ALLOWANCE = 3000;

describe("the steps of a reply are at most four times as long as its text:", () => {
  for (const [name, reply] of Object.entries(REPLIES)) {
    test(name, () => {
      for (const length of LENGTHS) {
        const { sent } = stream(reply(length), 4);
        expect(sent).toBeGreaterThan(length / 2);
        expect(sent).toBeLessThanOrEqual(4 * length + ALLOWANCE);
      }
    });
  }
});

describe("a character of a reply ten times as long takes no more time:", () => {
  for (const [name, reply] of Object.entries(REPLIES)) {
    test(
      name,
      () => {
        const [short, long] = [reply(8000), reply(80_000)];
        stream(short, 4);
        // The machine may be busy: the least of several runs is the nearest to what it costs.
        const ratio = (rounds: number): number => cpuMs(short, rounds, 10) / cpuMs(long, rounds, 1);
        const isFlat = [1, 2, 3, 4].some((rounds) => ratio(rounds) > 1 / 2);
        expect(isFlat).toBe(true);
      },
      30_000,
    );
  }
});

test("an ordinary paragraph is shown as it comes", () => {
  const { takes, steps } = stream(words(100, 1), 8);
  expect(steps).toBeGreaterThan(takes * 0.9);
});

test("a paragraph after many formulas is shown as it comes", () => {
  const streaming = new StreamingMarkdown();
  streaming.append("$\\frac{x_1^2}{y}$ ".repeat(300) + "\n\n");
  streaming.take(1);
  let steps = 0;
  for (const delta of deltasOf(words(40, 1), 8)) {
    streaming.append(delta);
    if (streaming.take(2).length > 0) steps++;
  }
  expect(steps).toBeGreaterThan(20);
});

test("a paragraph without an end is still shown every few lines", () => {
  const streaming = new StreamingMarkdown();
  let unseen = 0;
  let unseenMax = 0;
  for (const delta of deltasOf(REPLIES["one line"]?.(30_000) ?? "", 8)) {
    streaming.append(delta);
    unseen = streaming.take(1).length > 0 ? 0 : unseen + delta.length;
    unseenMax = Math.max(unseenMax, unseen);
  }
  expect(unseenMax).toBeLessThan(700);
});

function stream(text: string, deltaLength: number): { takes: number; steps: number; sent: number } {
  const streaming = new StreamingMarkdown();
  const totals = { takes: 0, steps: 0, sent: 0 };
  for (const delta of deltasOf(text, deltaLength)) {
    streaming.append(delta);
    const steps = streaming.take(++totals.takes);
    if (steps.length > 0) totals.steps++;
    for (const step of steps) totals.sent += String(step.at(-1)).length;
  }
  for (const step of streaming.finish(++totals.takes)) totals.sent += String(step.at(-1)).length;
  return totals;
}

function* deltasOf(text: string, length: number): Generator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}

/** The least time of `rounds` runs, each of the text `times` over. */
function cpuMs(text: string, rounds: number, times: number): number {
  let leastMs = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time++) stream(text, 4);
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
  }
  return leastMs;
}

function words(count: number, from: number): string {
  return Array.from({ length: count }, (_, n) => WORDS[(n * 7 + from * 3) % WORDS.length]).join(" ");
}

function repeat(length: number, part: (n: number) => string): string {
  let text = "";
  for (let n = 0; text.length < length; n++) text += part(n);
  return text.slice(0, length);
}
