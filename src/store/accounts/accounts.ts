/** Ends accounts: at once for everybody who looks, and then, in small bites, for whoever reads the file itself. */
import type { Connection } from "../connection.ts";
import type { AccountStore } from "./account-store.ts";
import { rewriteOf } from "./rewrite.ts";
import { hashes, sessionsEnder, type Hash } from "./sessions.ts";

export function accountsOf(connection: Connection): AccountStore {
  const { read, write } = connection;
  const sql = prepare(connection);
  const endSessions = sessionsEnder(connection);
  const words = rewriteOf(connection);
  // A process that was killed before it came to it leaves that to the next.
  let isInLog = true;

  /** One bite, the largest things first; false where the account is gone. */
  const take = (account: string, rowsMax: number) => {
    for (const forget of sql.inBites) if (forget.run(account, rowsMax).changes > 0) return;
    if (words.step()) return;
    words.reset();
    for (const forget of sql.atLast) forget.run(account);
    isInLog = true;
  };

  return {
    end: async (account, nowMs) =>
      write("full", () => {
        if (sql.end.run(nowMs, account).changes === 0) return { sessions: [], links: [] };
        return { sessions: endSessions(account), links: hashes(sql.endLinks.all(account)) };
      }),
    isEnded: async (account) => read(() => sql.isEnded.get(account) !== null),
    async sweep(rowsMax) {
      const ended = read(() => sql.next.get());
      if (ended !== null) {
        write("normal", () => take(ended.id, rowsMax));
        return true;
      }
      // Another program that reads, such as a backup, may hold the log; the next sweep tries again.
      if (isInLog) isInLog = read(() => sql.emptyLog.get()?.busy === 1);
      return false;
    },
  };
}

function prepare({ db }: Connection) {
  const inBites = ["messages", "conversations", "files"].map((table) =>
    db.prepare<never, [string, number]>(
      `DELETE FROM ${table} WHERE number IN (SELECT number FROM ${table} WHERE owner = ? LIMIT ?)`,
    ),
  );
  const ops = db.prepare<never, [string, number]>(`
    DELETE FROM done_ops WHERE (owner, id, what) IN (SELECT owner, id, what FROM done_ops WHERE owner = ? LIMIT ?)`);
  return {
    end: db.prepare<never, [number, string]>(
      "UPDATE accounts SET ended_ms = ? WHERE id = ? AND ended_ms IS NULL",
    ),
    endLinks: db.prepare<Hash, [string]>("DELETE FROM shares WHERE owner = ? RETURNING secret_hash AS hash"),
    isEnded: db.prepare<unknown, [string]>("SELECT 1 FROM accounts WHERE id = ? AND ended_ms IS NOT NULL"),
    next: db.prepare<{ id: string }, []>(
      "SELECT id FROM accounts WHERE ended_ms IS NOT NULL ORDER BY ended_ms LIMIT 1",
    ),
    inBites: [...inBites, ops],
    // What all accounts together have taken today has no name on it, and stays; so does what was kept there for calls
    // that have not ended. Everything else goes with the account's row.
    atLast: [
      db.prepare<never, [string]>("DELETE FROM budgets WHERE account = ?"),
      db.prepare<never, [string]>("DELETE FROM reservations WHERE account = ?"),
      db.prepare<never, [string]>("DELETE FROM accounts WHERE id = ?"),
    ],
    emptyLog: db.prepare<{ busy: number }, []>("PRAGMA wal_checkpoint(TRUNCATE)"),
  };
}
