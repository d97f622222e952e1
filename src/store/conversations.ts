/** Conversations and their visible paths, as they are read. */
import type { Conversation, Generation, GenerationState, Message, Part } from "../domain.ts";
import type { Connection } from "./connection.ts";
import { decodeDetails } from "./models/details.ts";
import { conversationColumns, toConversation, type ConversationColumns } from "./conversations/rows.ts";
import { racesOf, type Races } from "./turns/races.ts";
import { decodeFailure, decodeParts, decodeText, fold } from "./parts.ts";
import type { Below, Store, Thread, Window } from "./store.ts";

/** Reads within the caller's transaction, or none. */
export type Threads = {
  /** Deleted ones too. */
  row(owner: string, conversation: string): Conversation | null;
  find(owner: string, conversation: string): Conversation | null;
  read(owner: string, conversation: string, window?: Window): Thread | null;
  path(owner: string, message: string): Message[];
  below(owner: string, conversation: string, message: string, max: number): Below | null;
  message(owner: string, id: string): Message | null;
  /** Stored parts with what has been checkpointed of a running generation. */
  grown(parts: Part[], generation: number): Grown;
  /** Stored parts; what can't be read becomes an empty text, and is logged. */
  parts(message: { id: string; parts: string }): Part[];
  races: Races;
};

/** `lastMs` is null before the first checkpoint. */
export type Grown = { parts: Part[]; seq: number; lastMs: number | null };

export function conversationsOf({ db, read }: Connection, threads: Threads): Store["conversations"] {
  const of = (table: string) =>
    db.prepare<{ conversation: string }, [string, string]>(
      `SELECT conversation FROM ${table} WHERE owner = ? AND id = ?`,
    );
  const nouns = { message: of("messages"), generation: of("generations") };
  return {
    read: async (owner, id, window) => read(() => threads.read(owner, id, window)),
    path: async (owner, message) => read(() => threads.path(owner, message)),
    below: async (owner, id, message, max) => read(() => threads.below(owner, id, message, max)),
    find: async (owner, id) => read(() => threads.find(owner, id)),
    findDeleted: async (owner, id) =>
      read(() => {
        const conversation = threads.row(owner, id);
        return (conversation?.deletedMs ?? 0) > 0 ? conversation : null;
      }),
    message: async (owner, id) =>
      read(() => {
        const message = threads.message(owner, id);
        return message !== null && threads.find(owner, message.conversation) !== null ? message : null;
      }),
    of: async (owner, noun, id) => read(() => nouns[noun].get(owner, id)?.conversation ?? null),
  };
}

export function threadsOf(connection: Connection): Threads {
  const { db, log } = connection;
  const races = racesOf(connection);
  const row = db.prepare<ConversationColumns, [string, string]>(
    `SELECT ${conversationColumns} FROM conversations AS c WHERE owner = ? AND id = ?`,
  );
  const one = db.prepare<MessageRow, [string, string]>(
    `SELECT ${messageColumns} FROM messages AS m ${newestGeneration} WHERE m.owner = ?1 AND m.id = ?2`,
  );
  // Answered by an index alone, in its own order.
  const family = db.prepare<{ id: string; parent: string | null; role: string }, [string, string]>(`
    SELECT id, parent, role FROM messages WHERE owner = ? AND conversation = ? ORDER BY parent, role, number`);
  const checkpoints = db.prepare<{ text: string; reasoning: string; seq: number; ms: number }, [number]>(
    "SELECT text, reasoning, seq, created_ms AS ms FROM checkpoints WHERE generation = ? ORDER BY seq",
  );

  const { rowsOf, idsOf, siblingsOf, reach } = pathsOf(db);

  const threads: Threads = {
    races,
    row(owner, id) {
      return toConversation(row.get(owner, id));
    },
    find(owner, id) {
      const found = threads.row(owner, id);
      return found?.deletedMs === null ? found : null;
    },
    read(owner, id, window) {
      const conversation = threads.find(owner, id);
      if (conversation === null) return null;
      const { leaf } = conversation;
      if (leaf === null) return { conversation, messages: [], earlier: null };
      if (window === undefined)
        return withRace(threads, { conversation, messages: threads.path(owner, leaf), earlier: null });
      const { rows, earlier } = reach(owner, window.before ?? window.leaf ?? leaf, window);
      if (rows.some((row) => row.conversation !== id)) return null;
      const messages = rows.map((row) => toMessage(threads, row, siblingsOf(owner, row)));
      return withRace(threads, { conversation, messages, earlier });
    },
    path(owner, message) {
      const rows = rowsOf(owner, message, all);
      const [first] = rows;
      if (first === undefined) return [];
      const groups = groupBySiblings(family.all(owner, first.conversation));
      return rows.map((row) => toMessage(threads, row, groups.get(siblingKey(row)) ?? [row.id]));
    },
    below(owner, id, message, max) {
      const leaf = threads.find(owner, id)?.leaf ?? null;
      return leaf === null ? null : belowOn(idsOf(owner, leaf), message, max);
    },
    message(owner, id) {
      const row = one.get(owner, id);
      return row && toMessage(threads, row, siblingsOf(owner, row));
    },
    parts(message) {
      const parts = decodeParts(message.parts);
      if (parts !== null) return parts;
      log.error("store.parts_unreadable", { message: message.id });
      return [{ type: "text", text: "" }];
    },
    grown(parts, generation) {
      const rows = checkpoints.all(generation);
      const text = rows.map((row) => decodeText(row.text)).join("");
      const reasoning = rows.map((row) => decodeText(row.reasoning)).join("");
      const last = rows.at(-1);
      return { parts: fold(parts, { text, reasoning }), seq: last?.seq ?? 0, lastMs: last?.ms ?? null };
    },
  };
  return threads;
}

/** Reads along a path, from its last message upwards. */
function pathsOf(db: Connection["db"]) {
  // A parent is older than its child, always: the comparison ends the walk even in a damaged file.
  // CROSS JOIN keeps SQLite from walking all messages and looking each up in the path.
  const up = `
    WITH RECURSIVE path (number, id, parent) AS (
      SELECT number, id, parent FROM messages WHERE owner = ?1 AND id = ?2
      UNION ALL
      SELECT m.number, m.id, m.parent FROM path AS p CROSS JOIN messages AS m
      ON m.owner = ?1 AND m.id = p.parent AND m.number < p.number
      LIMIT ?3
    )`;
  const ids = db.prepare<{ id: string }, [string, string, number]>(`${up} SELECT id FROM path`);
  const path = db.prepare<MessageRow, [string, string, number]>(`${up}
    SELECT ${messageColumns} FROM path CROSS JOIN messages AS m ON m.number = path.number ${newestGeneration}`);
  const siblings = db.prepare<{ id: string }, [string, string, string | null, string]>(`
    SELECT id FROM messages WHERE owner = ? AND conversation = ? AND parent IS ? AND role = ? ORDER BY number`);
  // Sorting in SQL would copy each row with all its text.
  const rowsOf = (owner: string, leaf: string, count: number) => {
    return path.all(owner, leaf, count).toSorted((a, b) => a.number - b.number);
  };
  const idsOf = (owner: string, leaf: string) => ids.all(owner, leaf, all).map(({ id }) => id);
  const siblingsOf = (owner: string, { conversation, parent, role }: MessageRow) => {
    return siblings.all(owner, conversation, parent, role).map(({ id }) => id);
  };
  const reach = (owner: string, end: string, { step, max, from, before }: Window) => {
    const skipped = before === undefined ? 0 : 1;
    const near = ids.all(owner, end, skipped + step + (from === null ? step : max)).slice(skipped);
    const found = from === null ? -1 : near.findIndex(({ id }) => id === from);
    const isFar = from !== null && found < 0 && near.length > max;
    const count = Math.min(near.length, isFar ? max : Math.max(step, found + 1), max);
    const rows = rowsOf(owner, end, skipped + count);
    const earlier = near.slice(count, count + step).at(-1)?.id ?? null;
    return { rows: skipped === 0 ? rows : rows.slice(0, -1), earlier };
  };
  return { rowsOf, idsOf, siblingsOf, reach };
}

/** `path`: ids from the last message upwards. */
function belowOn(path: string[], message: string, max: number): Below | null {
  const count = path.indexOf(message);
  return count < 0 ? null : { count, after: path.slice(Math.max(0, count - max), count).toReversed() };
}

/** For a limit: none. */
const all = -1;

export const messageColumns = `
  m.number, m.id, m.owner, m.conversation, m.parent, m.role, m.parts, m.race, m.created_ms AS createdMs,
  g.number AS generation, g.id AS generationId, g.state, g.seq, g.endpoint, g.model, g.provider,
  g.finish_reason AS finishReason, g.details, g.waited_ms AS waitedMs, g.first_token_ms AS firstTokenMs,
  g.duration_ms AS durationMs,
  g.tokens_in AS tokensIn, g.tokens_out AS tokensOut, g.cost_usd AS costUsd, g.calls, g.failure`;

export const newestGeneration = `
  LEFT JOIN generations AS g ON g.number = (
    SELECT max(number) FROM generations WHERE owner = m.owner AND message = m.id
  )`;

export type MessageRow = MessageColumns & ({ generation: null } | GenerationColumns);

type MessageColumns = {
  number: number;
  id: string;
  owner: string;
  conversation: string;
  parent: string | null;
  role: "user" | "assistant";
  parts: string;
  race: number | null;
  createdMs: number;
};

type GenerationColumns = {
  generation: number;
  generationId: string;
  state: GenerationState;
  seq: number;
  endpoint: string;
  model: string;
  provider: string | null;
  finishReason: string | null;
  waitedMs: number | null;
  details: string | null;
  firstTokenMs: number | null;
  durationMs: number | null;
  tokensIn: number | null;
  tokensOut: number | null;
  costUsd: number | null;
  calls: number | null;
  failure: string | null;
};

/** Of a race at a path's end, all lanes are on show. */
function withRace(threads: Threads, thread: Thread): Thread {
  const last = thread.messages.at(-1);
  if (last?.race === undefined) return thread;
  const { owner } = thread.conversation;
  const all = last.race.map(({ message }) => (message === last.id ? last : threads.message(owner, message)));
  return { ...thread, race: all.filter((message) => message !== null) };
}

export function toMessage(threads: Threads, row: MessageRow, siblings: string[]): Message {
  const { id, owner, conversation, parent, role, createdMs } = row;
  const stored = threads.parts(row);
  const race = row.race === null ? undefined : threads.races.rivals(owner, conversation, parent);
  const message = { id, conversation, parent, role, createdMs, siblings, ...(race ? { race } : {}) };
  if (row.generation === null) return { ...message, parts: stored, generation: null };
  if (row.state !== "running") return { ...message, parts: stored, generation: toGeneration(row, row.seq) };
  const { parts, seq } = threads.grown(stored, row.generation);
  return { ...message, parts, generation: toGeneration(row, seq) };
}

function toGeneration(row: MessageColumns & GenerationColumns, seq: number): Generation {
  const { provider, finishReason, firstTokenMs, tokensIn, tokensOut, costUsd } = row;
  const known = { provider, finishReason, firstTokenMs, tokensIn, tokensOut, costUsd };
  const counted = { waitedMs: row.waitedMs ?? 0, durationMs: row.durationMs ?? 0, calls: row.calls ?? 0 };
  const receipt = { ...known, ...counted, ...decodeDetails(row.details) };
  return {
    id: row.generationId,
    message: row.id,
    state: row.state,
    seq,
    model: { endpoint: row.endpoint, id: row.model },
    receipt: row.state === "running" ? null : receipt,
    failure: row.failure === null ? null : decodeFailure(row.failure),
  };
}

function groupBySiblings(
  family: { id: string; parent: string | null; role: string }[],
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const row of family) {
    const group = groups.get(siblingKey(row));
    if (group === undefined) groups.set(siblingKey(row), [row.id]);
    else group.push(row.id);
  }
  return groups;
}

function siblingKey({ role, parent }: { role: string; parent: string | null }): string {
  return `${role} ${parent ?? ""}`;
}
