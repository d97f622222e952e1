/** Assistants, and what a chat that is not begun begins with. */
import type { Assistant, ChatParameters } from "../../domain.ts";
import type { Connection } from "../connection.ts";
import type { AssistantStore } from "./assistant-store.ts";

export function assistantsOf({ db, read, write }: Connection): AssistantStore {
  const sql = prepare(db);
  return {
    list: async (owner) => read(() => sql.list.all(owner).map(toAssistant)),
    find: async (owner, id) => read(() => toFound(sql.find.get(owner, id))),
    keep: async ({ owner, assistant, max, nowMs }) =>
      write("full", () => {
        const { id, name, icon, model, parameters, suggestions } = assistant;
        const isNew = sql.find.get(owner, id) === null;
        if (isNew && (sql.count.get(owner)?.count ?? 0) >= max) return "full";
        sql.addAccount.run(owner, nowMs);
        const choices = [
          model?.endpoint ?? null,
          model?.id ?? null,
          JSON.stringify(parameters),
          JSON.stringify(suggestions),
        ] as const;
        sql.keep.run(owner, id, name, icon, ...choices, nowMs);
        return "kept";
      }),
    moveUp: async (owner, id) =>
      write("full", () => {
        const before = sql.before.get(owner, id);
        if (before === null) return false;
        sql.setPosition.run(before.next, owner, before.id);
        sql.setPosition.run(before.position, owner, id);
        return true;
      }),
    useForNew: async (owner, id) =>
      write("full", () => {
        if (id !== null && sql.find.get(owner, id) === null) return false;
        sql.unsetDefault.run(owner);
        if (id !== null) sql.setDefault.run(owner, id);
        return true;
      }),
    remove: async (owner, id) => write("full", () => sql.remove.run(owner, id).changes === 1),
    begin: async ({ owner, conversation, assistant, nowMs }) =>
      write("full", () => {
        if (sql.begun.get(owner, conversation) !== null) return false;
        if (assistant !== null && sql.find.get(owner, assistant) === null) return false;
        sql.addAccount.run(owner, nowMs);
        if (assistant === null) sql.beginPlain.run(owner, conversation, nowMs);
        else sql.begin.run(owner, conversation, nowMs, assistant);
        return true;
      }),
    of: async (owner, conversation) => read(() => toFound(sql.of.get(owner, conversation))),
  };
}

/** For whoever writes what was chosen for a chat: what new chats begin with is chosen for it, too. */
export function defaultSql(db: Connection["db"]) {
  return {
    beginDefault: db.prepare<never, [string, string, number]>(`
      INSERT INTO choices (account, chat, endpoint, model, parameters, assistant, changed_ms)
      SELECT a.owner, ?2, a.endpoint, a.model, a.parameters, a.id, ?3 FROM assistants AS a
      WHERE ${isDefaultFor} ON CONFLICT DO NOTHING`),
    defaultChoice: db.prepare<{ choice: string }, [string, string]>(`
      SELECT json_array(a.endpoint, a.model, json(a.parameters), NULL) AS choice FROM assistants AS a
      WHERE ${isDefaultFor} AND NOT EXISTS (SELECT 1 FROM messages WHERE owner = ?1 AND id = ?2)`),
  };
}

/** Of the account ?1, for the chat ?2, which is not begun. */
const isDefaultFor = `a.owner = ?1 AND a.is_default = 1
  AND NOT EXISTS (SELECT 1 FROM conversations WHERE owner = ?1 AND id = ?2)`;

type Row = Omit<Assistant, "model" | "parameters" | "suggestions" | "isDefault"> & {
  endpoint: string | null;
  model: string | null;
  parameters: string;
  suggestions: string;
  isDefault: number;
};

function toAssistant({ endpoint, model, parameters, suggestions, isDefault, ...row }: Row): Assistant {
  return {
    ...row,
    model: endpoint === null || model === null ? null : { endpoint, id: model },
    parameters: JSON.parse(parameters) as ChatParameters,
    suggestions: JSON.parse(suggestions) as string[],
    isDefault: isDefault === 1,
  };
}

function toFound(row: Row | null): Assistant | null {
  return row && toAssistant(row);
}

const columns = `a.id, a.name, a.icon, a.endpoint, a.model, a.parameters, a.suggestions,
  a.is_default AS isDefault`;

type KeepValues = [
  ...[owner: string, id: string, name: string, icon: string, endpoint: string | null],
  ...[model: string | null, parameters: string, suggestions: string, nowMs: number],
];

function prepare(db: Connection["db"]) {
  return {
    list: db.prepare<Row, [string]>(
      `SELECT ${columns} FROM assistants AS a WHERE a.owner = ? ORDER BY a.position`,
    ),
    find: db.prepare<Row, [string, string]>(
      `SELECT ${columns} FROM assistants AS a WHERE a.owner = ? AND a.id = ?`,
    ),
    count: db.prepare<{ count: number }, [string]>(
      "SELECT count(*) AS count FROM assistants WHERE owner = ?",
    ),
    addAccount: db.prepare<never, [string, number]>(
      "INSERT INTO accounts (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    keep: db.prepare<never, KeepValues>(`
      INSERT INTO assistants
      (owner, id, name, icon, endpoint, model, parameters, suggestions, created_ms, position)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
        (SELECT ifnull(max(position), 0) + 1 FROM assistants WHERE owner = ?1))
      ON CONFLICT DO UPDATE SET name = excluded.name, icon = excluded.icon, endpoint = excluded.endpoint,
      model = excluded.model, parameters = excluded.parameters, suggestions = excluded.suggestions`),
    before: db.prepare<{ id: string; position: number; next: number }, [string, string]>(`
      SELECT b.id, b.position, a.position AS next FROM assistants AS a
      JOIN assistants AS b ON b.owner = a.owner AND b.position < a.position
      WHERE a.owner = ? AND a.id = ? ORDER BY b.position DESC LIMIT 1`),
    setPosition: db.prepare<never, [number, string, string]>(
      "UPDATE assistants SET position = ? WHERE owner = ? AND id = ?",
    ),
    unsetDefault: db.prepare<never, [string]>("UPDATE assistants SET is_default = 0 WHERE owner = ?"),
    setDefault: db.prepare<never, [string, string]>(
      "UPDATE assistants SET is_default = 1 WHERE owner = ? AND id = ?",
    ),
    remove: db.prepare<never, [string, string]>("DELETE FROM assistants WHERE owner = ? AND id = ?"),
    begun: db.prepare<unknown, [string, string]>("SELECT 1 FROM conversations WHERE owner = ? AND id = ?"),
    begin: db.prepare<never, [string, string, number, string]>(`
      INSERT INTO choices (account, chat, endpoint, model, parameters, assistant, changed_ms)
      SELECT owner, ?2, endpoint, model, parameters, id, ?3 FROM assistants WHERE owner = ?1 AND id = ?4
      ON CONFLICT DO UPDATE SET endpoint = excluded.endpoint, model = excluded.model,
      parameters = excluded.parameters, assistant = excluded.assistant, changed_ms = excluded.changed_ms`),
    beginPlain: db.prepare<never, [string, string, number]>(`
      INSERT INTO choices (account, chat, assistant, changed_ms) VALUES (?, ?, '', ?)
      ON CONFLICT DO UPDATE SET endpoint = NULL, model = NULL, parameters = '{}', assistant = '',
      changed_ms = excluded.changed_ms`),
    of: db.prepare<Row, [string, string]>(`
      SELECT ${columns} FROM assistants AS a
      WHERE a.owner = ?1 AND NOT EXISTS (SELECT 1 FROM conversations WHERE owner = ?1 AND id = ?2)
      AND ifnull((SELECT assistant FROM choices WHERE account = ?1 AND chat = ?2), iif(a.is_default, a.id, '')) = a.id`),
  };
}
