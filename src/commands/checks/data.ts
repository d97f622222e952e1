/** The disk that the data is on, and the data itself, read beside the server or without one. */
import { existsSync } from "node:fs";
import { open, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../errors.ts";
import { inspectFile, type Inspection } from "../../store/copies/inspect.ts";
import { isLocked } from "../../store/lock.ts";
import { contents, counted, megabytes } from "../arguments.ts";
import { fail, note, ok, type Finding } from "./finding.ts";

export async function checkDisk(dataPath: string): Promise<Finding> {
  const folder = nearestFolder(dirname(dataPath));
  const fault = await writeFault(folder);
  if (fault !== null) {
    return fail(
      "disk",
      `${folder} can't be written (${fault}).`,
      "Give this user the right, or set DATA elsewhere.",
    );
  }
  const { bavail, bsize } = await statfs(folder);
  return judgeSpace(folder, bavail * bsize);
}

export function judgeSpace(folder: string, freeBytes: number): Finding {
  const what = `${folder} can be written, with ${megabytes(freeBytes)} free.`;
  if (freeBytes < tooFewBytes) return fail("disk", what, "Make room, or new messages will be refused soon.");
  return freeBytes < fewBytes ? note("disk", what, "Make room before it gets less.") : ok("disk", what);
}

export async function checkDatabase(dataPath: string): Promise<Finding[]> {
  try {
    const found = inspectFile(dataPath, { check: "quick", nowMs: Date.now() });
    if (found === null) return [ok("database", `${dataPath} is not there yet: the first start makes it.`)];
    return [judgeData(dataPath, found), ...judgeReplies(found)];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [fail("database", error.message, remedies[error.code] ?? "Try again when nothing else uses it.")];
  }
}

/** Where the lock can't be read, the database's own check says why. */
export function isServed(dataPath: string): boolean {
  try {
    return isLocked(dataPath);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

const fewBytes = 1e9;
const tooFewBytes = 100e6;

const restore = "Stop the server, and run “banter restore FILE” with a backup.";

const remedies: Record<string, string> = {
  "store.foreign": "Set DATA to another file.",
  "store.newer": "Run that version, or restore a backup of this one's.",
  "store.corrupt": restore,
  "store.unwritable": "Give this user the right to read and write it and its folder.",
};

function judgeData(dataPath: string, { bytes, counts, damage, missing, isServed }: Inspection): Finding {
  const [first] = damage;
  if (first !== undefined) return fail("database", `${dataPath} is damaged: ${first}.`, restore);
  const use = isServed ? "in use by a server" : "not in use";
  const what = `${dataPath} is whole and ${use}: ${megabytes(bytes)}, ${contents(counts)}.`;
  if (missing.length === 0) return ok("database", what);
  return note(
    "database",
    what,
    `It is of an older version: the next start brings it up to date (${missing.join(", ")}).`,
  );
}

/** Runs that nobody writes any more. */
function judgeReplies({ isServed, running, abandoned }: Inspection): Finding[] {
  const left = isServed ? abandoned : running;
  if (left === 0) return [];
  const what = `${counted(left, "reply", "replies")} left unfinished by a process that is gone.`;
  return [note("replies", what, `The next start ends them as interrupted, and offers to continue.`)];
}

/** By trying: rights alone do not tell of a disk that is read-only or full. */
async function writeFault(folder: string): Promise<string | null> {
  const probe = join(folder, `.banter-doctor-${process.pid}`);
  try {
    const file = await open(probe, "wx", 0o600);
    await file.write("x").finally(() => file.close());
    return null;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  } finally {
    await rm(probe, { force: true }).catch(() => null);
  }
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
