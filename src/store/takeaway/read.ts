/** Reads an owner's conversations with all their messages, by number: what comes or goes meanwhile moves no page. */
import type { Connection } from "../connection.ts";
import {
  messageColumns,
  newestGeneration,
  toMessage,
  type MessageRow,
  type Threads,
} from "../conversations.ts";
import type { TakeawayStore } from "./takeaway-store.ts";

export function takeawayOf(
  { db, read }: Connection,
  threads: Threads,
): Omit<TakeawayStore, "add" | "relieve"> {
  const ids = db.prepare<{ id: string }, [string]>(`
    SELECT id FROM conversations WHERE owner = ? AND deleted_ms IS NULL ORDER BY updated_ms DESC, number DESC`);
  // Numbers come from the index alone, so that no text is sorted.
  const messages = db.prepare<MessageRow, [string, string, number, number]>(`
    WITH page AS (
      SELECT number FROM messages WHERE owner = ? AND conversation = ? AND number > ? ORDER BY number LIMIT ?
    )
    SELECT ${messageColumns} FROM page CROSS JOIN messages AS m ON m.number = page.number ${newestGeneration}`);
  // As in conversations.ts: a parent is older than its child.
  const shown = db.prepare<{ id: string }, [string, string]>(`
    WITH RECURSIVE path (number, id, parent) AS (
      SELECT number, id, parent FROM messages WHERE owner = ?1
      AND id = (SELECT leaf FROM conversations WHERE owner = ?1 AND id = ?2)
      UNION ALL
      SELECT m.number, m.id, m.parent FROM path AS p CROSS JOIN messages AS m
      ON m.owner = ?1 AND m.id = p.parent AND m.number < p.number
    ) SELECT id FROM path`);
  return {
    ids: async (owner) => read(() => ids.all(owner).map(({ id }) => id)),
    messages: async (owner, conversation, { after, limit }) =>
      read(() => {
        const rows = messages.all(owner, conversation, after, limit);
        const taken = rows.map((row) => {
          const { siblings: _, ...message } = toMessage(threads, row, []);
          return message;
        });
        return { rows: taken, next: rows.length < limit ? null : (rows.at(-1)?.number ?? null) };
      }),
    shown: async (owner, conversation) =>
      read(() => new Set(shown.all(owner, conversation).map(({ id }) => id))),
  };
}
