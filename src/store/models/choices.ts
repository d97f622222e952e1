/** What people choose: a conversation's model and parameters, favourites, and what was chosen last. */
import type { ModelRef } from "../../domain.ts";
import { defaultSql } from "../assistants/assistants.ts";
import type { Connection } from "../connection.ts";
import type { Threads } from "../conversations.ts";
import type { ModelMark, Store } from "../store.ts";
import { choiceJson, decodeChoice } from "./choice.ts";

export function modelsOf({ db, read, write }: Connection, threads: Threads): Store["models"] {
  const sql = { ...prepare(db), ...defaultSql(db) };
  const begin = (owner: string, conversation: string, nowMs: number) => {
    sql.addAccount.run(owner, nowMs);
    sql.beginDefault.run(owner, conversation, nowMs);
  };
  const changed = (owner: string, conversation: string) => {
    sql.raise.run(owner, conversation);
    sql.forgetDrafts.run({ $account: owner });
    return threads.find(owner, conversation);
  };
  return {
    choose: async ({ owner, conversation, model: { endpoint, id }, nowMs }) =>
      write("full", () => {
        begin(owner, conversation, nowMs);
        sql.chooseModel.run(owner, conversation, endpoint, id, nowMs);
        sql.markChosen.run(owner, endpoint, id, nowMs);
        sql.forgetMarks.run({ $account: owner });
        return changed(owner, conversation);
      }),
    configure: async ({ owner, conversation, parameters, nowMs }) =>
      write("full", () => {
        begin(owner, conversation, nowMs);
        sql.setParameters.run(owner, conversation, JSON.stringify(parameters), nowMs);
        return changed(owner, conversation);
      }),
    race: async ({ owner, conversation, model, isRival, max, nowMs }) =>
      write("full", () => {
        const known = decodeChoice(sql.choice.get(owner, conversation)?.choice ?? null).rivals ?? [];
        const others = known.filter(({ endpoint, id }) => endpoint !== model.endpoint || id !== model.id);
        if (isRival && others.length >= max) return "full";
        const rivals = isRival ? [...others, model] : others;
        begin(owner, conversation, nowMs);
        sql.setRivals.run(owner, conversation, rivals.length === 0 ? null : JSON.stringify(rivals), nowMs);
        return changed(owner, conversation);
      }),
    favour: async ({ owner, model: { endpoint, id }, isFavourite, nowMs }) => {
      write("full", () => {
        sql.markFavourite.run(owner, endpoint, id, isFavourite ? nowMs : null);
        sql.forgetMarks.run({ $account: owner });
      });
    },
    of: async (owner, id) =>
      read(() => {
        const row = sql.choice.get(owner, id) ?? sql.defaultChoice.get(owner, id);
        const choice = decodeChoice(row?.choice ?? null);
        return { ...choice, model: choice.model ?? sql.lastChosen.get(owner) };
      }),
    chosen: async (owner, id) =>
      read(() => {
        const row = sql.choice.get(owner, id);
        return row && decodeChoice(row.choice);
      }),
    marks: async (owner) =>
      read(() => {
        return sql.marks
          .all(owner)
          .map(({ endpoint, id, ...mark }) => ({ ...mark, model: { endpoint, id } }));
      }),
  };
}

type MarkRow = ModelRef & Omit<ModelMark, "model">;

function prepare(db: Connection["db"]) {
  return {
    addAccount: db.prepare<never, [string, number]>(
      "INSERT INTO accounts (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    chooseModel: db.prepare<never, [string, string, string, string, number]>(`
      INSERT INTO choices (account, chat, endpoint, model, changed_ms) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET endpoint = excluded.endpoint, model = excluded.model,
      changed_ms = excluded.changed_ms`),
    setParameters: db.prepare<never, [string, string, string, number]>(`
      INSERT INTO choices (account, chat, parameters, changed_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET parameters = excluded.parameters, changed_ms = excluded.changed_ms`),
    setRivals: db.prepare<never, [string, string, string | null, number]>(`
      INSERT INTO choices (account, chat, rivals, changed_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET rivals = excluded.rivals, changed_ms = excluded.changed_ms`),
    raise: db.prepare<never, [string, string]>(
      "UPDATE conversations SET revision = revision + 1 WHERE owner = ? AND id = ?",
    ),
    // Chats that were never begun have no other end.
    forgetDrafts: db.prepare<never, { $account: string }>(`
      DELETE FROM choices WHERE account = $account AND chat IN (
        SELECT chat FROM choices WHERE account = $account
        AND NOT EXISTS (SELECT 1 FROM conversations WHERE owner = account AND id = chat)
        ORDER BY changed_ms DESC LIMIT -1 OFFSET ${draftsMax})`),
    markChosen: db.prepare<never, [string, string, string, number]>(`
      INSERT INTO model_marks (account, endpoint, model, chosen_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET chosen_ms = excluded.chosen_ms`),
    markFavourite: db.prepare<never, [string, string, string, number | null]>(`
      INSERT INTO model_marks (account, endpoint, model, favourite_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET favourite_ms = excluded.favourite_ms`),
    forgetMarks: db.prepare<never, { $account: string }>(`
      DELETE FROM model_marks WHERE account = $account AND (endpoint, model) IN (
        SELECT endpoint, model FROM model_marks WHERE account = $account
        ORDER BY favourite_ms IS NULL, max(ifnull(favourite_ms, 0), ifnull(chosen_ms, 0)) DESC
        LIMIT -1 OFFSET ${marksMax})`),
    choice: db.prepare<{ choice: string }, [string, string]>(`
      SELECT ${choiceJson} AS choice FROM choices WHERE account = ?1 AND chat IN (
        ?2, (SELECT conversation FROM messages WHERE owner = ?1 AND id = ?2))`),
    lastChosen: db.prepare<ModelRef, [string]>(`
      SELECT endpoint, model AS id FROM model_marks WHERE account = ? AND chosen_ms IS NOT NULL
      ORDER BY chosen_ms DESC LIMIT 1`),
    marks: db.prepare<MarkRow, [string]>(`
      SELECT endpoint, model AS id, favourite_ms AS favouriteMs, chosen_ms AS chosenMs FROM model_marks
      WHERE account = ?`),
  };
}

/** Per account; the oldest go. Each page that is opened with an assistant is one. */
const draftsMax = 50;
const marksMax = 200;
