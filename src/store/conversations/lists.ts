/** Lists of an owner's conversations, a page at a time, and what comes with them. */
import type { Connection } from "../connection.ts";
import type { Store } from "../store.ts";
import type { ConversationRow, ListOf, Page, Place, TagCount, TitleRow } from "./list-store.ts";
import {
  conversationColumns,
  runningColumn,
  titleColumns,
  toConversation,
  type ConversationColumns,
} from "./rows.ts";

export function listsOf({ db, read }: Connection): Store["lists"] {
  const pinned = db.prepare<TitleColumns, [string, number]>(`
    ${titled} WHERE owner = ? AND pinned_ms IS NOT NULL AND archived_ms IS NULL AND deleted_ms IS NULL
    ORDER BY updated_ms DESC, number DESC LIMIT ?`);
  const newest = db.prepare<TitleColumns, [string, number]>(`${titled} ${recent}
    ORDER BY updated_ms DESC, number DESC LIMIT ?`);
  const pages = {
    recent: db.prepare<ListedColumns, PageArgs>(`
      ${listed} ${recent}
      AND (updated_ms, number) < (?, ?) ORDER BY updated_ms DESC, number DESC LIMIT ?`),
    archived: db.prepare<ListedColumns, PageArgs>(`
      ${listed} WHERE owner = ? AND archived_ms IS NOT NULL AND deleted_ms IS NULL
      AND (updated_ms, number) < (?, ?) ORDER BY updated_ms DESC, number DESC LIMIT ?`),
    deleted: db.prepare<ListedColumns, PageArgs>(`
      ${listed} WHERE owner = ? AND deleted_ms > 0
      AND (updated_ms, number) < (?, ?) ORDER BY updated_ms DESC, number DESC LIMIT ?`),
  };
  const tagged = db.prepare<ListedColumns, [string, string, number, number, number]>(`
    ${listed} JOIN tags AS t ON t.owner = c.owner AND t.conversation = c.id
    WHERE t.owner = ? AND t.tag = ? AND deleted_ms IS NULL
    AND (updated_ms, number) < (?, ?) ORDER BY updated_ms DESC, number DESC LIMIT ?`);
  const tags = db.prepare<TagCount, [string, number]>(`
    SELECT t.tag, count(*) AS count FROM tags AS t
    JOIN conversations AS c ON c.owner = t.owner AND c.id = t.conversation AND c.deleted_ms IS NULL
    WHERE t.owner = ? GROUP BY t.tag ORDER BY count DESC, t.tag LIMIT ?`);

  function rowsOf(owner: string, of: ListOf, { updatedMs, number }: Place, limit: number): ListedColumns[] {
    if (typeof of === "object") return tagged.all(owner, of.tag, updatedMs, number, limit);
    return pages[of].all(owner, updatedMs, number, limit);
  }

  function pageOf(owner: string, of: ListOf, after: Place | null, limit: number): Page {
    const { rows, next } = cut(rowsOf(owner, of, after ?? top, limit + 1), limit);
    return { rows: rows.map(toRow), next };
  }

  function newestOf(owner: string, limit: number): Page<TitleRow> {
    const { rows, next } = cut(newest.all(owner, limit + 1), limit);
    return { rows: rows.map(toTitle), next };
  }

  return {
    sidebar: async (owner, limits) =>
      read(() => ({
        pinned: pinned.all(owner, limits.pinned).map(toTitle),
        recent: newestOf(owner, limits.recent),
        tags: tags.all(owner, limits.tags),
      })),
    page: async (owner, of, { after, limit }) => read(() => pageOf(owner, of, after, limit)),
    tags: async (owner, limit) => read(() => tags.all(owner, limit)),
  };
}

type PageArgs = [owner: string, updatedMs: number, number: number, limit: number];

type ListedColumns = ConversationColumns & { number: number; running: number };

type TitleColumns = Omit<TitleRow, "isUnread" | "running"> & { isUnread: number; running: number };

const titled = `SELECT ${titleColumns}, c.number, ${runningColumn} FROM conversations AS c`;

const recent = "WHERE owner = ? AND pinned_ms IS NULL AND archived_ms IS NULL AND deleted_ms IS NULL";

const listed = `SELECT ${conversationColumns}, c.number, ${runningColumn} FROM conversations AS c`;

/** Before all that there may be. */
const top: Place = { updatedMs: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER };

/** One more than are wanted tells that there are more. */
function cut<Row extends Place>(rows: Row[], limit: number): { rows: Row[]; next: Place | null } {
  const last = rows[limit - 1];
  const next =
    rows.length > limit && last !== undefined ? { updatedMs: last.updatedMs, number: last.number } : null;
  return { rows: rows.slice(0, limit), next };
}

function toTitle({ running, isUnread, ...row }: TitleColumns): TitleRow {
  return { ...row, isUnread: isUnread === 1, running: running === 1 };
}

function toRow({ running, number, ...row }: ListedColumns): ConversationRow {
  return { ...toConversation(row), running: running === 1, number };
}
