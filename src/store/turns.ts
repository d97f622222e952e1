/** Turns: each writes its messages and its generation in one transaction, and moves the leaf. */
import type { Conversation, GenerationState, Part } from "../domain.ts";
import type { BudgetTable } from "./budget/table.ts";
import type { Connection } from "./connection.ts";
import type { Threads } from "./conversations.ts";
import { carrierOf } from "./files/files.ts";
import { encodeParts } from "./parts.ts";
import { newestOfBranch } from "./turns/branch.ts";
import { deleteBranch, prepareDeletion } from "./turns/deletion.ts";
import { formerRuns, type FormerColumns } from "./turns/former.ts";
import type { Store } from "./store.ts";
import type {
  EditInput,
  NewReplies,
  NewReply,
  NewGeneration,
  RegenerateInput,
  ResumeInput,
  SendInput,
  TurnResult,
} from "./turns/turn-store.ts";

export function turnsOf(connection: Connection, threads: Threads, budget: BudgetTable): Store["turns"] {
  const tables = { sql: prepare(connection), threads, budget, carry: carrierOf(connection) };
  const deletion = prepareDeletion(connection);
  const { write } = connection;
  return {
    send: async (input) => write("full", () => send(tables, input)),
    edit: async (input) => write("full", () => edit(tables, input)),
    regenerate: async (input) => write("full", () => regenerate(tables, input)),
    resume: async (input) => write("full", () => resume(tables, input)),
    choose: async (input) => write("full", () => choose(tables, input)),
    delete: async (input) => write("full", () => deleteBranch(deletion, threads, input)),
  };
}

type Tables = {
  sql: ReturnType<typeof prepare>;
  threads: Threads;
  budget: BudgetTable;
  carry: ReturnType<typeof carrierOf>;
};

type NewMessage = { id: string; parts: Part[] };

function send(tables: Tables, input: SendInput): TurnResult {
  const { owner, message, title, nowMs } = input;
  const earlier = answerEarlier(tables, owner, message);
  if (earlier !== null) return earlier;
  const conversation = tables.threads.row(owner, input.conversation);
  if (conversation !== null && conversation.deletedMs !== null) return { status: "missing" };
  const parent = input.parent === null ? null : findParent(tables, owner, input.conversation, input.parent);
  if (parent === undefined) return { status: "missing" };
  if (conversation === null) {
    tables.sql.addAccount.run(owner, nowMs);
    tables.sql.addConversation.run(owner, input.conversation, title, nowMs, nowMs);
    const { endpoint, id } = input.generation.model;
    const parameters = input.parameters === undefined ? null : JSON.stringify(input.parameters);
    tables.sql.addChoice.run(owner, input.conversation, endpoint, id, nowMs, parameters);
  }
  return ask(tables, input, { conversation: input.conversation, parent, leaf: conversation?.leaf ?? null });
}

function edit(tables: Tables, input: EditInput): TurnResult {
  const { owner, message } = input;
  const earlier = answerEarlier(tables, owner, message);
  if (earlier !== null) return earlier;
  const edited = target(tables, owner, input.of);
  if (edited === null || edited.role !== "user") return { status: "missing" };
  return ask(tables, input, edited);
}

function regenerate(tables: Tables, input: RegenerateInput): TurnResult {
  const { owner, reply } = input;
  const model = target(tables, owner, input.message);
  const earlier = tables.sql.message.get(owner, reply.id);
  if (model === null) {
    // Done before the one that it was to be another version of was deleted.
    const isDone = earlier?.role === "assistant" && earlier.deletedMs === null;
    return isDone ? exists(earlier) : { status: "missing" };
  }
  const parent = model.role === "user" ? model.id : model.parent;
  if (earlier !== null) {
    const isSibling = earlier.role === "assistant" && earlier.parent === parent;
    return isSibling && earlier.id !== model.id ? exists(earlier) : { status: "taken" };
  }
  return answer(tables, input, { conversation: model.conversation, parent, of: model.id });
}

function resume(tables: Tables, input: ResumeInput): TurnResult {
  const { owner, generation, nowMs } = input;
  const message = target(tables, owner, input.message);
  if (message === null || message.role !== "assistant") return { status: "missing" };
  const earlier = tables.sql.generation.get(generation.id);
  if (earlier !== null) {
    return earlier.owner === owner && earlier.message === message.id ? exists(message) : { status: "taken" };
  }
  const newest = tables.sql.newestGeneration.get(owner, message.id);
  const next = tables.sql.newestChild.get(owner, message.conversation, message.id, "user");
  if (newest === null || !canGoOn(newest) || next !== null) return { status: "refused" };
  addGeneration(tables, owner, message.conversation, message.id, generation, nowMs);
  tables.sql.addDetails.run(JSON.stringify({ before: formerRuns(newest) }), generation.id);
  const place = { owner, conversation: message.conversation };
  const replies = [{ reply: { id: message.id }, generation }] as const;
  return show(tables, place, replies, nowMs, message.leaf === message.id);
}

function choose(
  tables: Tables,
  input: { owner: string; message: string; nowMs: number },
): Conversation | null {
  const { owner, nowMs } = input;
  const message = target(tables, owner, input.message);
  if (message === null) return null;
  const { conversation } = message;
  const leaf = tables.sql.newestLeaf.get(owner, message.id)?.id ?? message.id;
  const isKept = tables.threads.races.keep(owner, message);
  if (isKept || leaf !== message.leaf) tables.sql.setLeaf.run(leaf, nowMs, owner, conversation);
  return tables.threads.find(owner, message.conversation);
}

/** Where a turn is put; `leaf` is the conversation's before it. */
type Place = { conversation: string; parent: string | null; leaf: string | null };

type Question = NewReplies & { owner: string; message: NewMessage; nowMs: number };

/** A user message and what answers it. */
function ask(tables: Tables, input: Question, place: Place): TurnResult {
  const { owner, message, reply, nowMs } = input;
  if (reply.id === message.id || tables.sql.message.get(owner, reply.id) !== null) return { status: "taken" };
  const { conversation, parent } = place;
  // Whoever goes on from a reply has kept it.
  const before = parent === null ? null : tables.sql.message.get(owner, parent);
  if (before !== null) tables.threads.races.end(owner, conversation, before.parent);
  tables.sql.addMessage.run(
    owner,
    message.id,
    conversation,
    parent,
    "user",
    encodeParts(message.parts),
    nowMs,
  );
  tables.carry(owner, message.id, message.parts);
  const isNext = parent === place.leaf;
  return answer(tables, input, { conversation, parent: message.id }, isNext);
}

/** An empty reply with a running generation, or some side by side; the conversation shows them from now on. */
function answer(
  tables: Tables,
  { owner, reply, generation, rivals = [], nowMs }: Omit<Question, "message">,
  { conversation, parent, of }: Pick<Place, "conversation" | "parent"> & { of?: string },
  isNext = false,
): TurnResult {
  const replies = [{ reply, generation }, ...rivals] as const;
  for (const each of replies) {
    tables.sql.addMessage.run(owner, each.reply.id, conversation, parent, "assistant", "[]", nowMs);
    addGeneration(tables, owner, conversation, each.reply.id, each.generation, nowMs);
  }
  const ids = replies.map((each) => each.reply.id);
  tables.threads.races.place(owner, { conversation, parent, of }, ids);
  return show(tables, { owner, conversation }, replies, nowMs, isNext);
}

function addGeneration(
  { sql }: Tables,
  owner: string,
  conversation: string,
  message: string,
  { id, process, model }: NewGeneration,
  nowMs: number,
): void {
  sql.addGeneration.run(id, owner, conversation, message, process, model.endpoint, model.id, nowMs);
}

/** The last step of a turn: where its budget is not enough, all of it is undone. */
function show(
  { sql, threads, budget }: Tables,
  { owner, conversation }: { owner: string; conversation: string },
  [first, ...others]: readonly [NewReply, ...NewReply[]],
  nowMs: number,
  isNext: boolean,
): TurnResult {
  const reply = first.reply.id;
  sql.showReply.run(reply, nowMs, owner, conversation);
  const thread = threads.read(owner, conversation);
  if (thread === null) throw new Error("a turn was written to no conversation");
  const before = thread.messages.slice(0, -1);
  for (const { reply: each, generation } of [first, ...others]) {
    const { budget: asked } = generation;
    const last = asked && each.id !== reply ? threads.message(owner, each.id) : null;
    const path = last === null ? thread : { ...thread, messages: [...before, last] };
    const over = asked && budget.reserve(owner, generation.id, asked.reservationOf(path), asked.budgets);
    if (asked && over) throw asked.refused(over);
  }
  const rivals = (thread.race ?? []).filter(({ id }) => others.some((other) => other.reply.id === id));
  return { status: "created", thread, reply, isNext, rivals };
}

/** What a turn is about; not what has been deleted. */
function target({ sql }: Tables, owner: string, id: string): MessageRow | null {
  const message = sql.message.get(owner, id);
  return message?.deletedMs === null ? message : null;
}

/** The same user message again, or an id that is taken; null where the id is new. */
function answerEarlier({ sql }: Tables, owner: string, message: NewMessage): TurnResult | null {
  const found = sql.message.get(owner, message.id);
  if (found === null) return null;
  const isSame = found.role === "user" && found.parts === encodeParts(message.parts);
  return isSame ? exists(found) : { status: "taken" };
}

function exists(message: { conversation: string }): TurnResult {
  return { status: "exists", conversation: message.conversation };
}

/** The reply to go on from; undefined where there is none. */
function findParent({ sql }: Tables, owner: string, conversation: string, id: string): string | undefined {
  const parent = sql.message.get(owner, id);
  if (parent?.conversation !== conversation) return undefined;
  return parent.role === "assistant"
    ? parent.id
    : (sql.newestChild.get(owner, conversation, parent.id, "assistant")?.id ?? parent.id);
}

function canGoOn({ state, finishReason }: { state: GenerationState; finishReason: string | null }): boolean {
  return state === "complete" ? finishReason === "length" : state !== "running";
}

type LastRun = FormerColumns & { state: GenerationState; finishReason: string | null };

type MessageRow = Place & {
  id: string;
  role: "user" | "assistant";
  parts: string;
  deletedMs: number | null;
};

function prepare({ db }: Connection) {
  return {
    message: db.prepare<MessageRow, [string, string]>(`
      SELECT m.id, m.conversation, m.parent, m.role, m.parts, c.leaf, c.deleted_ms AS deletedMs FROM messages AS m
      JOIN conversations AS c ON c.owner = m.owner AND c.id = m.conversation
      WHERE m.owner = ? AND m.id = ?`),
    newestChild: db.prepare<{ id: string }, [string, string, string, "user" | "assistant"]>(`
      SELECT id FROM messages WHERE owner = ? AND conversation = ? AND parent = ? AND role = ?
      ORDER BY number DESC LIMIT 1`),
    newestLeaf: db.prepare<{ id: string }, [string, string]>(newestOfBranch),
    generation: db.prepare<{ owner: string; message: string }, [string]>(
      "SELECT owner, message FROM generations WHERE id = ?",
    ),
    newestGeneration: db.prepare<LastRun, [string, string]>(`
      SELECT state, finish_reason AS finishReason, endpoint, model, provider, tokens_out AS tokensOut,
      cost_usd AS costUsd, details FROM generations WHERE owner = ? AND message = ? ORDER BY number DESC LIMIT 1`),
    addDetails: db.prepare<never, [string, string]>("UPDATE generations SET details = ? WHERE id = ?"),
    addAccount: db.prepare<never, [string, number]>(
      "INSERT INTO accounts (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    addConversation: db.prepare<never, [string, string, string, number, number]>(`
      INSERT INTO conversations (owner, id, title, revision, created_ms, updated_ms) VALUES (?, ?, ?, 0, ?, ?)`),
    addChoice: db.prepare<never, [string, string, string, string, number, string | null]>(`
      INSERT INTO choices (account, chat, endpoint, model, changed_ms, parameters)
      VALUES (?1, ?2, ?3, ?4, ?5, ifnull(?6, '{}')) ON CONFLICT DO UPDATE SET endpoint = excluded.endpoint,
      model = excluded.model, parameters = ifnull(?6, parameters)`),
    addMessage: db.prepare<never, [string, string, string, string | null, string, string, number]>(`
      INSERT INTO messages (owner, id, conversation, parent, role, parts, created_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?)`),
    addGeneration: db.prepare<never, [string, string, string, string, string, string, string, number]>(`
      INSERT INTO generations (id, owner, conversation, message, process, state, seq, endpoint, model, started_ms)
      VALUES (?, ?, ?, ?, ?, 'running', 0, ?, ?, ?)`),
    // Whoever asks has read what is there, and takes it out of the archive.
    showReply: db.prepare<never, [string, number, string, string]>(`
      UPDATE conversations SET leaf = ?, updated_ms = ?, revision = revision + 1, is_unread = 0, archived_ms = NULL
      WHERE owner = ? AND id = ?`),
    setLeaf: db.prepare<never, [string, number, string, string]>(`
      UPDATE conversations SET leaf = ?, updated_ms = ?, revision = revision + 1 WHERE owner = ? AND id = ?`),
  };
}
