/** Goes on upwards: loads what came before the page's first message, when the reader comes near it or asks for it. */
import { conversation, firstMessage, revision, thread } from "../page.ts";
import { parseHtml } from "../patch.ts";
import { keepPlace, leave, whenNear } from "./scroll.ts";

/** Under way; what is wanted meanwhile waits for it, and looks again. */
let loading: Promise<boolean> | null = null;

export function startEarlier(): void {
  addEventListener("hashchange", () => void goToMessage());
  // The browser itself led to what was there, or to where a reload left off.
  if (document.querySelector(":target") === null) void goToMessage();
  watchEarlier();
}

let watched: Element | null = null;

/** After the page has changed: the link is another one then. */
export function watchEarlier(): void {
  const link = linkOf();
  if (link === watched) return;
  watched = link;
  if (link !== null) whenNear(link, () => void load(link.dataset["earlier"] ?? ""));
}

/** A message that the address names may be further up than the page goes. */
async function goToMessage(): Promise<void> {
  const wanted = /^#m-([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  if (wanted === undefined) return;
  leave();
  if (document.getElementById(`m-${wanted}`) === null) await load(wanted);
  if (document.getElementById(`m-${wanted}`) === null) {
    // Further than may come at once: then there is a page that begins near it.
    const around = `?at=${wanted}`;
    if (linkOf() !== null && location.search !== around) location.assign(`${around}${location.hash}`);
    return;
  }
  // Also when it was there at once: it may have come in after the browser had looked for it.
  document.getElementById(`m-${wanted}`)?.scrollIntoView();
}

/** Whether there is more now than before. */
function load(from: string): Promise<boolean> {
  loading ??= loadFrom(from).finally(() => {
    loading = null;
    watchEarlier();
  });
  return loading;
}

async function loadFrom(from: string): Promise<boolean> {
  const before = firstMessage();
  if (before === null || linkOf() === null) return false;
  try {
    const response = await fetch(`/conversations/${conversation()}/earlier?from=${from}&before=${before}`);
    const html = response.ok ? await response.text() : "";
    // Another branch may be on show by now.
    if (html === "" || firstMessage() !== before) return false;
    // Of a past that the page has left meanwhile: what it was told since is not in it.
    if (Number(response.headers.get("Revision")) < revision()) return await loadFrom(from);
    keepPlace(() => {
      linkOf()?.parentElement?.remove();
      thread.prepend(parseHtml(html));
    });
    return true;
  } catch {
    // No line: the link is still there, and works as links do.
    return false;
  }
}

function linkOf(): HTMLElement | null {
  return thread.querySelector<HTMLElement>("[data-earlier]");
}
