/** ELIZA, after Joseph Weizenbaum's program of 1966 (doi.org/10.1145/365153.365168): what she says next. */
import { type Case, matchPattern, type Rule } from "./rules.ts";
import { codeAnswers, emptyAnswers, foreignAnswers, noKeyAnswers, recalled, topics } from "./script.ts";
import { selfRules } from "./script-self.ts";
import { talkRules } from "./script-talk.ts";
import { worldRules } from "./script-world.ts";
import { clausesOf, looksLikeCode, turnAround } from "./words.ts";

/**
 * The answer to the last of a person's messages. What she remembers, and which answers she has used, follow
 * from the messages before it: the same conversation gets the same answer.
 */
export function answer(messages: string[]): string {
  const mind: Mind = { used: new Map(), memories: [] };
  let said = next(emptyAnswers, "empty", mind);
  for (const message of messages.slice(-MESSAGES_MAX)) said = reply(message, mind);
  return said;
}

const MESSAGES_MAX = 100;
const MEMORIES_MAX = 8;

type Mind = {
  /** How often each list of answers has been used. */
  used: Map<string, number>;
  memories: string[];
};

type Found = { rule: Rule; words: string[] };

const rules = [...selfRules, ...worldRules, ...talkRules];
const rulesByWord = new Map(rules.flatMap((rule) => rule.words.map((word) => [word, rule] as const)));

function reply(message: string, mind: Mind): string {
  if (looksLikeCode(message)) return next(codeAnswers, "code", mind);
  const clauses = clausesOf(message);
  if (clauses.length === 0) return next(emptyAnswers, "empty", mind);
  const found = clauses.flatMap(keywordsIn).toSorted((a, b) => b.rule.rank - a.rule.rank);
  remember(clauses, mind);
  for (const { rule, words } of found) {
    const said = applyRule(rule, words, mind);
    if (said !== null) return said;
  }
  if (!/[a-z]/i.test(message)) return next(foreignAnswers, "foreign", mind);
  const memory = mind.memories.shift();
  if (memory !== undefined) return next(recalled, "recalled", mind).replace("$1", () => memory);
  return next(noKeyAnswers, "none", mind);
}

function keywordsIn(words: string[]): Found[] {
  return words.flatMap((word) => {
    const rule = rulesByWord.get(word);
    return rule === undefined ? [] : [{ rule, words }];
  });
}

function applyRule(rule: Rule, words: string[], mind: Mind): string | null {
  for (const [pattern, ...answers] of rule.cases) {
    const parts = matchPattern(pattern, words);
    if (parts !== null) return fill(next(answers, `${rule.words[0]} ${pattern}`, mind), parts);
  }
  return null;
}

/** Each answer of a list in its turn. */
function next(answers: Case | string[], list: string, mind: Mind): string {
  const count = mind.used.get(list) ?? 0;
  mind.used.set(list, count + 1);
  return answers[count % answers.length] ?? "Please go on.";
}

function fill(answerText: string, parts: string[][]): string {
  const filled = answerText.replaceAll(/\$(\d)/g, (_mark, digit) =>
    turnAround(parts[Number(digit) - 1] ?? []),
  );
  return filled.replaceAll(/\s+([?.!,])/g, "$1").replaceAll(/ {2,}/g, " ");
}

/** What a person calls their own is kept for a moment when nothing else comes to mind. */
function remember(clauses: string[][], mind: Mind) {
  for (const words of clauses) {
    const topic = words[words.indexOf("my") + 1] ?? "";
    const memory = `your ${topic}`;
    if (!words.includes("my") || !topics.has(topic) || mind.memories.includes(memory)) continue;
    mind.memories.push(memory);
    if (mind.memories.length > MEMORIES_MAX) mind.memories.shift();
  }
}
