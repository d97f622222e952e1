/** Deletes a message with all that hangs below it. */
import type { Connection } from "../connection.ts";
import type { Threads } from "../conversations.ts";
import type { Deletion } from "./turn-store.ts";
import { newestOfBranch, withBranch, withPath } from "./branch.ts";

export function deleteBranch(
  sql: ReturnType<typeof prepareDeletion>,
  threads: Threads,
  { owner, message, nowMs }: { owner: string; message: string; nowMs: number },
): Deletion {
  const rows = sql.branch.all(owner, message);
  const [top] = rows;
  if (top === undefined) return { status: "missing" };
  const running = rows.filter((row) => row.running === 1).map((row) => row.id);
  if (running.length > 0) return { status: "running", messages: running };
  for (const { number } of rows) sql.delete.run(number);
  const { conversation, parent, role, leaf } = top;
  const isShown = rows.some((row) => row.id === leaf);
  const beside = isShown ? sql.newest.get(owner, conversation, parent, role)?.id : undefined;
  const next = beside === undefined ? parent : (sql.newestBelow.get(owner, beside)?.id ?? beside);
  sql.setLeaf.run(isShown ? next : leaf, nowMs, owner, conversation);
  const changed = threads.find(owner, conversation);
  if (changed === null) throw new Error("a message was deleted from no conversation");
  const other = isShown || leaf === null ? undefined : sql.onPath.get(owner, leaf, parent, role)?.id;
  // Of a race, all lanes are on show.
  const isOther = isShown || (top.race !== null && other !== undefined);
  const shown = other === undefined ? null : threads.message(owner, other);
  return { status: "deleted", conversation: changed, shown: isOther ? "others" : shown };
}

type BranchRow = {
  number: number;
  id: string;
  conversation: string;
  parent: string | null;
  role: "user" | "assistant";
  leaf: string | null;
  race: number | null;
  running: number;
};

export function prepareDeletion({ db }: Connection) {
  return {
    branch: db.prepare<BranchRow, [string, string]>(`
      ${withBranch}
      SELECT m.number, m.id, m.conversation, m.parent, m.role, m.race, c.leaf, EXISTS (
        SELECT 1 FROM generations AS g WHERE g.owner = ?1 AND g.message = m.id AND g.state = 'running'
      ) AS running
      FROM branch AS b CROSS JOIN messages AS m ON m.number = b.number
      JOIN conversations AS c ON c.owner = ?1 AND c.id = m.conversation AND c.deleted_ms IS NULL
      ORDER BY m.number`),
    newestBelow: db.prepare<{ id: string }, [string, string]>(newestOfBranch),
    newest: db.prepare<{ id: string }, [string, string, string | null, string]>(`
      SELECT id FROM messages WHERE owner = ? AND conversation = ? AND parent IS ? AND role = ?
      ORDER BY number DESC LIMIT 1`),
    onPath: db.prepare<{ id: string }, [string, string, string | null, string]>(`
      ${withPath} SELECT id FROM path WHERE parent IS ?3 AND role = ?4`),
    delete: db.prepare<never, [number]>("DELETE FROM messages WHERE number = ?"),
    setLeaf: db.prepare<never, [string | null, number, string, string]>(`
      UPDATE conversations SET leaf = ?, updated_ms = ?, revision = revision + 1 WHERE owner = ? AND id = ?`),
  };
}
