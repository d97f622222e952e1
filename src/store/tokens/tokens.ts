/** People's own tokens, sealed: what is in this table is of no use without the server's key. */
import type { Connection } from "../connection.ts";

/** Sealed: see auth/vault.ts. */
export type TokenRows = {
  find(account: string): Promise<{ sealed: string; createdMs: number } | null>;
  set(account: string, sealed: string, nowMs: number): Promise<void>;
  remove(account: string): Promise<void>;
};

export function tokensOf({ db, read, write }: Connection): TokenRows {
  const find = db.prepare<{ sealed: string; createdMs: number }, [string]>(
    "SELECT sealed, created_ms AS createdMs FROM tokens WHERE account = ?",
  );
  const set = db.prepare<never, [string, string, number]>(`
    INSERT INTO tokens (account, sealed, created_ms) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET sealed = excluded.sealed, created_ms = excluded.created_ms`);
  const remove = db.prepare<never, [string]>("DELETE FROM tokens WHERE account = ?");
  return {
    find: async (account) => read(() => find.get(account)),
    set: async (account, sealed, nowMs) => write("full", () => void set.run(account, sealed, nowMs)),
    remove: async (account) => write("full", () => void remove.run(account)),
  };
}

export const tokenTable = `
CREATE TABLE tokens (
  account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  sealed TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
