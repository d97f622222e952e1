/** Writes a conversation that was brought in: whole, or not at all. */
import type { Connection } from "../connection.ts";
import { decodeDetails } from "../models/details.ts";
import { decodeFailure, encodeParts } from "../parts.ts";
import type { Imported, ImportedMessage, TakeawayStore } from "./takeaway-store.ts";

export function importsOf(connection: Connection): Pick<TakeawayStore, "add"> {
  const sql = prepare(connection);
  const { db, write } = connection;
  // A savepoint, so that what can't be taken leaves nothing.
  const fill = db.transaction((owner: string, imported: Imported) => {
    if (!addConversation(sql, owner, imported)) throw new Taken();
    for (const message of imported.messages) {
      if (!addMessage(sql, owner, imported.id, message)) throw new Taken();
    }
  });
  return {
    // The file that it came from is still there: what a power cut takes is brought in by the next try.
    add: async (owner, imported, nowMs) =>
      write("normal", () => {
        if (sql.find.get(owner, imported.id) !== null) return "there";
        sql.addAccount.run(owner, nowMs);
        try {
          fill(owner, imported);
          return "added";
        } catch (error) {
          if (error instanceof Taken) return "taken";
          throw error;
        }
      }),
  };
}

class Taken extends Error {}

type Sql = ReturnType<typeof prepare>;

function addConversation(sql: Sql, owner: string, imported: Imported): boolean {
  const { id, title, titledBy, leaf, createdMs, updatedMs, pinnedMs, archivedMs } = imported;
  const times = [createdMs, updatedMs, archivedMs === null ? pinnedMs : null, archivedMs] as const;
  if (sql.addConversation.run(owner, id, title, titledBy, leaf, ...times).changes === 0) return false;
  for (const tag of imported.tags) sql.addTag.run(owner, tag, id);
  const { model, parameters } = imported;
  if (model !== null || Object.keys(parameters).length > 0) {
    sql.addChoice.run(
      owner,
      id,
      model?.endpoint ?? null,
      model?.id ?? null,
      JSON.stringify(parameters),
      updatedMs,
    );
  }
  return true;
}

function addMessage(sql: Sql, owner: string, conversation: string, message: ImportedMessage): boolean {
  const { id, parent, role, parts, createdMs, reply } = message;
  if (
    sql.addMessage.run(owner, id, conversation, parent, role, encodeParts(parts), createdMs).changes === 0
  ) {
    return false;
  }
  if (reply === null) return true;
  const { generation, model, receipt } = reply;
  const failure = decodeFailure(JSON.stringify(reply.failure));
  const { details } = decodeDetails(receipt?.details === undefined ? null : JSON.stringify(receipt.details));
  // A failure that nothing is known of could not be shown.
  const state = reply.state === "failed" && failure === null ? "interrupted" : reply.state;
  const figures = [
    receipt?.provider ?? null,
    receipt?.finishReason ?? null,
    receipt?.firstTokenMs ?? null,
    receipt?.durationMs ?? null,
    receipt?.waitedMs ?? null,
    receipt?.tokensIn ?? null,
    receipt?.tokensOut ?? null,
    receipt?.costUsd ?? null,
    details === undefined ? null : JSON.stringify(details),
    failure === null ? null : JSON.stringify(failure),
  ] as const;
  const ids = [generation, owner, conversation, id] as const;
  return (
    sql.addGeneration.run(...ids, state, model.endpoint, model.id, createdMs, createdMs, ...figures)
      .changes === 1
  );
}

type Text = string | null;
type Figure = number | null;

/** An import's replies made no calls here: what is counted by calls leaves them out. */
function prepare({ db }: Connection) {
  return {
    find: db.prepare<{ id: string }, [string, string]>(
      "SELECT id FROM conversations WHERE owner = ? AND id = ?",
    ),
    addAccount: db.prepare<never, [string, number]>(
      "INSERT INTO accounts (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    addConversation: db.prepare<
      never,
      [string, string, string, string, string, number, number, Figure, Figure]
    >(`
      INSERT OR IGNORE INTO conversations
      (owner, id, title, titled_by, leaf, created_ms, updated_ms, pinned_ms, archived_ms, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`),
    addTag: db.prepare<never, [string, string, string]>(
      "INSERT OR IGNORE INTO tags (owner, tag, conversation) VALUES (?, ?, ?)",
    ),
    addChoice: db.prepare<never, [string, string, Text, Text, string, number]>(`
      INSERT OR IGNORE INTO choices (account, chat, endpoint, model, parameters, changed_ms) VALUES (?, ?, ?, ?, ?, ?)`),
    addMessage: db.prepare<never, [string, string, string, Text, string, string, number]>(`
      INSERT OR IGNORE INTO messages (owner, id, conversation, parent, role, parts, created_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?)`),
    addGeneration: db.prepare<
      never,
      [
        ...[
          id: string,
          owner: string,
          conversation: string,
          message: string,
          state: string,
          endpoint: string,
        ],
        ...[model: string, startedMs: number, endedMs: number, provider: Text, finishReason: Text],
        ...[firstTokenMs: Figure, durationMs: Figure, waitedMs: Figure, tokensIn: Figure, tokensOut: Figure],
        ...[costUsd: Figure, details: Text, failure: Text],
      ]
    >(`
      INSERT OR IGNORE INTO generations
      (id, owner, conversation, message, state, endpoint, model, started_ms, ended_ms, provider, finish_reason,
      first_token_ms, duration_ms, waited_ms, tokens_in, tokens_out, cost_usd, details, failure, process, seq, calls)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'import', 0, 0)`),
  };
}
