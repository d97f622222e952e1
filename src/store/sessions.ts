/** Who holds which session. */
import type { Connection } from "./connection.ts";
import type { SessionRow, Store } from "./store.ts";

const columns =
  "token_hash AS tokenHash, account, agent, created_ms AS createdMs, coalesce(seen_ms, created_ms) AS seenMs, " +
  "signed_in_ms AS signedInMs";

export function sessionsOf({ db, read, write }: Connection): Store["sessions"] {
  const find = db.prepare<SessionRow, [string]>(`SELECT ${columns} FROM sessions WHERE token_hash = ?`);
  const list = db.prepare<SessionRow, [string]>(
    `SELECT ${columns} FROM sessions WHERE account = ? ORDER BY coalesce(seen_ms, created_ms) DESC`,
  );
  const addAccount = db.prepare<never, [string, number]>(
    "INSERT INTO accounts (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const addSession = db.prepare<never, [string, string, number]>(
    "INSERT INTO sessions (token_hash, account, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const addSignedIn = db.prepare<never, [string, string, number, number, number, string]>(`
    INSERT INTO sessions (token_hash, account, created_ms, seen_ms, signed_in_ms, agent) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`);
  const freeName = db.prepare<never, [string | null, string]>(
    "UPDATE accounts SET name = NULL WHERE name = ? AND id <> ?",
  );
  const setPerson = db.prepare<never, [string, string | null, string]>(
    "UPDATE accounts SET subject = ?, name = ? WHERE id = ?",
  );
  const see = db.prepare<never, [number, string]>("UPDATE sessions SET seen_ms = ? WHERE token_hash = ?");
  const end = db.prepare<never, [string, string]>(
    "DELETE FROM sessions WHERE account = ? AND token_hash = ?",
  );
  const endSignedIn = db.prepare<never, []>("DELETE FROM sessions WHERE signed_in_ms IS NOT NULL");
  return {
    find: async (tokenHash) => read(() => find.get(tokenHash)),
    list: async (account) => read(() => list.all(account)),
    async create({ account, tokenHash, nowMs }) {
      // Asked before each turn, and there already nearly each time: that costs no transaction.
      if (read(() => find.get(tokenHash)) !== null) return;
      write("full", () => {
        addAccount.run(account, nowMs);
        addSession.run(tokenHash, account, nowMs);
      });
    },
    async signIn({ account, person, tokenHash, agent, replaces, nowMs }) {
      write("full", () => {
        addAccount.run(account, nowMs);
        if (person !== null) {
          freeName.run(person.name, account);
          setPerson.run(person.subject, person.name, account);
        }
        addSignedIn.run(tokenHash, account, nowMs, nowMs, nowMs, agent);
        if (replaces !== null) end.run(account, replaces);
      });
    },
    see: async (tokenHash, nowMs) => write("normal", () => void see.run(nowMs, tokenHash)),
    end: async (account, tokenHash) => write("full", () => end.run(account, tokenHash).changes > 0),
    endSignedIn: async () => write("full", () => endSignedIn.run().changes),
  };
}

export function settingsOf({ db, read, write }: Connection): Store["settings"] {
  const find = db.prepare<{ value: string }, [string]>("SELECT value FROM settings WHERE name = ?");
  const set = db.prepare<never, [string, string]>(
    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  return {
    find: async (name) => read(() => find.get(name)?.value ?? null),
    set: async (name, value) => write("full", () => void set.run(name, value)),
  };
}
