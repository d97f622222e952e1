/** Links by which others may read a branch, pinned to its last message. */
import type { Connection } from "../connection.ts";

export type Share = {
  owner: string;
  id: string;
  conversation: string;
  leaf: string;
  /** As the conversation was called when the link was made. */
  title: string;
  isLive: boolean;
  createdMs: number;
  /** Null: until it is ended. */
  expiresMs: number | null;
};

export type NewShare = Omit<Share, "title"> & { secretHash: string; sealed: string; sharesMax: number };

export type ShareRows = {
  /** `exists`: that id was here before; `missing`: the message is not in that conversation, or it is deleted. */
  create(share: NewShare): Promise<"created" | "exists" | "missing" | "full">;
  /** The newest first; of those whose time is over, none. */
  list(owner: string, nowMs: number): Promise<(Share & { sealed: string })[]>;
  /** Null also where its time is over, its conversation is deleted, or its owner is blocked. */
  find(secretHash: string, nowMs: number): Promise<Share | null>;
  /** Takes it away for good; the hash of its secret, or null where the owner has no such link. */
  end(owner: string, id: string): Promise<string | null>;
};

export function sharesOf({ db, read, write }: Connection): ShareRows {
  const add = db.prepare<never, ShareValues>(`
    INSERT INTO shares (owner, id, secret_hash, sealed, conversation, leaf, title, is_live, created_ms, expires_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const known = db.prepare<{ id: string }, [string, string]>(
    "SELECT id FROM shares WHERE owner = ? AND id = ?",
  );
  const titleOf = db.prepare<{ title: string }, [string, string, string]>(`
    SELECT c.title FROM messages AS m
    JOIN conversations AS c ON c.owner = m.owner AND c.id = m.conversation AND c.deleted_ms IS NULL
    WHERE m.owner = ? AND m.id = ? AND m.conversation = ?`);
  const count = db.prepare<{ count: number }, [string]>(
    "SELECT count(*) AS count FROM shares WHERE owner = ?",
  );
  const forget = db.prepare<never, [string, number]>(
    "DELETE FROM shares WHERE owner = ? AND expires_ms <= ?",
  );
  const list = db.prepare<ShareColumns & { sealed: string }, [string, number]>(`
    SELECT ${columns}, s.sealed ${current} AND s.owner = ? AND (s.expires_ms IS NULL OR s.expires_ms > ?)
    ORDER BY s.created_ms DESC, s.id`);
  const find = db.prepare<ShareColumns, [string, number]>(`
    SELECT ${columns} ${current} AND s.secret_hash = ? AND (s.expires_ms IS NULL OR s.expires_ms > ?)`);
  const end = db.prepare<{ hash: string }, [string, string]>(
    "DELETE FROM shares WHERE owner = ? AND id = ? RETURNING secret_hash AS hash",
  );
  return {
    create: async ({ owner, id, conversation, leaf, secretHash, sealed, sharesMax, ...share }) =>
      write("full", () => {
        forget.run(owner, share.createdMs);
        if (known.get(owner, id) !== null) return "exists";
        const title = titleOf.get(owner, leaf, conversation)?.title;
        if (title === undefined) return "missing";
        if ((count.get(owner)?.count ?? 0) >= sharesMax) return "full";
        const times = [share.createdMs, share.expiresMs] as const;
        add.run(owner, id, secretHash, sealed, conversation, leaf, title, share.isLive ? 1 : 0, ...times);
        return "created";
      }),
    list: async (owner, nowMs) =>
      read(() => list.all(owner, nowMs).map(({ sealed, ...row }) => ({ ...toShare(row), sealed }))),
    find: async (secretHash, nowMs) =>
      read(() => {
        const row = find.get(secretHash, nowMs);
        return row && toShare(row);
      }),
    end: async (owner, id) => write("full", () => end.get(owner, id)?.hash ?? null),
  };
}

type ShareValues = [
  owner: string,
  id: string,
  secretHash: string,
  sealed: string,
  conversation: string,
  leaf: string,
  title: string,
  isLive: number,
  createdMs: number,
  expiresMs: number | null,
];

type ShareColumns = Omit<Share, "isLive"> & { isLive: number };

const columns = `s.owner, s.id, s.conversation, s.leaf, s.title, s.is_live AS isLive, s.created_ms AS createdMs,
  s.expires_ms AS expiresMs`;

const current = `FROM shares AS s
  JOIN conversations AS c ON c.owner = s.owner AND c.id = s.conversation
  JOIN accounts AS a ON a.id = s.owner
  WHERE c.deleted_ms IS NULL AND a.blocked_ms IS NULL`;

function toShare(row: ShareColumns): Share {
  return { ...row, isLive: row.isLive === 1 };
}
