/** Looks at a file of data without changing it, also beside the server that writes it. */
import { Database } from "bun:sqlite";
import { existsSync, realpathSync, statSync } from "node:fs";
import { toOpenError } from "../faults.ts";
import { isLocked } from "../lock.ts";
import { missingFrom, refuseUnknown } from "../migrations.ts";

export type Inspection = {
  /** With what is still in the log beside it. */
  bytes: number;
  /** A server has the file open. */
  isServed: boolean;
  /** Migrations that the next start will apply. */
  missing: string[];
  counts: Counts;
  running: number;
  /** Of those, the ones whose process has not renewed its lease. */
  abandoned: number;
  /** What SQLite's own check finds, at most so many; none where the file is whole. */
  damage: string[];
};

export type Counts = { accounts: number; conversations: number; messages: number; replies: number };

/**
 * `quick` leaves out whether indexes agree with their tables. Null where there is no file, or an empty one.
 * Throws AppError for what can't be read, is another program's, or a newer version's.
 */
export function inspectFile(
  path: string,
  options: { check: "quick" | "whole"; nowMs: number },
): Inspection | null {
  if (!existsSync(path) || (statSync(path).size === 0 && !hasLog(path))) return null;
  const real = realpathSync(path);
  let db: Database | null = null;
  try {
    db = new Database(real, { readonly: true });
    db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    refuseUnknown(db, path);
    const missing = missingFrom(db);
    const bytes = sizeOf(real) + sizeOf(`${real}-wal`);
    return {
      bytes,
      isServed: isLocked(real),
      missing,
      ...countIn(db, options.nowMs),
      damage: check(db, options),
    };
  } catch (error) {
    throw toOpenError(error, path);
  } finally {
    db?.close(true);
  }
}

/** How much is in it, in one look. */
export function countIn(db: Database, nowMs: number): Pick<Inspection, "counts" | "running" | "abandoned"> {
  const row = hasTables(db) ? db.query<Counted, [number]>(counting).get(nowMs) : null;
  const { running, abandoned, ...counts } = row ?? nothing;
  return { counts, running, abandoned };
}

/** Short turns at the lock are waited for: nobody's page hangs on this process. */
const busyTimeoutMs = 5000;

const damageMax = 5;

type Counted = Counts & { running: number; abandoned: number };

const nothing: Counted = { accounts: 0, conversations: 0, messages: 0, replies: 0, running: 0, abandoned: 0 };

const counting = `
  SELECT
    (SELECT count(*) FROM accounts) AS accounts,
    (SELECT count(*) FROM conversations) AS conversations,
    (SELECT count(*) FROM messages) AS messages,
    (SELECT count(*) FROM generations) AS replies,
    (SELECT count(*) FROM generations WHERE state = 'running') AS running,
    (SELECT count(*) FROM generations AS g LEFT JOIN processes AS p ON p.id = g.process
      WHERE g.state = 'running' AND coalesce(p.lease_until_ms, 0) < ?) AS abandoned`;

function hasTables(db: Database): boolean {
  return db.query("SELECT 1 FROM sqlite_schema WHERE name = 'generations'").get() !== null;
}

function check(db: Database, options: { check: "quick" | "whole" }): string[] {
  const pragma = options.check === "quick" ? "quick_check" : "integrity_check";
  const rows = db.query<Record<string, string>, []>(`PRAGMA ${pragma}(${damageMax})`).all();
  // A row may hold several lines, the first of which names what is looked at and no fault.
  const lines = rows.flatMap((row) => Object.values(row)).flatMap((row) => row.split("\n"));
  return lines.filter((line) => line !== "ok" && !line.startsWith("***"));
}

function hasLog(path: string): boolean {
  return sizeOf(`${path}-wal`) > 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
