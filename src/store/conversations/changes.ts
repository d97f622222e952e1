/** What is done to conversations as a whole, each op once; and the end of those that stay deleted. */
import type { Conversation, ConversationChange } from "../../domain.ts";
import type { Connection } from "../connection.ts";
import type { Threads } from "../conversations.ts";
import type { Store } from "../store.ts";
import type { ChangeInput, ChangeResult } from "./list-store.ts";

export function changesOf(connection: Connection, threads: Threads): Store["changes"] {
  const sql = prepare(connection);
  const { write, read } = connection;
  /** The conversation as it is after the change; null where there is nothing to change. */
  const changed = (owner: string, id: string, changes: number) => {
    if (changes === 0) return null;
    sql.raise.run(owner, id);
    return threads.row(owner, id);
  };
  return {
    apply: async (input) => write("full", () => apply(sql, threads, input)),
    async see(owner, id) {
      // Asked at each look, and seen already nearly each time: that costs no transaction.
      if (read(() => sql.unread.get(owner, id)) === null) return null;
      return write("normal", () => changed(owner, id, sql.see.run(owner, id).changes));
    },
    claimTitle: async (owner, id) => write("normal", () => sql.claimTitle.run(owner, id).changes === 1),
    giveTitle: async (owner, id, title) =>
      write("normal", () => changed(owner, id, sql.giveTitle.run(title, owner, id).changes)),
    sweep: async (input) => write("normal", () => sweep(sql, input)),
    async retire({ untouchedBeforeMs, rowsMax }) {
      const found = () => sql.untouched.all(untouchedBeforeMs, rowsMax);
      // Asked each hour, and mostly of nothing: that costs no transaction.
      if (read(found).length === 0) return [];
      return write("normal", () =>
        found().flatMap(({ owner, id }) => changed(owner, id, sql.condemn.run(owner, id).changes) ?? []),
      );
    },
  };
}

type Sql = ReturnType<typeof prepare>;

function apply(sql: Sql, threads: Threads, input: ChangeInput): ChangeResult {
  const { owner, op, change, nowMs } = input;
  const conversation = threads.row(owner, input.conversation);
  if (conversation === null) return { status: "missing" };
  const isGone = conversation.deletedMs !== null;
  // The sweep has begun with it.
  if (conversation.deletedMs === 0) return { status: "missing" };
  if (isGone && change.type !== "delete" && change.type !== "restore") return { status: "missing" };
  const what = JSON.stringify([conversation.id, change]);
  const isNew = sql.addDone.run(owner, op, what, nowMs).changes === 1;
  if (!isNew || isSo(conversation, change)) return { status: "same", conversation };
  if (change.type === "tag" && conversation.tags.length >= input.tagsMax) return { status: "full" };
  perform(sql, conversation, change, nowMs);
  sql.raise.run(owner, conversation.id);
  const after = threads.row(owner, conversation.id);
  if (after === null) throw new Error("a conversation went while it was changed");
  return { status: "changed", conversation: after };
}

function perform(sql: Sql, { owner, id }: Conversation, change: ConversationChange, nowMs: number): void {
  switch (change.type) {
    case "rename":
      return void sql.rename.run(change.title, owner, id);
    case "pin":
      return void sql.pin.run(nowMs, owner, id);
    case "unpin":
      return void sql.pin.run(null, owner, id);
    case "archive":
      return void sql.archive.run(nowMs, owner, id);
    case "unarchive":
      return void sql.archive.run(null, owner, id);
    case "delete":
      return void sql.remove.run(nowMs, owner, id);
    case "restore":
      return void sql.remove.run(null, owner, id);
    case "tag":
      return void sql.tag.run(owner, change.tag, id);
    case "untag":
      return void sql.untag.run(owner, change.tag, id);
  }
}

function isSo(conversation: Conversation, change: ConversationChange): boolean {
  const { pinnedMs, archivedMs, deletedMs } = conversation;
  switch (change.type) {
    case "rename":
      return conversation.title === change.title && conversation.titledBy === "person";
    case "pin":
      return pinnedMs !== null && archivedMs === null;
    case "unpin":
      return pinnedMs === null;
    case "archive":
      return archivedMs !== null;
    case "unarchive":
      return archivedMs === null;
    case "delete":
      return deletedMs !== null;
    case "restore":
      return deletedMs === null;
    case "tag":
      return conversation.tags.includes(change.tag);
    case "untag":
      return !conversation.tags.includes(change.tag);
  }
}

/** A conversation goes when its messages have gone: so many at a time, that nobody else has to wait for long. */
function sweep(sql: Sql, { deletedBeforeMs, doneBeforeMs, rowsMax }: SweepInput): boolean {
  const ops = sql.forgetDone.run(doneBeforeMs, rowsMax).changes;
  const gone = sql.oldest.get(deletedBeforeMs);
  if (gone === null) return ops === rowsMax;
  sql.condemn.run(gone.owner, gone.id);
  const messages = sql.forgetMessages.run(gone.owner, gone.id, rowsMax).changes;
  if (messages < rowsMax) sql.forget.run(gone.owner, gone.id);
  return true;
}

type SweepInput = Parameters<Store["changes"]["sweep"]>[0];

type Named = [owner: string, id: string];
type Timed = [ms: number | null, owner: string, id: string];

function prepare({ db }: Connection) {
  return {
    addDone: db.prepare<never, [string, string, string, number]>(
      "INSERT OR IGNORE INTO done_ops (owner, id, what, done_ms) VALUES (?, ?, ?, ?)",
    ),
    raise: db.prepare<never, Named>(
      "UPDATE conversations SET revision = revision + 1 WHERE owner = ? AND id = ?",
    ),
    rename: db.prepare<never, [string, string, string]>(
      "UPDATE conversations SET title = ?, titled_by = 'person' WHERE owner = ? AND id = ?",
    ),
    // What is pinned is not out of sight.
    pin: db.prepare<never, Timed>(
      "UPDATE conversations SET pinned_ms = ?, archived_ms = NULL WHERE owner = ? AND id = ?",
    ),
    archive: db.prepare<never, Timed>(
      "UPDATE conversations SET archived_ms = ?, pinned_ms = NULL WHERE owner = ? AND id = ?",
    ),
    remove: db.prepare<never, Timed>("UPDATE conversations SET deleted_ms = ? WHERE owner = ? AND id = ?"),
    tag: db.prepare<never, [string, string, string]>(
      "INSERT OR IGNORE INTO tags (owner, tag, conversation) VALUES (?, ?, ?)",
    ),
    untag: db.prepare<never, [string, string, string]>(
      "DELETE FROM tags WHERE owner = ? AND tag = ? AND conversation = ?",
    ),
    unread: db.prepare<{ id: string }, Named>(
      "SELECT id FROM conversations WHERE owner = ? AND id = ? AND is_unread = 1 AND deleted_ms IS NULL",
    ),
    see: db.prepare<never, Named>(
      "UPDATE conversations SET is_unread = 0 WHERE owner = ? AND id = ? AND is_unread = 1",
    ),
    claimTitle: db.prepare<never, Named>(
      "UPDATE conversations SET titled_by = 'asked' WHERE owner = ? AND id = ? AND titled_by = 'words'",
    ),
    giveTitle: db.prepare<never, [string, string, string]>(`
      UPDATE conversations SET title = ?, titled_by = 'model' WHERE owner = ? AND id = ? AND titled_by = 'asked'`),
    oldest: db.prepare<{ owner: string; id: string }, [number]>(
      "SELECT owner, id FROM conversations WHERE deleted_ms < ? ORDER BY deleted_ms LIMIT 1",
    ),
    forgetMessages: db.prepare<never, [string, string, number]>(`
      DELETE FROM messages WHERE number IN (
        SELECT number FROM messages WHERE owner = ? AND conversation = ? LIMIT ?
      )`),
    // From here on it can't be restored.
    condemn: db.prepare<never, Named>("UPDATE conversations SET deleted_ms = 0 WHERE owner = ? AND id = ?"),
    untouched: db.prepare<{ owner: string; id: string }, [number, number]>(`
      SELECT owner, id FROM conversations AS c WHERE updated_ms < ? AND pinned_ms IS NULL AND deleted_ms IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM generations AS g WHERE g.owner = c.owner AND g.conversation = c.id AND g.state = 'running'
      ) ORDER BY updated_ms LIMIT ?`),
    forget: db.prepare<never, Named>("DELETE FROM conversations WHERE owner = ? AND id = ?"),
    forgetDone: db.prepare<never, [number, number]>(`
      DELETE FROM done_ops WHERE (owner, id, what) IN (
        SELECT owner, id, what FROM done_ops WHERE done_ms < ? LIMIT ?
      )`),
  };
}
