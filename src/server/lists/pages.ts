/** Lists as pages, and as steps for pages that are there: conversations, what was found, and what can be done. */
import type { Language, Words } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import type { Fragments } from "../../render/fragments.ts";
import { hitView, listRow, menuView, type ListView, type MenuView } from "../../render/sidebar/lists.ts";
import { filesMax, isId, type PageStep } from "../../protocol.ts";
import type { Store } from "../../store/store.ts";
import type { ListOf } from "../../store/conversations/list-store.ts";
import { addressOf, placeIn } from "./sidebar.ts";

export type ListParts = {
  store: Store;
  fragments(language: Language): Fragments;
  isTemporary(owner: string, conversation: string): boolean;
  limits: { sidebarRows: number; foundRows: number; foundRowsLive: number; searchChars: number };
};

/** A list of `query`'s: `of` is "archived" or "deleted", or there is a `tag`; else all that is in neither. */
export async function listOf(parts: ListParts, viewer: Viewer, query: URLSearchParams): Promise<ListView> {
  const { store, limits } = parts;
  const { options } = parts.fragments(viewer.language);
  const of = kindIn(query);
  const after = placeIn(query.get("after"));
  const page = await store.lists.page(viewer.account, of, { after, limit: limits.sidebarRows });
  const rows = page.rows.map((row) => listRow(row, options));
  const own = new URLSearchParams(typeof of === "object" ? { tag: of.tag } : { of });
  const next = addressOf(page.next);
  const place = after === null ? "" : `&after=${addressOf(after)}`;
  return {
    ...wordsOf(of, rows.length === 0, options.words.list),
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
  viewer: Viewer,
  query: URLSearchParams,
  isLive: boolean,
): Promise<ListView> {
  const { store, limits } = parts;
  const asked = (query.get("q") ?? "").slice(0, limits.searchChars).toWellFormed();
  const after = Number(query.get("after")) || null;
  const limit = isLive ? limits.foundRowsLive : limits.foundRows;
  const found = await store.search.find(viewer.account, { query: asked, after, limit, titlesMax: limit });
  const { options } = parts.fragments(viewer.language);
  const { words } = options;
  const own = new URLSearchParams({ q: asked });
  const count = found.titles.length + found.messages.length;
  return {
    heading: words.say.search,
    note: noteOf(asked, count, found.isWhole, words.list),
    rows: found.titles.map(({ conversation, title }) => listRow(conversation, options, title)),
    hits: found.messages.map((hit) => hitView(hit, words)),
    next: found.next === null ? null : `/search?${own}&after=${found.next}`,
    live: `/steps/search?${own}${after === null ? "" : `&after=${after}`}`,
    isSearch: true,
    query: asked,
    searchMax: limits.searchChars,
  };
}

/** What can be done with a conversation; null where there is none. */
export async function menuOf(
  { store, fragments, isTemporary }: ListParts,
  { account, language }: Viewer,
  id: string,
): Promise<MenuView | null> {
  const conversation = await store.conversations.find(account, id);
  if (conversation === null) return null;
  return menuView(conversation, isTemporary(account, id), fragments(language).options);
}

type StepReader = (parts: ListParts, viewer: Viewer, query: URLSearchParams) => Promise<PageStep[] | null>;

/** Every part that a page asks for anew, by its name; null where there is nothing. */
export const stepReaders: ReadonlyMap<string, StepReader> = new Map<string, StepReader>([
  [
    "rows",
    async ({ store, fragments, limits }, { account, language }, query) => {
      const after = placeIn(query.get("after"));
      const page = await store.lists.page(account, "recent", { after, limit: limits.sidebarRows });
      return fragments(language).olderRows(page.rows, addressOf(page.next));
    },
  ],
  ["list", async (parts, viewer, query) => of(parts, viewer).list(await listOf(parts, viewer, query))],
  [
    "search",
    async (parts, viewer, query) => of(parts, viewer).list(await searchOf(parts, viewer, query, false)),
  ],
  [
    "found",
    async (parts, viewer, query) => of(parts, viewer).found(await searchOf(parts, viewer, query, true)),
  ],
  [
    "menu",
    async ({ store, fragments, isTemporary }, { account, language }, query) => {
      const conversation = await store.conversations.find(account, query.get("of") ?? "");
      if (conversation === null) return null;
      return fragments(language).menu(conversation, isTemporary(account, conversation.id));
    },
  ],
  [
    "files",
    async ({ store, fragments }, { account, language }, query) => {
      const ids = (query.get("ids") ?? "")
        .split(" ")
        .filter(isId)
        .slice(0, 2 * filesMax);
      return fragments(language).chips(ids, await store.files.find(account, ids));
    },
  ],
]);

const of = ({ fragments }: ListParts, { language }: Viewer) => fragments(language);

function kindIn(query: URLSearchParams): ListOf {
  const tag = query.get("tag");
  if (tag !== null) return { tag: tag.toWellFormed() };
  const of = query.get("of");
  return of === "archived" || of === "deleted" ? of : "recent";
}

function wordsOf(of: ListOf, isEmpty: boolean, said: Words["list"]): { heading: string; note: string } {
  if (typeof of === "object") return { heading: `#${of.tag}`, note: isEmpty ? said.noTag : "" };
  switch (of) {
    case "archived":
      return { heading: said.archive, note: isEmpty ? said.nothingArchived : said.archiveHint };
    case "deleted":
      return { heading: said.deleted, note: isEmpty ? said.nothingDeleted : said.deletedHint };
    case "recent":
      return { heading: said.all, note: isEmpty ? said.noChats : "" };
  }
}

function noteOf(asked: string, count: number, isWhole: boolean, said: Words["list"]): string {
  if (asked.trim() === "") return said.searchHint;
  const notes = [count === 0 ? said.nothingFound : "", isWhole ? "" : said.late];
  return notes.filter((note) => note !== "").join(" ");
}
