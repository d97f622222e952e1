/** Puts into the index what triggers noted: the newest first, a little at a time. */
import type { Connection } from "../connection.ts";
import { decodeParts } from "../parts.ts";
import { indexed, ownerWord } from "./words.ts";

export type Upkeep = {
  /** Puts in at most so many rows, in one transaction; false where there was nothing left to do. */
  keepUp(rowsMax: number): boolean;
  isWhole(): boolean;
};

export function upkeepOf({ db, read, write }: Connection): Upkeep {
  const messages = prepare(db, "message_words", "unsearched_messages", "messages", "parts");
  const titles = prepare(db, "title_words", "unsearched_titles", "conversations", "title");
  const isWhole = () => messages.next.get(1) === null && titles.next.get(1) === null;
  return {
    isWhole: () => read(isWhole),
    keepUp(rowsMax) {
      if (read(isWhole)) return false;
      write("normal", () => {
        for (const row of titles.next.all(rowsMax)) put(titles, row, row.text);
        let charsLeft = charsAtOnce;
        for (const row of messages.next.all(rowsMax)) {
          const text = textOf(row.text);
          put(messages, row, text);
          charsLeft -= text.length;
          if (charsLeft < 0) break;
        }
      });
      return true;
    },
  };
}

/**
 * What of a message can be found: its words, then its files' names. Reasoning can't, and neither can what is past so
 * many UTF-16 units.
 */
export function textOf(parts: string): string {
  const found = decodeParts(parts) ?? [];
  const texts = found.map((part) => (part.type === "text" ? part.text : ""));
  const names = found.map((part) => ("file" in part ? `\n${part.name}` : ""));
  return [...texts, ...names].join("").slice(0, searchedChars);
}

type Noted = { number: number; owner: string; text: string };

type Sql = ReturnType<typeof prepare>;

function put(sql: Sql, { number, owner }: Noted, text: string): void {
  sql.take.run(number);
  sql.put.run(number, ownerWord(owner), indexed(text));
  sql.done.run(number);
}

function prepare(db: Connection["db"], words: string, noted: string, table: string, column: string) {
  return {
    next: db.prepare<Noted, [number]>(`
      SELECT n.number, t.owner, t.${column} AS text FROM ${noted} AS n CROSS JOIN ${table} AS t
      ON t.number = n.number ORDER BY n.number DESC LIMIT ?`),
    take: db.prepare<never, [number]>(`DELETE FROM ${words} WHERE rowid = ?`),
    put: db.prepare<never, [number, string, string]>(
      `INSERT INTO ${words} (rowid, owner, words) VALUES (?, ?, ?)`,
    ),
    done: db.prepare<never, [number]>(`DELETE FROM ${noted} WHERE number = ?`),
  };
}

const searchedChars = 100_000;
/** About 10 ms of work, whoever wrote how much. */
const charsAtOnce = 50_000;
