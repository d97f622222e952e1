/** Many conversations at once, written straight into the file of a store. */
import type { Database } from "bun:sqlite";

export type Filled = {
  title?: (n: number) => string;
  /** Of the user's message and of the reply to it. */
  texts?: (n: number) => [string, string];
  updatedMs?: (n: number) => number;
};

/** The one account of a store that one person uses. */
export function soleOwner(db: Database): string {
  const row = db.query<{ id: string }, []>("SELECT id FROM accounts").get();
  if (row === null) throw new Error("nobody has written yet");
  return row.id;
}

/** Number `n` is `conversationId(n)`; each has a question and a whole reply, and is an hour older than the one before. */
export function fill(db: Database, owner: string, count: number, filled: Filled = {}): void {
  const nowMs = Date.now();
  const {
    title = (n) => `Conversation ${n}`,
    texts = (n) => [`Question ${n}`, `Answer ${n}`],
    updatedMs = (n) => nowMs - (n + 1) * 3_600_000,
  } = filled;
  db.query("INSERT OR IGNORE INTO accounts (id, created_ms) VALUES (?, 0)").run(owner);
  const conversation = db.prepare(`INSERT INTO conversations
    (owner, id, title, leaf, revision, created_ms, updated_ms) VALUES (?, ?, ?, ?, 2, ?, ?)`);
  const message = db.prepare(`INSERT INTO messages
    (owner, id, conversation, parent, role, parts, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const generation = db.prepare(`INSERT INTO generations
    (id, owner, conversation, message, process, state, seq, endpoint, model, started_ms)
    VALUES (?, ?, ?, ?, 'p', 'complete', 1, 'demo', 'eliza', ?)`);
  const partsOf = (text: string) => JSON.stringify([{ type: "text", text }]);
  db.transaction(() => {
    for (let n = count - 1; n >= 0; n -= 1) {
      const [id, question, reply] = [conversationId(n), messageId(n, "question"), messageId(n, "reply")];
      const ms = updatedMs(n);
      const [asked, answered] = texts(n);
      conversation.run(owner, id, title(n), reply, ms, ms);
      message.run(owner, question, id, null, "user", partsOf(asked), ms);
      message.run(owner, reply, id, question, "assistant", partsOf(answered), ms);
      generation.run(idOf(n, 4), owner, id, reply, ms);
    }
  })();
}

export function conversationId(n: number): string {
  return idOf(n, 1);
}

export function messageId(n: number, which: "question" | "reply"): string {
  return idOf(n, which === "question" ? 2 : 3);
}

function idOf(n: number, kind: number): string {
  return `${n.toString(16).padStart(8, "0")}-0000-4000-8000-${String(kind).padStart(12, "0")}`;
}
