/** How the file's tables came to be: each step by name, applied once and recorded. */
import type { Database } from "bun:sqlite";
import { AppError } from "../errors.ts";
import { accountEnds } from "./migrations/accounts.ts";
import { assistantTable } from "./migrations/assistants.ts";
import { budgetTables } from "./migrations/budgets.ts";
import { fileTables } from "./migrations/files.ts";
import { modelTables } from "./migrations/models.ts";
import { organised } from "./migrations/organised.ts";
import { peopleColumns } from "./migrations/people.ts";
import { filePages } from "./migrations/pages.ts";
import { raceColumns } from "./migrations/races.ts";
import { refusalTable } from "./migrations/refusals.ts";
import { searched } from "./migrations/searched.ts";
import { shareTable } from "./migrations/shares.ts";
import { tokenTable } from "./tokens/tokens.ts";
import { schema, signIn } from "./schema.ts";

export type Migration = { name: string; sql: string };

/** In order. What has been released is never edited: a change is one more entry. */
export const migrations: readonly Migration[] = [
  { name: "0001-schema", sql: schema },
  { name: "0002-waits", sql: "ALTER TABLE generations ADD COLUMN waited_ms INTEGER" },
  { name: "0003-sign-in", sql: signIn },
  { name: "0004-models", sql: modelTables },
  { name: "0005-organised", sql: organised },
  { name: "0006-searched", sql: searched },
  { name: "0007-budgets", sql: budgetTables },
  { name: "0008-tokens", sql: tokenTable },
  { name: "0009-refusals", sql: refusalTable },
  { name: "0010-files", sql: fileTables },
  { name: "0011-races", sql: raceColumns },
  { name: "0012-shares", sql: shareTable },
  { name: "0013-account-ends", sql: accountEnds },
  { name: "0014-people", sql: peopleColumns },
  { name: "0015-assistants", sql: assistantTable },
  { name: "0016-file-pages", sql: filePages },
];

/** Applies what is missing, each in a transaction of its own, and returns the names. */
export function migrate(db: Database, list = migrations, nowMs = Date.now()): string[] {
  if (!isOurs(db)) db.transaction(() => claim(db)).immediate();
  const applied = appliedTo(db);
  const missing = list.filter((migration) => !applied.has(migration.name));
  const record = db.prepare<never, [string, number]>(
    "INSERT INTO migrations (name, applied_ms) VALUES (?, ?)",
  );
  const apply = db.transaction((migration: Migration) => {
    db.run(migration.sql);
    record.run(migration.name, nowMs);
  });
  for (const migration of missing) apply.immediate(migration);
  return missing.map((migration) => migration.name);
}

/** Only reads. Throws AppError for another program's database, and for one that a newer Banter has changed. */
export function refuseUnknown(db: Database, path: string, list = migrations): void {
  const tables =
    db.query<{ count: number }, []>("SELECT count(*) AS count FROM sqlite_schema").get()?.count ?? 0;
  if (tables === 0) return;
  if (!isOurs(db)) {
    throw new AppError("store.foreign", `${path} is a database of another program, and is left as it is.`);
  }
  const known = new Set(list.map((migration) => migration.name));
  const unknown = [...appliedTo(db)].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const sentence = `${path} was written by a newer version of Banter (${unknown[0]}), and is left as it is.`;
  throw new AppError("store.newer", sentence);
}

/** Names that `migrate` would apply; only reads. */
export function missingFrom(db: Database, list = migrations): string[] {
  const applied = isOurs(db) ? appliedTo(db) : new Set<string>();
  return list.map((migration) => migration.name).filter((name) => !applied.has(name));
}

/** "Bant" in SQLite's own field for telling whose a file is. */
const applicationId = 0x42616e74;

function claim(db: Database): void {
  db.run(`PRAGMA application_id = ${applicationId}`);
  db.run("CREATE TABLE migrations (name TEXT PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT");
}

function isOurs(db: Database): boolean {
  return (
    db.query<{ application_id: number }, []>("PRAGMA application_id").get()?.application_id === applicationId
  );
}

function appliedTo(db: Database): Set<string> {
  return new Set(
    db
      .query<{ name: string }, []>("SELECT name FROM migrations")
      .all()
      .map((row) => row.name),
  );
}
