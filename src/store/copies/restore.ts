/** Puts a copy in the place of the file of data, which is kept under another name. */
import { Database } from "bun:sqlite";
import { existsSync, realpathSync } from "node:fs";
import { chown, link, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "../../errors.ts";
import { lock } from "../lock.ts";
import { truePath } from "../sqlite.ts";
import { inspectFile, type Inspection } from "./inspect.ts";
import { makeLike, refusal, snapshot, syncFolder } from "./snapshot.ts";

export type Restored = {
  inspection: Inspection;
  /** Where what was there before is now; null where nothing was. */
  kept: string | null;
};

/**
 * Throws AppError, with everything left as it was, where a server holds the data (store.locked), or the copy
 * is damaged, a newer version's, or no copy of ours.
 */
export async function restoreFile(copy: string, path: string, nowMs: number): Promise<Restored> {
  refuseUnfit(copy, nowMs);
  const real = truePath(path);
  if (realpathSync(copy) === real) throw new AppError("restore.same", `${copy} is the file of data itself.`);
  const hadLock = existsSync(`${real}.lock`);
  const held = lockAlone(real);
  try {
    const { partial, inspection } = await snapshot(copy, real, nowMs);
    try {
      return { inspection, kept: await exchange(partial, real, nowMs) };
    } catch (error) {
      await rm(partial, { force: true });
      throw refusal(error, real);
    }
  } finally {
    held.close(true);
    // Root makes it for whoever runs the server.
    if (!hadLock && existsSync(real)) await makeLike(`${real}.lock`, real).catch(() => null);
  }
}

function refuseUnfit(copy: string, nowMs: number): void {
  const inspection = inspectFile(copy, { check: "whole", nowMs });
  if (inspection === null) throw new AppError("restore.empty", `${copy} is not there, or empty.`);
  const [damage] = inspection.damage;
  if (damage !== undefined) throw new AppError("store.corrupt", `${copy} is damaged: ${damage}.`);
}

function lockAlone(real: string): ReturnType<typeof lock> {
  try {
    return lock(real);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "store.locked") throw error;
    throw new AppError("store.locked", `${real} is in use by a server: stop that one first.`, {
      cause: error,
    });
  }
}

/** At each moment there is a whole file under the data's name, or the one that was there. */
async function exchange(partial: string, real: string, nowMs: number): Promise<string | null> {
  const isThere = existsSync(real);
  const kept = isThere ? `${real}.before-restore-${stamp(nowMs)}` : null;
  if (kept !== null) {
    if (existsSync(kept)) throw new AppError("restore.exists", `${kept} is there already.`);
    await makeLike(partial, real);
    foldLog(real);
    await keep(real, kept);
  } else await giveToOwnerOf(dirname(real), partial);
  // What could not be folded in goes with its file: of another one it would make a ruin.
  for (const end of ["-wal", "-journal"]) {
    if (kept !== null && Bun.file(real + end).size > 0) await rename(real + end, kept + end);
  }
  for (const end of ["-wal", "-shm", "-journal"]) await rm(real + end, { force: true });
  await rename(partial, real);
  await syncFolder(dirname(real));
  return kept;
}

/** A damaged file may refuse: it is kept as it is. */
function foldLog(path: string): void {
  let db: Database | null = null;
  try {
    db = new Database(path);
    db.run("PRAGMA busy_timeout = 5000");
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    return;
  } finally {
    db?.close(true);
  }
}

/** A second name first, so that the data's own name leads to a file all the time; not every disk has that. */
async function keep(path: string, kept: string): Promise<void> {
  await link(path, kept).catch(() => rename(path, kept));
}

async function giveToOwnerOf(folder: string, file: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await chown(file, uid, gid);
}

/** YYYYMMDDHHMMSS, in UTC. */
function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\D/g, "").slice(0, 14);
}
