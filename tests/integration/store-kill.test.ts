/** A process that is killed while it writes: what it acknowledged is there, once. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { copyFile, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "../../src/domain.ts";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { ids } from "../contract/store-inputs.ts";
import { startChild } from "./store-process.ts";

const log = createLog({ level: "error", format: "json" });
const folder = await mkdtemp(join(tmpdir(), "banter-kill-"));
const seed = Number(process.env["SEED"] ?? Date.now() % 1e6);

afterAll(() => rm(folder, { recursive: true }));

test(`SIGKILL at any moment loses nothing that was acknowledged [K1] (SEED=${seed})`, async () => {
  const path = join(folder, "killed.db");
  const acknowledged = { sent: 0, checkpointed: new Map<number, number>(), finished: new Set<number>() };
  const random = randomFrom(seed);
  for (let round = 0; round < 5; round += 1) {
    const stored = round === 0 ? 0 : await check(path, acknowledged);
    const child = startChild("write", path, { from: stored + 1 });
    const linesMax = 20 + Math.floor(random() * 150);
    for (let line = 0; line < linesMax; line += 1) note(await child.line(), acknowledged);
    await child.kill();
    for (let line = await child.line(); line !== null; line = await child.line()) note(line, acknowledged);
  }
  expect(await check(path, acknowledged)).toBeGreaterThan(20);
}, 60_000);

test(`a torn end of the log costs the last turns only [K7] (SEED=${seed})`, async () => {
  const path = join(folder, "whole.db");
  const child = startChild("write", path);
  for (let line = 0; line < 60; line += 1) expect(await child.line()).not.toBeNull();
  await child.kill();
  const random = randomFrom(seed);
  const bytes = (await stat(`${path}-wal`)).size;
  for (let round = 0; round < 8; round += 1) {
    const torn = join(folder, `torn${round}.db`);
    await copyFile(path, torn);
    await copyFile(`${path}-wal`, `${torn}-wal`);
    const wal = await open(`${torn}-wal`, "r+");
    // Not the first tables: without them the file would be a new one.
    const at = Math.floor(bytes * (0.7 + 0.3 * random()));
    if (round % 2 === 0) await wal.truncate(at);
    else await wal.write(Buffer.alloc(100, 0xa5), 0, Math.min(100, bytes - at), at);
    await wal.close();
    const count = await checkWhole(torn);
    expect(count).toBeGreaterThan(0);
  }
}, 60_000);

type Acknowledged = { sent: number; checkpointed: Map<number, number>; finished: Set<number> };

function note(line: string | null, acknowledged: Acknowledged): void {
  const [what, n = "", seq = ""] = line?.split(" ") ?? [];
  if (what === "sent") acknowledged.sent = Number(n);
  else if (what === "checkpointed") acknowledged.checkpointed.set(Number(n), Number(seq));
  else if (what === "finished") acknowledged.finished.add(Number(n));
  else throw new Error(`the child said ${line}`);
}

/** How many turns are stored; at most one more than was acknowledged. */
async function check(path: string, { sent, checkpointed, finished }: Acknowledged): Promise<number> {
  const store = await openStore({ path, log });
  await store.generations.recover({ nowMs: 5000, self: "checker" });
  const thread = await store.conversations.read("ann", "c");
  expect(await store.generations.count()).toMatchObject({ running: 0 });
  await store.close();
  const turns = ids(thread).length / 2;
  expect([sent, sent + 1]).toContain(turns);
  expect(ids(thread)).toEqual(Array.from({ length: turns }, (_, n) => [`u${n + 1}`, `a${n + 1}`]).flat());
  for (const [n, seq] of checkpointed) {
    const text = textOf(thread?.messages[2 * n - 1]);
    const written = Array.from({ length: seq }, (_, part) => `${n}.${part + 1};`).join("");
    expect(text).toStartWith(written);
    if (finished.has(n)) expect(text).toBe(`${written}whole`);
  }
  await checkWhole(path);
  return turns;
}

/** SQLite's own check, and an unbroken path from the first turn on; returns how many messages there are. */
async function checkWhole(path: string): Promise<number> {
  const store = await openStore({ path, log });
  const thread = await store.conversations.read("ann", "c");
  await store.close();
  const db = new Database(path, { readonly: true });
  expect(db.query("PRAGMA integrity_check").values()).toEqual([["ok"]]);
  expect(db.query("PRAGMA foreign_key_check").values()).toEqual([]);
  db.close(true);
  const count = ids(thread).length;
  const expected = Array.from({ length: count / 2 }, (_, n) => [`u${n + 1}`, `a${n + 1}`]).flat();
  expect(ids(thread)).toEqual(expected);
  return count;
}

function textOf(message: Message | undefined): string {
  return message?.parts.map((part) => ("text" in part ? part.text : "")).join("") ?? "";
}

/** A small generator of numbers from 0 to 1 that a seed repeats. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
