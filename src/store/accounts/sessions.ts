/** What ends with an account's sessions: they themselves, and the token that its calls are made with. */
import type { Connection } from "../connection.ts";

export type Hash = { hash: string };

export const hashes = (rows: Hash[]): string[] => rows.map(({ hash }) => hash);

/** Within a transaction; the hashes of the sessions' tokens. */
export function sessionsEnder({ db }: Connection): (account: string) => string[] {
  const forgetToken = db.prepare<never, [string]>("DELETE FROM tokens WHERE account = ?");
  const end = db.prepare<Hash, [string]>(
    "DELETE FROM sessions WHERE account = ? RETURNING token_hash AS hash",
  );
  return (account) => {
    forgetToken.run(account);
    return hashes(end.all(account));
  };
}
