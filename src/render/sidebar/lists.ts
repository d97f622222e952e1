/** Lists of conversations and of what was found in them, for pages and for the sidebar. */
import type { Conversation } from "../../domain.ts";
import type { Words } from "../../words/words.ts";
import { rowView, type RowView, type SidebarRow } from "./rows.ts";

export type PieceView = { text: string; isHit: boolean };

export type ListRowView = RowView & {
  /** In pieces where something was looked for in it. */
  pieces: PieceView[];
  date: string;
  iso: string;
  isArchived: boolean;
  isDeleted: boolean;
  /** For the form that restores it. */
  opId: string;
  tags: string[];
};

export type HitView = {
  id: string;
  conversation: string;
  title: string;
  who: string;
  date: string;
  iso: string;
  isArchived: boolean;
  pieces: PieceView[];
};

export type ListView = {
  heading: string;
  /** One sentence about what is, or is not, in it. */
  note: string;
  rows: ListRowView[];
  hits: HitView[];
  /** The address of the next page. */
  next: string | null;
  /** Where the browser gets it anew. */
  live: string;
  isSearch: boolean;
  /** What is looked for. */
  query: string;
  searchMax: number;
};

export type Hit = {
  id: string;
  conversation: string;
  title: string;
  role: "user" | "assistant";
  createdMs: number;
  isArchived: boolean;
  excerpt: PieceView[];
};

export function listRow(
  row: SidebarRow & Pick<Conversation, "tags">,
  { words, newId }: { words: Words; newId(): string },
  pieces: PieceView[] | null = null,
): ListRowView {
  return {
    ...rowView(row, ""),
    pieces: pieces ?? [{ text: row.title, isHit: false }],
    ...dateView(row.updatedMs, words),
    isArchived: row.archivedMs !== null && row.deletedMs === null,
    isDeleted: row.deletedMs !== null,
    opId: newId(),
    tags: row.tags,
  };
}

export function hitView({ excerpt, role, createdMs, ...hit }: Hit, words: Words): HitView {
  const who = role === "user" ? words.message.you : words.message.reply;
  return { ...hit, who, ...dateView(createdMs, words), pieces: excerpt };
}

export type MenuView = {
  id: string;
  title: string;
  /** It is in no list, so there is nothing to do there. */
  isTemporary: boolean;
  isPinned: boolean;
  isArchived: boolean;
  tags: { tag: string; opId: string }[];
  /** For each form an id of its own. */
  ids: { rename: string; pin: string; archive: string; remove: string; tag: string };
  titleMax: number;
  tagMax: number;
};

export function menuView(
  { id, title, pinnedMs, archivedMs, tags }: Conversation,
  isTemporary: boolean,
  options: { newId(): string; titleMax: number; tagMax: number },
): MenuView {
  const { newId, titleMax, tagMax } = options;
  return {
    id,
    title,
    isTemporary,
    isPinned: pinnedMs !== null,
    isArchived: archivedMs !== null,
    tags: tags.map((tag) => ({ tag, opId: newId() })),
    ids: { rename: newId(), pin: newId(), archive: newId(), remove: newId(), tag: newId() },
    titleMax,
    tagMax,
  };
}

function dateView(ms: number, words: Words): { date: string; iso: string } {
  return { date: words.date(ms), iso: new Date(ms).toISOString() };
}
