/** Lists as pages, and as steps for pages that are there: conversations, what was found, and what can be done. */
import type { Fragments } from "../../render/fragments.ts";
import { hitView, listRow, menuView, type ListView, type MenuView } from "../../render/sidebar/lists.ts";
import type { PageStep } from "../../protocol.ts";
import type { ListOf, Store } from "../../store/store.ts";
import { addressOf, placeIn } from "./sidebar.ts";

export type ListParts = {
  store: Store;
  fragments: Fragments;
  limits: { sidebarRows: number; foundRows: number; foundRowsLive: number; searchChars: number };
};

/** A list of `query`'s: `of` is "archived" or "deleted", or there is a `tag`; else all that is in neither. */
export async function listOf(parts: ListParts, owner: string, query: URLSearchParams): Promise<ListView> {
  const { store, fragments, limits } = parts;
  const of = kindIn(query);
  const after = placeIn(query.get("after"));
  const page = await store.lists.page(owner, of, { after, limit: limits.sidebarRows });
  const rows = page.rows.map((row) => listRow(row, fragments.options.newId));
  const own = new URLSearchParams(typeof of === "object" ? { tag: of.tag } : { of });
  const next = addressOf(page.next);
  const place = after === null ? "" : `&after=${addressOf(after)}`;
  return {
    ...wordsOf(of, rows.length === 0),
    rows,
    hits: [],
    next: next === null ? null : `/conversations?${own}&after=${next}`,
    live: `/steps/list?${own}${place}`,
    isSearch: false,
    query: "",
    searchMax: limits.searchChars,
  };
}

/** What is found for `q`; `isLive` beside the search box, where there is room for little. */
export async function searchOf(
  parts: ListParts,
  owner: string,
  query: URLSearchParams,
  isLive: boolean,
): Promise<ListView> {
  const { store, fragments, limits } = parts;
  const asked = (query.get("q") ?? "").slice(0, limits.searchChars).toWellFormed();
  const after = Number(query.get("after")) || null;
  const limit = isLive ? limits.foundRowsLive : limits.foundRows;
  const found = await store.search.find(owner, { query: asked, after, limit, titlesMax: limit });
  const { newId } = fragments.options;
  const own = new URLSearchParams({ q: asked });
  const count = found.titles.length + found.messages.length;
  return {
    heading: "Search",
    note: noteOf(asked, count, found.isWhole),
    rows: found.titles.map(({ conversation, title }) => listRow(conversation, newId, title)),
    hits: found.messages.map(hitView),
    next: found.next === null ? null : `/search?${own}&after=${found.next}`,
    live: `/steps/search?${own}${after === null ? "" : `&after=${after}`}`,
    isSearch: true,
    query: asked,
    searchMax: limits.searchChars,
  };
}

/** What can be done with a conversation; null where there is none. */
export async function menuOf(parts: ListParts, owner: string, id: string): Promise<MenuView | null> {
  const conversation = await parts.store.conversations.find(owner, id);
  return conversation === null ? null : menuView(conversation, parts.fragments.options);
}

type StepReader = (parts: ListParts, owner: string, query: URLSearchParams) => Promise<PageStep[] | null>;

/** Every part that a page asks for anew, by its name; null where there is nothing. */
export const stepReaders: ReadonlyMap<string, StepReader> = new Map<string, StepReader>([
  [
    "rows",
    async ({ store, fragments, limits }, owner, query) => {
      const after = placeIn(query.get("after"));
      const page = await store.lists.page(owner, "recent", { after, limit: limits.sidebarRows });
      return fragments.olderRows(page.rows, addressOf(page.next));
    },
  ],
  ["list", async (parts, owner, query) => parts.fragments.list(await listOf(parts, owner, query))],
  ["search", async (parts, owner, query) => parts.fragments.list(await searchOf(parts, owner, query, false))],
  ["found", async (parts, owner, query) => parts.fragments.found(await searchOf(parts, owner, query, true))],
  [
    "menu",
    async ({ store, fragments }, owner, query) => {
      const conversation = await store.conversations.find(owner, query.get("of") ?? "");
      return conversation === null ? null : fragments.menu(conversation);
    },
  ],
]);

function kindIn(query: URLSearchParams): ListOf {
  const tag = query.get("tag");
  if (tag !== null) return { tag: tag.toWellFormed() };
  const of = query.get("of");
  return of === "archived" || of === "deleted" ? of : "recent";
}

function wordsOf(of: ListOf, isEmpty: boolean): { heading: string; note: string } {
  if (typeof of === "object") return { heading: `#${of.tag}`, note: isEmpty ? "Nothing has this tag." : "" };
  switch (of) {
    case "archived":
      return {
        heading: "Archive",
        note: isEmpty
          ? "Nothing is archived."
          : "Out of the way, and still found. Writing in one brings it back.",
      };
    case "deleted":
      return {
        heading: "Deleted",
        note: isEmpty ? "Nothing has been deleted." : "Each goes for good a week after it was deleted.",
      };
    case "recent":
      return { heading: "All chats", note: isEmpty ? "There are none yet." : "" };
  }
}

function noteOf(asked: string, count: number, isWhole: boolean): string {
  const late = isWhole ? "" : " Older messages are still being put into the index.";
  if (asked.trim() === "") return "Words, beginnings of words, or “a phrase in quotation marks”.";
  return count === 0 ? `Nothing found.${late}` : late.trim();
}
