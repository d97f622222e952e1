/** SQLite's errors → what a person is told. */
import { SQLiteError } from "bun:sqlite";
import { AppError, refuse } from "../errors.ts";
import type { Refusal } from "../words/en/refusals.ts";

/** What is no fault of the file (a broken constraint, a wrong statement) comes back as it is. */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof SQLiteError)) return error;
  // Triggers' own words: see migrations/accounts.ts and people.ts.
  if (error.message === "the account has ended") return refuse("not_found", "accountEnded", {}, error);
  if (error.message === "the account is blocked") return refuse("blocked", "accountBlocked", {}, error);
  const family = error.code?.split("_")[1] ?? "";
  const fault = faults[family];
  return fault === undefined ? error : refuse(fault.code, fault.refusal, {}, error);
}

/** The same for a file that is being opened, which the sentence names. */
export function toOpenError(error: unknown, path: string): unknown {
  const known = toAppError(error);
  if (!(known instanceof AppError) || !(error instanceof SQLiteError)) return known;
  return new AppError(known.code, `${path}: ${known.message}`, { cause: error });
}

type Fault = { code: string; refusal: Refusal };

const corrupt: Fault = { code: "store.corrupt", refusal: "storeCorrupt" };
const unwritable: Fault = { code: "store.unwritable", refusal: "storeUnwritable" };
const busy: Fault = { code: "store.busy", refusal: "storeBusy" };

/** By the second word of SQLite's code: SQLITE_IOERR_WRITE is of the family IOERR. */
const faults: Record<string, Fault | undefined> = {
  FULL: { code: "store.full", refusal: "storeFull" },
  BUSY: busy,
  LOCKED: busy,
  READONLY: unwritable,
  CANTOPEN: unwritable,
  PERM: unwritable,
  IOERR: { code: "store.io", refusal: "storeIo" },
  CORRUPT: corrupt,
  NOTADB: { code: "store.foreign", refusal: "storeForeign" },
};
