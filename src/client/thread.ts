/** Puts a thread that came whole in the place of the one on the page. */
import { laterLink, thread } from "./page.ts";
import { focusIn } from "./reading/focus.ts";

/**
 * Articles that stayed the same stay where they are, with what is selected or unfolded in them. `elements` are the
 * path's end, after the way to what is earlier: what stands before the first of them on the page leads to it, always.
 * A page that shows a stretch far up has no place for the end.
 */
export function showThread(elements: Element[]): void {
  if (laterLink() !== null) return;
  const goOn = focusIn(thread);
  const place = [...thread.children].findIndex((article) => article.contains(document.activeElement));
  const first = elements.find((element) => element.matches("[data-message]"));
  const known = first && document.getElementById(first.id);
  let next = known ?? thread.firstElementChild;
  for (const article of known ? elements.filter((element) => element.id !== "earlier") : elements) {
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
  // Of another branch, what stands there now is the other version.
  const shown = thread.children[place];
  if (shown !== undefined) goOn?.(shown);
}

function keyOf(article: Element): string | undefined {
  return article.querySelector<HTMLElement>("[data-key]")?.dataset["key"];
}

function isRunning(article: Element): boolean {
  return article.querySelector("[data-running]") !== null;
}
