/** The shape of ELIZA's script, and a pattern of it laid over words. */

/** A keyword with what is said to it. */
export type Rule = {
  /** Any of these words calls for the rule. */
  words: string[];
  /** The highest of a sentence's keywords is answered; among equals the first. */
  rank: number;
  /** Tried in order; each has its answers in the order they are given. */
  cases: Case[];
};

/**
 * A pattern is words, `*` for any number of them, and `a|b` for either word. In an answer `$1` is what the
 * first `*` stood for, seen from the other side ("my" for "your").
 */
export type Case = [pattern: string, ...answers: string[]];

/** What each `*` of the pattern stands for, or null where the pattern does not fit. */
export function matchPattern(pattern: string, words: string[]): string[][] | null {
  const groups = pattern.split("*").map((group) => group.split(" ").filter((word) => word !== ""));
  const [head = [], ...rest] = groups;
  if (!fitsAt(head, words, 0)) return null;
  let at = head.length;
  const parts: string[][] = [];
  for (const [index, group] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const found = isLast ? lastFit(group, words, at) : firstFit(group, words, at);
    if (found === -1) return null;
    parts.push(words.slice(at, found));
    at = found + group.length;
  }
  return at === words.length ? parts : null;
}

function firstFit(group: string[], words: string[], from: number): number {
  for (let at = from; at + group.length <= words.length; at++) if (fitsAt(group, words, at)) return at;
  return -1;
}

function lastFit(group: string[], words: string[], from: number): number {
  const at = words.length - group.length;
  return at >= from && fitsAt(group, words, at) ? at : -1;
}

function fitsAt(group: string[], words: string[], at: number): boolean {
  return group.every((wanted, index) => wanted.split("|").includes(words[at + index] ?? ""));
}
