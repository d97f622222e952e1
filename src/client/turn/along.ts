/** Which messages go along with the next one, where not all do: an estimate, as the server makes its own. */
import { must, thread } from "../page.ts";

/**
 * Names the first that goes along, in the meter. `used` is what the provider counted with the newest reply, `over` how
 * many tokens are too many for all to go along: whole turns are left out, from the oldest on.
 */
export function nameFirst(used: number, over: number): void {
  const mark = thread.querySelector("[data-from-here]");
  const articles = [...thread.querySelectorAll("article")];
  // As the line says that stands there.
  const counted = articles.slice(mark ? articles.findIndex((each) => each.contains(mark)) : 0);
  let left = (over / used) * counted.reduce((sum, each) => sum + tokensOf(each), 0);
  // The page may not show all that was counted.
  const isTold = over > 0 && (mark ?? thread.querySelector(".earlier")) === mark;
  const first = counted.find((article) => {
    if (left <= 0 && article.matches(".message--user")) return isTold;
    left -= tokensOf(article);
    return false;
  });
  const link = must<HTMLAnchorElement>("[data-meter-from]");
  // As much as is seen of it; an empty one is not shown.
  link.textContent = first?.querySelector("[data-own]")?.textContent.slice(0, 99) ?? "";
  link.href = `#${first?.id}`;
}

function tokensOf(article: Element): number {
  return Number(article.lastElementChild?.getAttribute("data-tokens"));
}
