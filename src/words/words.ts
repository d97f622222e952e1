/** The languages there are, and which of them somebody reads. */
import { de } from "./de.ts";
import { en } from "./en.ts";

/** English is the pattern: another language that lacks a text, or has one more, is no `Words`. */
export type Words = typeof en;

export type Language = "en" | "de";

const all: Record<Language, Words> = { en, de };

export const languages: readonly Language[] = ["en", "de"];

export function eachLanguage<T>(make: (language: Language) => T): Record<Language, T> {
  return { en: make("en"), de: make("de") };
}

export function wordsIn(language: Language): Words {
  return all[language];
}

/** Null for what is not one of ours. */
export function languageCalled(name: string | null | undefined): Language | null {
  return languages.find((language) => language === name) ?? null;
}

/**
 * By the weights of `Accept-Language` (RFC 9110); of equal ones the first. A tag counts by its first part, so that
 * `de-AT` is German. English for who asks for none of ours, or for anything.
 */
export function preferredLanguage(header: string | null): Language {
  let best: { language: Language; weight: number } | null = null;
  for (const part of (header ?? "").slice(0, headerMax).toLowerCase().split(",")) {
    const [tag = "", ...parameters] = part.split(";").map((each) => each.trim());
    const language = languageCalled(tag === "*" ? "en" : tag.split("-", 1)[0]);
    const weight = weightIn(parameters);
    if (language !== null && weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? "en";
}

/** A weight that is none counts for nothing. */
function weightIn(parameters: string[]): number {
  const given = parameters.find((each) => each.startsWith("q="));
  if (given === undefined) return 1;
  return /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(given) ? Number(given.slice(2)) : 0;
}

const headerMax = 1000;

/** The text at `key`, as templates name it: `message.copy`. Undefined where there is none. */
export function textAt(words: Words, key: string): string | undefined {
  let texts = textsOf.get(words);
  if (texts === undefined) textsOf.set(words, (texts = new Map(textsIn(words))));
  return texts.get(key);
}

/** A page says some hundred texts: looked up, not looked for. */
const textsOf = new WeakMap<Words, Map<string, string>>();

function* textsIn(words: Words): Iterable<[key: string, text: string]> {
  for (const [section, texts] of Object.entries(words)) {
    if (typeof texts === "string") yield [section, texts];
    if (typeof texts !== "object") continue;
    for (const [name, text] of Object.entries(texts)) {
      if (typeof text === "string") yield [`${section}.${name}`, text];
    }
  }
}
