/** Which messages go along with the next one, where not all do: an estimate, as the server makes its own. */
import { must, thread, word } from "../page.ts";

export type Lengths = {
  /** Tokens for all that is asked, and for messages alone. */
  room: number;
  alone: number;
  /** Of what is being written. */
  draft: number;
  /** As the provider counted them with the newest reply; 0 where none did. */
  used: number;
  perByte: number;
};

/** Names the first that goes along, in the meter; null takes the name away. False where there is none to name. */
export function nameFirst(lengths: Lengths | null): boolean {
  const place = must<HTMLAnchorElement>("[data-meter-from]");
  const first = lengths && firstAlong(lengths);
  place.hidden = !first;
  if (!first) return false;
  const text = textOf(first).replace(/\s+/g, " ").trim().slice(0, titleChars).toWellFormed();
  const isNone = first === thread;
  place.textContent = word(isNone ? "alongnone" : "alongfrom").replace("{text}", `${text}…`);
  if (isNone) place.removeAttribute("href");
  else place.href = `#${first.id}`;
  return true;
}

/**
 * Whole turns, from the newest back to what has no room; the thread itself where there is room for none. Null where
 * the page can't tell, which may not show all of a long chat.
 */
function firstAlong({ room, alone, draft, used, perByte }: Lengths): HTMLElement | null {
  const articles = [...thread.querySelectorAll<HTMLElement>(":scope > article")].toReversed();
  const sizes = articles.map((each) => textOf(each).length * perByte + filesIn(each));
  const from = articles[0]?.querySelector<HTMLElement>("[data-from]")?.dataset["from"];
  const last = articles.findIndex(({ id }) => id === `m-${from}`);
  const isCounted = used > 0 && (last >= 0 || !thread.querySelector(":scope > .earlier"));
  const counted = sizes.slice(0, last < 0 ? sizes.length : last + 1).reduce((sum, size) => sum + size, 0);
  // What the provider counted has the system prompt in it, and all that an estimate is wrong by.
  const scale = isCounted && counted > 0 ? used / counted : 1;
  let left = (isCounted ? room : alone) - draft;
  let first = thread;
  for (const [at, article] of articles.entries()) {
    left -= (sizes[at] ?? 0) * scale;
    if (left < 0) return first;
    if (article.matches(".message--user")) first = article;
  }
  return null;
}

function filesIn(article: HTMLElement): number {
  const files = [...article.querySelectorAll<HTMLElement>("[data-tokens]")];
  return files.reduce((sum, { dataset }) => sum + Number(dataset["tokens"]), 0);
}

function textOf(article: HTMLElement): string {
  return article.querySelector("[data-own], [data-body]")?.textContent ?? "";
}

const titleChars = 32;
