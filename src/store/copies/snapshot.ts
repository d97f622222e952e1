/** One consistent copy of a file of data, checked and on the disk before it takes its name; also beside a server. */
import { Database, SQLiteError } from "bun:sqlite";
import { chmod, chown, open, rename, rm, stat } from "node:fs/promises";
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AppError } from "../../errors.ts";
import { toOpenError } from "../faults.ts";
import { countIn, inspectFile, type Inspection } from "./inspect.ts";

/**
 * Writes `path`'s present content to `target`. Throws AppError where there is nothing to copy, `target` is
 * there and not to be replaced, or it can't be written whole; then nothing of it is left.
 */
export async function backupFile(
  path: string,
  target: string,
  options: { isReplacing: boolean; nowMs: number },
): Promise<Inspection> {
  const file = resolve(target);
  if (isPartOf(path, file)) {
    throw new AppError("backup.same", `${target} is the file of data itself, or beside it for SQLite.`);
  }
  refuseTaken(file, options.isReplacing);
  const made = await snapshot(path, file, options.nowMs);
  try {
    refuseTaken(file, options.isReplacing);
    await rename(made.partial, file);
  } catch (error) {
    await rm(made.partial, { force: true });
    throw refusal(error, file);
  }
  await syncFolder(dirname(file));
  return made.inspection;
}

/**
 * Writes the copy beside `target`, under a name of its own, for the caller to rename: readable by the owner
 * alone. Throws AppError, and leaves nothing.
 */
export async function snapshot(
  path: string,
  target: string,
  nowMs: number,
): Promise<{ partial: string; inspection: Inspection }> {
  if (!existsSync(path)) throw new AppError("store.missing", `There is no file ${path}.`);
  const partial = `${target}.partial-${process.pid}`;
  try {
    await (await open(partial, "wx", 0o600)).close();
  } catch (error) {
    throw refusal(error, target);
  }
  try {
    const counted = copyInto(path, partial, target, nowMs);
    await sync(partial);
    return { partial, inspection: verify(partial, target, counted, nowMs) };
  } catch (error) {
    for (const end of ["", "-journal", "-wal", "-shm"]) await rm(partial + end, { force: true });
    throw error;
  }
}

/** Gives a file the owner and the rights of another, as far as this user may. */
export async function makeLike(file: string, model: string): Promise<void> {
  const { uid, gid, mode } = await stat(model);
  const own = await stat(file);
  if (own.uid !== uid || own.gid !== gid) await chown(file, uid, gid);
  await chmod(file, mode & 0o777);
}

/** A rename is on the disk once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows can't open a folder, and needs no telling.
  if (process.platform !== "win32") await sync(folder);
}

export function refusal(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = reasons[code] ?? `it can't be written${code === "" ? "" : ` (${code})`}`;
  return new AppError("backup.unwritable", `${file}: ${why}.`, { cause: error });
}

const reasons: Record<string, string> = {
  ENOENT: "its folder is not there",
  ENOTDIR: "its folder is not a folder",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the disk is read-only",
  ENOSPC: "there is no room left on the disk",
  EDQUOT: "there is no room left for this user",
  EISDIR: "that is a folder",
};

/** VACUUM INTO reads one state of the file, whatever is written meanwhile, and holds up no writer. */
function copyInto(path: string, partial: string, target: string, nowMs: number): Inspection["counts"] | null {
  let db: Database | null = null;
  try {
    db = new Database(realpathSync(path), { readonly: true });
    db.run("PRAGMA busy_timeout = 5000");
    const version = dataVersion(db);
    const { counts } = countIn(db, nowMs);
    db.run("VACUUM INTO ?", [partial]);
    return dataVersion(db) === version ? counts : null;
  } catch (error) {
    const isOfTarget =
      error instanceof SQLiteError && /_(FULL|IOERR|CANTOPEN|READONLY)/.test(error.code ?? "");
    if (isOfTarget)
      throw new AppError("backup.unwritable", `${target}: ${wordsFor(error)}.`, { cause: error });
    throw toOpenError(error, path);
  } finally {
    db?.close(true);
  }
}

/** Changes when another connection commits: what was counted before is then no measure for the copy. */
function dataVersion(db: Database): number {
  return db.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0;
}

function wordsFor(error: SQLiteError): string {
  return error.code === "SQLITE_FULL"
    ? "there is no room left on the disk"
    : `it can't be written (${error.code})`;
}

function verify(
  partial: string,
  target: string,
  counted: Inspection["counts"] | null,
  nowMs: number,
): Inspection {
  const inspection = inspectFile(partial, { check: "whole", nowMs });
  const isComplete = counted === null || Bun.deepEquals(counted, inspection?.counts);
  if (inspection !== null && inspection.damage.length === 0 && isComplete) return inspection;
  const what = inspection?.damage[0] ?? "rows are missing in it";
  throw new AppError("store.corrupt", `${target}: the copy is not whole (${what}), and was removed.`);
}

function refuseTaken(file: string, isReplacing: boolean): void {
  if (!isReplacing && existsSync(file))
    throw new AppError("backup.exists", `${file} is there already: name another, or add --force.`);
}

/** By true names, so that a link does not lead astray. */
function isPartOf(path: string, file: string): boolean {
  const real = (name: string) =>
    existsSync(name) ? realpathSync(name) : join(realFolder(name), basename(name));
  const data = real(path);
  return ["", "-wal", "-shm", "-journal", ".lock"].some((end) => real(file) === data + end);
}

function realFolder(name: string): string {
  return existsSync(dirname(name)) ? realpathSync(dirname(name)) : dirname(name);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
