/** The sidebar's rows, with their groups by time, and what stands around them. */
import { dayGroup } from "./days.ts";
import type { Conversation } from "../../domain.ts";
import { languages, wordsIn, type Words } from "../../words/words.ts";

export type SidebarRow = Pick<
  Conversation,
  "id" | "title" | "updatedMs" | "isUnread" | "pinnedMs" | "archivedMs" | "deletedMs"
> & { running: boolean };

export type SidebarData = {
  pinned: SidebarRow[];
  recent: SidebarRow[];
  /** Where the next page of rows begins, as an address can hold it; null at the end. */
  next: string | null;
  tags: { tag: string; count: number }[];
};

export type RowView = {
  id: string;
  title: string;
  updatedMs: number;
  isPinned: boolean;
  isRunning: boolean;
  isUnread: boolean;
  isCurrent: boolean;
  /** The heading of its group, where it is the first of one. */
  group: string;
};

export type MoreView = { next: string | null };

export type TagsView = { tags: { tag: string; count: number }[] };

export type SidebarView = RowsView &
  MoreView &
  TagsView & {
    nowMs: number;
    searchMax: number;
    query: string;
    hasSessions: boolean;
    isAdmin: boolean;
    languages: LanguageView[];
  };

/** Another language to read in; `button` finds the button that chooses it. */
export type LanguageView = { language: string; name: string; button: string };

export type RowsView = { rows: RowView[]; hash: string };

export function rowView(row: SidebarRow, current: string): RowView {
  const { id, title, updatedMs, running: isRunning } = row;
  const isPinned = row.pinnedMs !== null;
  // What is being written is not there to be read yet.
  const isUnread = row.isUnread && !isRunning;
  return { id, title, updatedMs, isPinned, isRunning, isUnread, isCurrent: id === current, group: "" };
}

/** Each group's heading goes to its first row; `before` is the group that the rows come after. */
export function groupedRows(
  rows: SidebarRow[],
  current: string,
  nowMs: number,
  { days, language }: Words,
): RowView[] {
  let last = "";
  return rows.map((row) => {
    const view = rowView(row, current);
    const group = view.isPinned
      ? days.pinned
      : dayGroup(row.updatedMs, nowMs, language, (name) => days[name]);
    if (group === last) return view;
    last = group;
    return { ...view, group };
  });
}

export function sidebarView(
  { pinned, recent, next, tags }: SidebarData,
  current: string,
  nowMs: number,
  words: Words,
): RowsView & MoreView & TagsView {
  const all = [...pinned, ...recent];
  const shown = all.map((row) => {
    return [row.id, row.title, row.updatedMs, row.pinnedMs !== null, row.running, row.isUnread];
  });
  // Changes when anything in it does, but for what passes with time.
  const hash = Bun.hash(JSON.stringify([shown, next, tags])).toString(36);
  return { rows: groupedRows(all, current, nowMs, words), hash, next, tags };
}

/** All but the one that is read. */
export function otherLanguages({ language: read }: Words): LanguageView[] {
  const others = languages.filter((language) => language !== read);
  return others.map((language) => {
    return { language, name: wordsIn(language).name, button: `[name="language"][value="${language}"]` };
  });
}
