/** The store in one SQLite file: opens the file, refuses what is not ours, and wires the parts. */
import { Database } from "bun:sqlite";
import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { accountsOf } from "./accounts/accounts.ts";
import { assistantsOf } from "./assistants/assistants.ts";
import { budgetOf, budgetTableOf, type BudgetTable } from "./budget/table.ts";
import { connect, type Handle } from "./connection.ts";
import { conversationsOf, threadsOf } from "./conversations.ts";
import { changesOf } from "./conversations/changes.ts";
import { listsOf } from "./conversations/lists.ts";
import { filesOf } from "./files/files.ts";
import { toOpenError } from "./faults.ts";
import { generationsOf, usageOf } from "./generations.ts";
import { lock } from "./lock.ts";
import { migrate, refuseUnknown } from "./migrations.ts";
import { cataloguesOf } from "./models/catalogues.ts";
import { modelsOf } from "./models/choices.ts";
import { refusalsOf } from "./models/refusals.ts";
import { spendingOf } from "./models/usage.ts";
import { searchOf } from "./search/find.ts";
import { peopleOf } from "./people/people.ts";
import { sessionsOf, settingsOf } from "./sessions.ts";
import { sharesOf } from "./shares/shares.ts";
import type { Store } from "./store.ts";
import { takeawayOf } from "./takeaway/read.ts";
import { reliefOf } from "./takeaway/relief.ts";
import { importsOf } from "./takeaway/write.ts";
import { tokensOf } from "./tokens/tokens.ts";
import { turnsOf } from "./turns.ts";

export type FileOptions = {
  /** Its folder is made where it is missing; ":memory:" has no lock and is gone when it is closed. */
  path: string;
  log: Log;
  /** How long a write may hold up the event loop while another program writes to the file. */
  busyTimeoutMs?: number;
  /** The file grows to this at most; what does not fit is refused as `store.full`. */
  bytesMax?: number;
};

/** Handles and data only: it outlives a hot reload of the code that uses it. */
export type StoreFile = Handle & { lock: Database | null };

/** Throws AppError with a sentence that names the file: locked, unwritable, foreign, corrupt, newer, full. */
export async function openFile(options: FileOptions): Promise<StoreFile> {
  if (options.path === ":memory:") return prepare(options, new Database(":memory:"), null);
  const path = truePath(options.path);
  const held = lock(path);
  let db: Database | null = null;
  try {
    inspect(path);
    db = new Database(path);
    return prepare(options, db, held);
  } catch (error) {
    db?.close(true);
    held.close(true);
    throw toOpenError(error, path);
  }
}

/**
 * Several at once on one file are one store: that of the load before, and that of the newest. `shared` is another
 * file's budgets, where they are to be counted there.
 */
export function storeOn(file: StoreFile, log: Log, shared?: BudgetTable): Store {
  const connection = connect(file, log);
  const threads = threadsOf(connection);
  const budget = shared ?? budgetTableOf(connection);
  return {
    sessions: sessionsOf(connection),
    tokens: tokensOf(connection),
    settings: settingsOf(connection),
    conversations: conversationsOf(connection, threads),
    lists: listsOf(connection),
    changes: changesOf(connection, threads),
    search: searchOf(connection),
    turns: turnsOf(connection, threads, budget),
    files: filesOf(connection),
    generations: generationsOf(connection, threads, budget),
    usage: usageOf(connection),
    budget: budgetOf(connection, budget),
    models: modelsOf(connection, threads),
    catalogues: cataloguesOf(connection),
    refusals: refusalsOf(connection),
    spending: spendingOf(connection),
    shares: sharesOf(connection),
    takeaway: { ...takeawayOf(connection, threads), ...importsOf(connection), ...reliefOf(connection) },
    accounts: accountsOf(connection),
    people: peopleOf(connection),
    assistants: assistantsOf(connection),
    close: async () => {
      connection.close();
      file.lock?.close(true);
    },
  };
}

/** For who needs no hot reload. */
export async function openStore(options: FileOptions): Promise<Store> {
  return storeOn(await openFile(options), options.log);
}

function prepare(
  { log, busyTimeoutMs = 100, bytesMax }: FileOptions,
  db: Database,
  held: Database | null,
): StoreFile {
  db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  db.run("PRAGMA journal_mode = WAL");
  // 8 MB, four times the default: a path of 5,000 messages is read from memory.
  db.run("PRAGMA cache_size = -8192");
  // What is deleted is written over, in free pages too: it is not to be found in the file any more.
  db.run("PRAGMA secure_delete = ON");
  if (bytesMax !== undefined) db.run(`PRAGMA max_page_count = ${Math.ceil(bytesMax / pageBytes(db))}`);
  // Foreign keys come after the migrations, which may have to rebuild a table that others point to.
  for (const name of migrate(db)) log.info("store.migrated", { name });
  db.run("PRAGMA foreign_keys = ON");
  return { db, lock: held, durability: null, isClosed: false };
}

/** The file's one true name, so that a link to it leads to the same lock. */
export function truePath(path: string): string {
  const folder = dirname(path);
  const real = attempt(`${folder} can't be used as a folder for data.`, () => {
    mkdirSync(folder, { recursive: true });
    return existsSync(path) ? realpathSync(path) : join(realpathSync(folder), basename(path));
  });
  if (existsSync(real) && statSync(real).isDirectory()) {
    throw new AppError("store.unwritable", `${path} is a folder; name a file for the data.`);
  }
  // SQLite opens what it may not write as something to read, and would tell only at the first turn.
  attempt(`${path} can't be written, or its folder can't.`, () => {
    accessSync(dirname(real), constants.W_OK);
    if (existsSync(real)) accessSync(real, constants.W_OK);
  });
  return real;
}

function attempt<T>(sentence: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new AppError("store.unwritable", sentence, { cause: error });
  }
}

/** Read-only, so that what is refused is left as it was. */
function inspect(path: string): void {
  if (!existsSync(path) || statSync(path).size === 0) return;
  const db = new Database(path, { readonly: true });
  try {
    refuseUnknown(db, path);
  } finally {
    db.close(true);
  }
}

function pageBytes(db: Database): number {
  return db.query<{ page_size: number }, []>("PRAGMA page_size").get()?.page_size ?? 4096;
}
