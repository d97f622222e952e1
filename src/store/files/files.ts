/** Files in SQLite: their rows, their bytes, and the messages that carry them. */
import { refuse } from "../../errors.ts";
import type { FilePart, Part } from "../../domain.ts";
import type { Connection } from "../connection.ts";
import type { FileContent, FileStore, NewFile } from "./file-store.ts";

export function filesOf(connection: Connection): FileStore {
  const { read, write } = connection;
  const sql = prepare(connection);
  return {
    add: async (file) => write("full", () => add(sql, file)),
    find: async (owner, ids) =>
      read(() => {
        return ids.flatMap((id) => {
          const row = sql.find.get(owner, id);
          return row === null ? [] : [partOf(row)];
        });
      }),
    read: async (owner, id) => read(() => sql.read.get(owner, id)),
    forget: async (owner, id) => write("normal", () => sql.forget.run(owner, id).changes > 0),
    sweep: async ({ beforeMs, rowsMax }) =>
      // Asked each hour, and mostly for nothing: that costs no transaction.
      read(() => sql.unsent.get(beforeMs)) !== null &&
      write("normal", () => sql.sweep.run(beforeMs, rowsMax).changes > 0),
  };
}

/** Within a turn's transaction, when its message has been written: throws AppError where a file of it is gone. */
export function carrierOf({ db }: Connection): (owner: string, message: string, parts: Part[]) => void {
  const carry = db.prepare<never, [string, string, string]>(`
    INSERT OR IGNORE INTO file_uses (message, file)
    SELECT m.number, f.number FROM messages AS m JOIN files AS f ON f.owner = m.owner AND f.id = ?3
    WHERE m.owner = ?1 AND m.id = ?2`);
  return (owner, message, parts) => {
    for (const part of parts) {
      if (!("file" in part)) continue;
      if (carry.run(owner, message, part.file).changes === 0) throw refuse("not_found", "noFile");
    }
  };
}

type Sql = ReturnType<typeof prepare>;

function add(sql: Sql, file: NewFile): FilePart | null {
  const { owner, id, name, type, bytes, width, height, pages, tokens, nowMs } = file;
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const earlier = sql.find.get(owner, id);
  if (earlier !== null) {
    if (earlier.hash !== hash) throw refuse("conflict", "idTaken");
    return partOf(earlier);
  }
  sql.addAccount.run(owner, nowMs);
  if (sql.content.get(owner, hash) === null) {
    const taken = sql.size.get(owner)?.size ?? 0;
    if (taken + bytes.length > file.bytesMax) return null;
    sql.addContent.run(owner, hash, bytes.length, bytes);
  }
  sql.add.run(owner, id, name, type, hash, width, height, pages, tokens, nowMs);
  return partOf({ id, name, bytes: bytes.length, width, height, pages, tokens });
}

type FileRow = {
  id: string;
  name: string;
  bytes: number;
  width: number | null;
  height: number | null;
  pages: number | null;
  tokens: number;
};

function partOf({ id, name, bytes, tokens, width, height, pages }: FileRow): FilePart {
  const file = { file: id, name, bytes, tokens };
  if (width !== null && height !== null) return { type: "image", ...file, width, height };
  return { type: "file", ...file, ...(pages === null ? {} : { pages }) };
}

function prepare({ db }: Connection) {
  return {
    addAccount: db.prepare<never, [string, number]>(
      "INSERT INTO accounts (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    content: db.prepare<unknown, [string, string]>("SELECT 1 FROM contents WHERE owner = ? AND hash = ?"),
    size: db.prepare<{ size: number }, [string]>(
      "SELECT ifnull(sum(size), 0) AS size FROM contents WHERE owner = ?",
    ),
    addContent: db.prepare<never, [string, string, number, Uint8Array]>(
      "INSERT INTO contents (owner, hash, size, bytes) VALUES (?, ?, ?, ?)",
    ),
    add: db.prepare<
      never,
      [string, string, string, string, string, number | null, number | null, number | null, number, number]
    >(`
      INSERT INTO files (owner, id, name, type, hash, width, height, pages, tokens, created_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    find: db.prepare<FileRow & { hash: string }, [string, string]>(`
      SELECT f.id, f.name, c.size AS bytes, f.width, f.height, f.pages, f.tokens, f.hash FROM files AS f
      JOIN contents AS c ON c.owner = f.owner AND c.hash = f.hash WHERE f.owner = ? AND f.id = ?`),
    read: db.prepare<FileContent, [string, string]>(`
      SELECT f.type, c.bytes FROM files AS f
      JOIN contents AS c ON c.owner = f.owner AND c.hash = f.hash WHERE f.owner = ? AND f.id = ?`),
    forget: db.prepare<never, [string, string]>(
      "DELETE FROM files WHERE owner = ? AND id = ? AND is_sent = 0",
    ),
    unsent: db.prepare<unknown, [number]>("SELECT 1 FROM files WHERE is_sent = 0 AND created_ms < ? LIMIT 1"),
    sweep: db.prepare<never, [number, number]>(`
      DELETE FROM files WHERE number IN (
        SELECT number FROM files WHERE is_sent = 0 AND created_ms < ? LIMIT ?
      )`),
  };
}
