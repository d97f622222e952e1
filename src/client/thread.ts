/** Puts a thread that came whole in the place of the one on the page. */
import { thread } from "./page.ts";

/** Articles that stayed the same stay where they are, with what is selected or unfolded in them. */
export function showThread(articles: Element[]): void {
  let next = thread.firstElementChild;
  for (const article of articles) {
    const known = document.getElementById(article.id);
    const shown = known !== null && keyOf(known) === keyOf(article) && !isRunning(article) ? known : article;
    if (shown === next) next = next?.nextElementSibling ?? null;
    else {
      if (known !== null && known !== shown) {
        if (known === next) next = next?.nextElementSibling ?? null;
        known.remove();
      }
      thread.insertBefore(shown, next);
    }
  }
  while (next !== null) {
    const after = next.nextElementSibling;
    next.remove();
    next = after;
  }
}

function keyOf(article: Element): string | undefined {
  return article.querySelector<HTMLElement>("[data-key]")?.dataset["key"];
}

function isRunning(article: Element): boolean {
  return article.querySelector("[data-running]") !== null;
}
