/** Who holds which session. */
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

export function sessionsOf({ db, read, write }: Connection): Store["sessions"] {
  const find = db.prepare<{ account: string }, [string]>("SELECT account FROM sessions WHERE token_hash = ?");
  const addAccount = db.prepare<never, [string, number]>(
    "INSERT INTO accounts (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const addSession = db.prepare<never, [string, string, number]>(
    "INSERT INTO sessions (token_hash, account, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  return {
    find: async (tokenHash) => read(() => find.get(tokenHash)?.account ?? null),
    async create({ account, tokenHash, nowMs }) {
      // Asked before each turn, and there already nearly each time: that costs no transaction.
      if (read(() => find.get(tokenHash)) !== null) return;
      write("full", () => {
        addAccount.run(account, nowMs);
        addSession.run(tokenHash, account, nowMs);
      });
    },
  };
}
