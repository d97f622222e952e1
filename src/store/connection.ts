/** The one connection that writes: its transactions, how durable each is, and its end. */
import type { Database } from "bun:sqlite";
import { refuse } from "../errors.ts";
import type { Log } from "../log.ts";
import { toAppError } from "./faults.ts";

/** A `full` commit is on the disk when it returns; a `normal` one survives our death, not a power cut. */
export type Durability = "full" | "normal";

/** The state of a connection, apart from its code: `durability` is what SQLite was told last. */
export type Handle = { readonly db: Database; durability: Durability | null; isClosed: boolean };

export type Connection = {
  readonly db: Database;
  readonly log: Log;
  /** One transaction. `work` can't wait for anything: the types refuse a promise. */
  write<T>(durability: Durability, work: () => Sync<T>): T;
  read<T>(work: () => Sync<T>): T;
  close(): void;
};

type Sync<T> = T extends Promise<unknown> ? never : T;

export function connect(handle: Handle, log: Log): Connection {
  const { db } = handle;
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");

  return {
    db,
    log,
    write<T>(wanted: Durability, work: () => Sync<T>): T {
      return guarded(handle, () => {
        // A pragma is obeyed when it is compiled, so a prepared one would not switch back and forth.
        if (handle.durability !== wanted) db.run(`PRAGMA synchronous = ${wanted}`);
        handle.durability = wanted;
        begin.run();
        try {
          const result = work();
          commit.run();
          return result;
        } catch (error) {
          // A full disk has SQLite roll back by itself.
          if (db.inTransaction) rollback.run();
          throw error;
        }
      });
    },
    read: (work) => guarded(handle, work),
    close() {
      if (handle.isClosed) return;
      handle.isClosed = true;
      db.close(true);
    },
  };
}

function guarded<T>({ isClosed }: Handle, work: () => T): T {
  if (isClosed) throw refuse("store.closed", "storeClosed");
  try {
    return work();
  } catch (error) {
    throw toAppError(error);
  }
}
