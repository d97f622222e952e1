/** Finds conversations by their titles and messages by their words, for their owner alone, the newest first. */
import type { Connection } from "../connection.ts";
import {
  conversationColumns,
  runningColumn,
  toConversation,
  type ConversationColumns,
} from "../conversations/rows.ts";
import type { Store } from "../store.ts";
import type { MessageHit } from "./found.ts";
import { excerptOf } from "./excerpt.ts";
import { matchFor, parseQuery, type Term } from "./query.ts";
import { textOf, upkeepOf } from "./upkeep.ts";

export function searchOf(connection: Connection): Store["search"] {
  const { db, read } = connection;
  const upkeep = upkeepOf(connection);
  // CROSS JOIN keeps SQLite at the order of the index: the newest hits are read, and no others.
  const messages = db.prepare<MessageColumns, [string, number, string, number]>(`
    SELECT m.number, m.id, m.conversation, m.role, m.parts, m.created_ms AS createdMs, c.title,
    c.archived_ms AS archivedMs FROM message_words AS w
    CROSS JOIN messages AS m ON m.number = w.rowid
    CROSS JOIN conversations AS c ON c.owner = m.owner AND c.id = m.conversation
    WHERE message_words MATCH ? AND w.rowid < ? AND m.owner = ? AND c.deleted_ms IS NULL
    ORDER BY w.rowid DESC LIMIT ?`);
  const titles = db.prepare<TitleColumns, [string, string, number]>(`
    SELECT ${conversationColumns}, ${runningColumn} FROM title_words AS w
    CROSS JOIN conversations AS c ON c.number = w.rowid
    WHERE title_words MATCH ? AND c.owner = ? AND c.deleted_ms IS NULL
    ORDER BY w.rowid DESC LIMIT ?`);

  return {
    async find(owner, { query, after, limit, titlesMax }) {
      const terms = parseQuery(query);
      // What was written a moment ago is found, too.
      upkeep.keepUp(freshRows);
      if (terms.length === 0) return { titles: [], messages: [], next: null, isWhole: upkeep.isWhole() };
      const match = matchFor(owner, terms);
      return read(() => {
        const hits = messages.all(match, after ?? Number.MAX_SAFE_INTEGER, owner, limit + 1);
        const named = after === null ? titles.all(match, owner, titlesMax) : [];
        const last = hits[limit - 1];
        return {
          titles: named.map((row) => toTitleHit(row, terms)),
          messages: hits.slice(0, limit).map((row) => toMessageHit(row, terms)),
          next: hits.length > limit ? (last?.number ?? null) : null,
          isWhole: upkeep.isWhole(),
        };
      });
    },
    keepUp: async (rowsMax) => upkeep.keepUp(rowsMax),
  };
}

type TitleColumns = ConversationColumns & { running: number };

type MessageColumns = {
  number: number;
  id: string;
  conversation: string;
  role: "user" | "assistant";
  parts: string;
  createdMs: number;
  title: string;
  archivedMs: number | null;
};

function toTitleHit({ running, ...row }: TitleColumns, terms: Term[]) {
  const conversation = { ...toConversation(row), running: running === 1 };
  return { conversation, title: excerptOf(row.title, terms, row.title.length) };
}

function toMessageHit(row: MessageColumns, terms: Term[]): MessageHit {
  const { id, conversation, role, createdMs, title } = row;
  const excerpt = excerptOf(textOf(row.parts), terms, excerptChars);
  return { id, conversation, title, role, createdMs, isArchived: row.archivedMs !== null, excerpt };
}

const excerptChars = 240;
/** Beyond what a moment brings, only a file of an older version has more to put in; that is done on the side. */
const freshRows = 32;
