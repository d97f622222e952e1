/** What people should see: the reply that the scripted model gives to a chat's number, as a page shows it. */
import { renderBlocks } from "../../../src/render/markdown.ts";
import { beginnings, replyTokens } from "../../bench/prose.ts";
import { hashOf, type PersonState } from "./person.ts";

/** Everybody whose reply is not just what was sent, and what else went wrong with him. */
export function wrongOf(states: PersonState[], tokens: number): string[] {
  return states.flatMap(({ number, shown, isRunning, troubles }) => [
    ...(shown === hashFor(number, tokens) ? [] : [`${number} sees another text`]),
    ...(isRunning ? [`${number} has a reply that does not end`] : []),
    ...troubles.map((trouble) => `${number}: ${trouble}`),
  ]);
}

export function textFor(number: number, tokens: number): string {
  return replyTokens(number % beginnings, tokens).tokens.join("");
}

const known = new Map<string, string>();

function hashFor(number: number, tokens: number): string {
  const key = `${number % beginnings} ${tokens}`;
  const hash = known.get(key) ?? hashOf(renderBlocks(textFor(number, tokens)).join(""));
  known.set(key, hash);
  return hash;
}
