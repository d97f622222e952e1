/** Conversations that are kept in memory alone: no file holds them, and a restart ends them. */
import type { Log } from "../../log.ts";
import { budgetTableOf } from "../budget/table.ts";
import { connect } from "../connection.ts";
import { openFile, storeOn, type StoreFile } from "../sqlite.ts";
import type { Store } from "../store.ts";

export type Memory = {
  readonly store: Store;
  hasConversation(owner: string, id: string): boolean;
  hasMessage(owner: string, id: string): boolean;
  hasGeneration(id: string): boolean;
  count(owner: string): number;
  list(): TemporaryRow[];
  forget(owner: string, id: string): void;
};

export type TemporaryRow = { owner: string; id: string; updatedMs: number; running: 0 | 1 };

/** It holds so many bytes and no more. */
export function openMemory(log: Log, bytesMax: number): Promise<StoreFile> {
  return openFile({ path: ":memory:", log, bytesMax });
}

/** What its replies take is counted in the budgets of `kept`. */
export function memoryOn(file: StoreFile, kept: StoreFile, log: Log): Memory {
  const { db, read, write } = connect(file, log);
  const conversation = db.prepare<unknown, [string, string]>(
    "SELECT 1 FROM conversations WHERE owner = ? AND id = ?",
  );
  const message = db.prepare<unknown, [string, string]>("SELECT 1 FROM messages WHERE owner = ? AND id = ?");
  const generation = db.prepare<unknown, [string]>("SELECT 1 FROM generations WHERE id = ?");
  const count = db.prepare<{ count: number }, [string]>(
    "SELECT count(*) AS count FROM conversations WHERE owner = ?",
  );
  const list = db.prepare<TemporaryRow, []>(`
    SELECT owner, id, updated_ms AS updatedMs, EXISTS (
      SELECT 1 FROM generations AS g WHERE g.owner = c.owner AND g.conversation = c.id AND g.state = 'running'
    ) AS running
    FROM conversations AS c`);
  const forget = db.prepare<never, [string, string]>("DELETE FROM conversations WHERE owner = ? AND id = ?");
  return {
    store: storeOn(file, log, budgetTableOf(connect(kept, log))),
    hasConversation: (owner, id) => read(() => conversation.get(owner, id) !== null),
    hasMessage: (owner, id) => read(() => message.get(owner, id) !== null),
    hasGeneration: (id) => read(() => generation.get(id) !== null),
    count: (owner) => read(() => count.get(owner)?.count ?? 0),
    list: () => read(() => list.all()),
    forget: (owner, id) => void write("normal", () => forget.run(owner, id)),
  };
}
