/** What is sealed in a file of data, read without changing it, also beside the server that writes it. */
import { Database } from "bun:sqlite";
import { existsSync, realpathSync } from "node:fs";
import { toOpenError } from "../faults.ts";

export type Sealed = { account: string; sealed: string };

/** How many tokens there are, and the newest of them. Throws AppError for what can't be read. */
export function sealedIn(path: string): { count: number; newest: Sealed | null } {
  if (!existsSync(path)) return { count: 0, newest: null };
  let db: Database | null = null;
  try {
    db = new Database(realpathSync(path), { readonly: true });
    db.run("PRAGMA busy_timeout = 5000");
    // An older file has no such table yet.
    if (db.query("SELECT 1 FROM sqlite_schema WHERE name = 'tokens'").get() === null)
      return { count: 0, newest: null };
    const count = db.query<{ count: number }, []>("SELECT count(*) AS count FROM tokens").get()?.count ?? 0;
    const newest = "SELECT account, sealed FROM tokens ORDER BY created_ms DESC LIMIT 1";
    return { count, newest: db.query<Sealed, []>(newest).get() };
  } catch (error) {
    throw toOpenError(error, path);
  } finally {
    db?.close(true);
  }
}
