/** What is on its way, and what is said aloud of a reply. */
import type { StoredOp } from "../protocol.ts";
import { secondsIn } from "../words/figures.ts";
import { conversation, language, must, thread, word } from "./page.ts";

/** Messages that are sent and not shown yet, after the thread; one for elsewhere is not this page's to show. */
export function showOutbox(waiting: StoredOp[]): void {
  const isHere = (where: string) => location.pathname === "/" || where === conversation();
  const sent = waiting.flatMap((op) => (op.op === "message.send" && isHere(op.conversation) ? [op] : []));
  const items = sent.map((op) => {
    const item = must<HTMLTemplateElement>('template[data-part="pending"]').content.cloneNode(
      true,
    ) as DocumentFragment;
    must<HTMLElement>("[data-text]", item).textContent = textOf(op);
    return item;
  });
  must<HTMLElement>("[data-outbox]").replaceChildren(...items);
  // Over a slow line a stop is felt at once, though it is done later.
  const isStopping = waiting.some(({ op }) => op === "generation.stop" || op === "race.stop");
  must<HTMLElement>("[data-composer]").toggleAttribute("data-stopping", isStopping);
}

/** What is shown of a message that the server has not shown yet: of its files, how many. */
export function textOf({ text, files = [] }: { text: string; files?: string[] }): string {
  const count = files.length === 0 ? "" : word("files").replace("{n}", String(files.length));
  return [text, count].filter((each) => each !== "").join("\n\n");
}

/** Folds that are as their reader wants them. */
const chosen = new WeakSet<Element>();

thread.addEventListener("click", (event) => {
  const fold = (event.target as Element).closest("summary")?.parentElement;
  if (fold) chosen.add(fold);
});

/** Thoughts are open while they are all there is, and folded when the answer begins, with the time they took. */
export function foldThought(thoughts: HTMLDetailsElement): void {
  const ms = thoughts.dataset["thought"];
  if (ms === undefined) return;
  thoughts.removeAttribute("data-thought");
  if (!chosen.has(thoughts)) thoughts.open = false;
  const time = secondsIn(language, Number(ms));
  must<HTMLElement>("summary", thoughts).textContent = word("thought").replace("{time}", time);
}

let said = "ended";

/** That it waits, its start and its end: not each place, nor each word. */
export function announce(): void {
  const foot = thread.querySelector("[data-running]");
  const news = foot === null ? "ended" : foot.querySelector("[data-place]") === null ? "started" : "queued";
  if (news === said) return;
  said = news;
  must<HTMLElement>("[data-said-aloud]").textContent = word(news);
}
