/** One server a file: a second SQLite file beside the data, held exclusively for the store's life. */
import { Database, SQLiteError } from "bun:sqlite";
import { existsSync, realpathSync } from "node:fs";
import { AppError } from "../errors.ts";
import { toOpenError } from "./faults.ts";

/**
 * Closing what is returned frees the lock. Throws AppError "store.locked" where another process has it. The system frees
 * it with the process, even by SIGKILL. The file stays: whoever removed it could let two servers each lock
 * a file of their own.
 */
export function lock(path: string): Database {
  const lockPath = `${path}.lock`;
  let db: Database | null = null;
  try {
    db = new Database(lockPath);
    db.run("PRAGMA busy_timeout = 0");
    db.run("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db?.close(true);
    if (isBusy(error))
      throw new AppError("store.locked", `${path} is in use by another server.`, { cause: error });
    throw toOpenError(error, lockPath);
  }
}

/** Whether a server has it; only looks, and makes no file. */
export function isLocked(path: string): boolean {
  const lockPath = `${existsSync(path) ? realpathSync(path) : path}.lock`;
  if (!existsSync(lockPath)) return false;
  const db = new Database(lockPath, { readonly: true });
  try {
    db.query("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw toOpenError(error, lockPath);
  } finally {
    db.close(true);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY") === true;
}
