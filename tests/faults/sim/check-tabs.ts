/** Every tab after a schedule: it shows what a page of the store shows, and waits for nothing. */
import type { Element } from "./dom.ts";
import { parseHtml, showsSame, shownIn } from "./html.ts";
import type { Tab } from "./tab.ts";
import type { World } from "./world.ts";

export async function wrongsOfTabs(world: World): Promise<string[]> {
  const wrongs: string[] = [];
  const fresh = new Map<string, Promise<Element>>();
  for (const tab of world.tabs) {
    if (tab.isClosed) continue;
    const wrong = await wrongOf(world, tab, fresh);
    if (wrong !== null) wrongs.push(`the tab ${tab.name} at ${tab.path}: ${wrong}`);
  }
  return wrongs;
}

async function wrongOf(world: World, tab: Tab, known: Map<string, Promise<Element>>): Promise<string | null> {
  const { page } = tab;
  if (page === null) return "has no page";
  if (!tab.wire?.isOpen) return "is not connected";
  const waiting = page.line.waiting();
  if (waiting.length > 0) return `waits for ${waiting.map(({ op, id }) => `${op} ${id}`).join()}`;
  const conversation = page.script.conversation();
  // A page goes as far up as it went when it was loaded.
  const { from } = page.script.position();
  const key = `${tab.person.name} ${conversation} ${from}`;
  const fresh = await (known.get(key) ?? freshPage(world, tab, conversation, from));
  known.set(key, Promise.resolve(fresh));
  for (const part of parts) {
    const [here, there] = [page.document, fresh].map((root) => inOrder(root.querySelector(part)));
    if (here && there && showsSame(here, there)) continue;
    const [shown, kept] = [here, there].map((element) => linesOf(element ?? null));
    const at = kept?.findIndex((line, index) => line !== shown?.[index]) ?? -1;
    if (at !== -1)
      return `${part} shows ${shown?.slice(at, at + 3).join(" ")}, not ${kept?.slice(at, at + 3).join(" ")}`;
    if (shown?.length !== kept?.length) return `${part} shows more: ${shown?.slice(kept?.length).join(" ")}`;
  }
  return null;
}

const parts = ["#thread", "#composer-foot", "#title", "#sidebar-rows"];

/** As the browser would get it if it loaded the page now; a page of nothing yet has another id at each load. */
async function freshPage(
  { server, time }: World,
  tab: Tab,
  conversation: string,
  from: string | null,
): Promise<Element> {
  const load = async (): Promise<Element> => {
    const query = from === null ? "" : `?from=${from}`;
    const own = await server?.page(tab.person, `/conversations/${conversation}${query}`);
    if (own) return parseHtml(own);
    const html = (await server?.page(tab.person, "/")) ?? "";
    const id = /data-conversation="([^"]+)"/.exec(html)?.[1] ?? "";
    return parseHtml(html.replaceAll(id, conversation));
  };
  const loaded = load();
  await time.pass(500);
  return loaded;
}

/** Rows of one millisecond may stand in either order. */
function inOrder(element: Element | null): Element | null {
  const isPinned = (row: Element | undefined) => row?.dataset["pinned"] !== undefined;
  const keyOf = (row: Element) => `${isPinned(row) ? 0 : 1} ${row.dataset["updated"]} ${row.id}`;
  if (element?.id !== "sidebar-rows") return element;
  // Groups are the browser's to say, by its own clock and zone.
  for (const group of element.querySelectorAll("[data-group]")) group.remove();
  const rows = element.children;
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before === undefined || isPinned(before) !== isPinned(row)) continue;
    if (Number(row.dataset["updated"]) > Number(before.dataset["updated"])) return element;
  }
  element.append(...rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
  return element;
}

function linesOf(element: Element | null): string[] {
  return element === null ? [] : shownIn(element).split("\n");
}
