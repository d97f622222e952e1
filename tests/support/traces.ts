/** What an account leaves: in which tables, and in which bytes of the file. */
import type { Database } from "bun:sqlite";
import { expect } from "bun:test";
import { readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { TestApp } from "./app.ts";

/** What is kept of its secrets, and the ids of what it has. */
export function secretsOf(db: Database, account: string): string[] {
  const columns = [
    ...["token_hash FROM sessions WHERE account", "sealed FROM tokens WHERE account"],
    ...["secret_hash FROM shares WHERE owner", "sealed FROM shares WHERE owner"],
    ...["id FROM conversations WHERE owner", "id FROM messages WHERE owner", "hash FROM files WHERE owner"],
  ];
  return columns.flatMap((column) => {
    const rows = db.query<string[], [string]>(`SELECT ${column} = ?`).values(account) as string[][];
    expect([column, rows.length > 0]).toEqual([column, true]);
    return rows.flat();
  });
}

export function tableNames(db: Database): string[] {
  const named = db.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return named.map(({ name }) => name);
}

/** Those whose rows go with an account's, by foreign keys or by name. */
export function ownedTables(db: Database): Set<string> {
  const owned = new Set(["accounts", "budgets", "reservations"]);
  for (let before = 0; before < owned.size;) {
    before = owned.size;
    for (const table of tableNames(db)) {
      const keys = db.query<{ table: string; on_delete: string }, []>(`PRAGMA foreign_key_list(${table})`);
      const goes = keys.all().some((key) => owned.has(key.table) && key.on_delete === "CASCADE");
      if (goes) owned.add(table);
    }
  }
  return owned;
}

export function tablesWith(db: Database, traces: readonly string[]): Set<string> {
  const numbered = new Set(["checkpoints", "file_uses"]);
  return new Set(
    tableNames(db).filter((table) => {
      const rows = db.query(`SELECT * FROM "${table}"`).values();
      // Known by numbers alone: whatever is in there is of a chat of this account.
      if (numbered.has(table)) return rows.length > 0;
      return rows.flat().some((value) => holds(value, traces));
    }),
  );
}

function holds(value: unknown, traces: readonly string[]): boolean {
  if (typeof value === "string") return traces.some((trace) => value.includes(trace));
  return value instanceof Uint8Array && traces.some((trace) => Buffer.from(value).includes(trace));
}

/** The file, its log, and whatever else is beside it. */
export async function filesWith({ config }: TestApp, traces: readonly string[]): Promise<string[]> {
  const folder = dirname(config.dataPath);
  const beside = (await readdir(folder)).filter((name) => name.startsWith(basename(config.dataPath)));
  const found: string[] = [];
  for (const name of beside) {
    const bytes = await readFile(join(folder, name));
    for (const trace of traces) if (bytes.includes(trace)) found.push(`${name}: ${trace}`);
  }
  return found;
}

export function count(db: Database, table: string): number {
  return db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0;
}
