/** Much that is kept: a chat of thousands of messages [O8], and an account of thousands of chats [O9]. */
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSession } from "../../../src/auth/session.ts";
import { createLog } from "../../../src/log.ts";
import { openStore } from "../../../src/store/sqlite.ts";
import { cpuSeconds, memoryOf } from "../../bench/usage.ts";
import { loadTab } from "../../support/tab.ts";
import { textFor } from "./expected.ts";
import { startServer, type Server } from "./programs.ts";

/** The best of a few; `pageCpuMs` is the server's own time, whatever else the machine does. */
export type StoredFigures = {
  pageMs: number;
  pageCpuMs: number;
  pageBytes: number;
  /** To the present, from a page that has it, and from one that has it not. */
  joinMs: number;
  joinBehindMs: number;
  sendMs: number;
  peakMb: number;
};

/** So many chats in one account, each with so many messages; the newest is the one that is looked at. */
export async function measureStored(plan: { chats: number; messages: number }): Promise<StoredFigures> {
  const folder = await mkdtemp(join(tmpdir(), "banter-stored-"));
  try {
    const dataPath = join(folder, "banter.db");
    const token = "s".repeat(43);
    const newest = await fill(dataPath, readSession(token)?.account ?? "", plan);
    await using server = await startServer({ env: { DATA: dataPath } });
    return await look(server, `banter_${new URL(server.url).port}=${token}`, newest);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function look(server: Server, cookie: string, conversation: string): Promise<StoredFigures> {
  const options = { cookie, path: `/conversations/${conversation}` };
  let pageCpuMs = Infinity;
  const pageMs = await best(3, async () => {
    const before = cpuSeconds(server.pid);
    await loadTab(server.url, options);
    pageCpuMs = Math.min(pageCpuMs, 1000 * (cpuSeconds(server.pid) - before));
  });
  const tab = await loadTab(server.url, options);
  await tab.connect();
  const { revision } = tab.position;
  const joinMs = await best(3, () => tab.join());
  const joinBehindMs = await best(3, () => {
    Object.assign(tab.position, { revision: revision - 1 });
    return tab.join();
  });
  const parent = tab.replies().at(-1)?.message ?? null;
  const sendMs = await best(1, () => tab.send("Hello", parent));
  const pageBytes = tab.html.length;
  tab.drop();
  return { pageMs, pageCpuMs, pageBytes, joinMs, joinBehindMs, sendMs, peakMb: memoryOf(server.pid).rssMb };
}

async function best(times: number, work: () => Promise<unknown>): Promise<number> {
  const tookMs: number[] = [];
  for (let time = 0; time < times; time++) {
    const startMs = performance.now();
    await work();
    tookMs.push(performance.now() - startMs);
  }
  return Math.min(...tookMs);
}

/** By rows: turns would take their time. Returns the newest conversation's id. */
async function fill(
  path: string,
  owner: string,
  { chats, messages }: { chats: number; messages: number },
): Promise<string> {
  const store = await openStore({ path, log: createLog({ level: "error", format: "json" }) });
  await store.close();
  const db = new Database(path);
  const conversation = db.prepare(
    "INSERT INTO conversations (owner, id, title, leaf, revision, created_ms, updated_ms) VALUES (?, ?, ?, ?, 9, ?, ?)",
  );
  const message = db.prepare(
    "INSERT INTO messages (owner, id, conversation, parent, role, parts, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const generation = db.prepare(
    `INSERT INTO generations (id, owner, conversation, message, process, state, seq, endpoint, model, started_ms, ended_ms)
     VALUES (?, ?, ?, ?, 'p', 'complete', 1, 'demo', 'eliza', ?, ?)`,
  );
  let newest = "";
  db.transaction(() => {
    db.run("INSERT INTO accounts (id, created_ms) VALUES (?, 0)", [owner]);
    for (let chat = 0; chat < chats; chat++) {
      newest = crypto.randomUUID();
      const ids = Array.from({ length: messages }, () => crypto.randomUUID());
      conversation.run(owner, newest, `Chat ${chat} about tides`, ids.at(-1) ?? null, chat, chat);
      for (const [index, id] of ids.entries()) {
        const role = index % 2 === 0 ? "user" : "assistant";
        const text = role === "user" ? `What of tide ${index}?` : textFor(index, 120);
        const parts = JSON.stringify([{ type: "text", text }]);
        message.run(owner, id, newest, ids[index - 1] ?? null, role, parts, index);
        if (role === "assistant") generation.run(crypto.randomUUID(), owner, newest, id, index, index);
      }
    }
  })();
  db.close(true);
  return newest;
}
