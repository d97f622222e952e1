/** SQLite's errors → what a person is told. */
import { SQLiteError } from "bun:sqlite";
import { AppError } from "../errors.ts";

/** What is no fault of the file (a broken constraint, a wrong statement) comes back as it is. */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const family = error.code?.split("_")[1] ?? "";
  const fault = faults[family];
  return fault === undefined ? error : new AppError(fault.code, fault.sentence, { cause: error });
}

/** The same for a file that is being opened, which the sentence names. */
export function toOpenError(error: unknown, path: string): unknown {
  const known = toAppError(error);
  if (!(known instanceof AppError) || !(error instanceof SQLiteError)) return known;
  return new AppError(known.code, `${path}: ${known.message}`, { cause: error });
}

type Fault = { code: string; sentence: string };

const corrupt: Fault = { code: "store.corrupt", sentence: "The file of data is damaged. Restore a backup." };
const unwritable: Fault = { code: "store.unwritable", sentence: "The file of data can't be written." };

/** By the second word of SQLite's code: SQLITE_IOERR_WRITE is of the family IOERR. */
const faults: Record<string, Fault | undefined> = {
  FULL: { code: "store.full", sentence: "There is no room left to store this. What is stored can be read." },
  BUSY: { code: "store.busy", sentence: "Another program holds the file of data. Try again in a moment." },
  LOCKED: { code: "store.busy", sentence: "Another program holds the file of data. Try again in a moment." },
  READONLY: unwritable,
  CANTOPEN: unwritable,
  PERM: unwritable,
  IOERR: { code: "store.io", sentence: "The disk did not do what it was asked. Try again in a moment." },
  CORRUPT: corrupt,
  NOTADB: { code: "store.foreign", sentence: "This is not a file of Banter's data." },
};
