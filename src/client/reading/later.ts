/** Goes on downwards, on a page that shows a stretch far above the conversation's end, until it has come there. */
import { conversation, laterLink, revision, thread } from "../page.ts";
import { parseHtml } from "../patch.ts";
import { toEnd, whenNear } from "./scroll.ts";

export function watchLater(): void {
  const link = laterLink();
  if (link !== null) whenNear(link, () => void load(link));
}

async function load(link: HTMLElement, tries = 0): Promise<void> {
  try {
    const response = await fetch(`/conversations/${conversation()}/later?after=${link.dataset["later"]}`);
    // Another branch is on show, on which the reader is nowhere.
    if (response.status === 404) return toEnd();
    if (!response.ok) return;
    const added = parseHtml(await response.text());
    const isEnd = added.querySelector("[data-later]") === null;
    // From the end on the page is told what is new: what it shows has to be of the moment that it was told of last.
    if (isEnd && Number(response.headers.get("Revision")) !== revision()) {
      if (tries === triesMax) return toEnd();
      setTimeout(() => void load(link, tries + 1), againMs);
      return;
    }
    link.parentElement?.remove();
    thread.append(added);
    watchLater();
  } catch {
    // No line: the link is still there, and works as links do.
  }
}

const triesMax = 20;
const againMs = 150;
