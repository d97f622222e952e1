/** What stays fast as data grows. The bounds are many times what was measured: they catch a missing index. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { growth, listed, turn } from "../contract/store-inputs.ts";

const log = createLog({ level: "error", format: "json" });
const folder = await mkdtemp(join(tmpdir(), "banter-speed-"));
const path = join(folder, "large.db");
const conversations = 10_000;
const messages = 5_000;
const neighbours = 50_000;

await (await openStore({ path, log })).close();
grow(path);
const store = await openStore({ path, log });

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test("listing 200 of 10,000 conversations takes milliseconds [O9]", async () => {
  expect(await listed(store, "ann", 200)).toHaveLength(200);
  expect(await fastestMs(() => listed(store, "ann", 200))).toBeLessThan(20);
});

test("a path of 5,000 messages is read at once, and a short one does not pay for it [O8]", async () => {
  const read = () => store.conversations.read("ann", "long");
  expect((await read())?.messages).toHaveLength(messages);
  const longMs = await fastestMs(read);
  expect(longMs).toBeLessThan(300);
  for (let n = 1; n <= 10; n += 1) await store.turns.send(turn(n, n === 1 ? null : `a${n - 1}`));
  expect(await fastestMs(() => store.conversations.read("ann", "c"))).toBeLessThan(longMs / 10);
});

test("choosing the first of 5,000 messages finds the newest leaf at once", async () => {
  const choose = () => store.turns.choose({ owner: "ann", message: "m0", nowMs: 1 });
  expect(await choose()).toMatchObject({ leaf: `m${messages - 1}` });
  expect(await fastestMs(choose)).toBeLessThan(100);
});

test("a checkpoint costs what is new, however long the reply has become [O8]", async () => {
  await store.turns.send(turn("long", null, { conversation: "growing" }));
  let seq = 0;
  const checkpoint = (text: string) => store.generations.checkpoint([growth("glong", (seq += 1), text)]);
  const firstMs = await fastestMs(() => checkpoint("word"));
  await checkpoint("word ".repeat(200_000));
  expect(await fastestMs(() => checkpoint("word"))).toBeLessThan(10 * firstMs + 1);
});

/** Of the processor, for the store does all in its own thread: the clock would count what others do. */
async function fastestMs(work: () => Promise<unknown>): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 7; n += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    fastest = Math.min(fastest, (user + system) / 1000);
  }
  return fastest;
}

/** Straight into the tables: a commit for each row would take longer than the test. */
function grow(file: string): void {
  const db = new Database(file);
  db.run("BEGIN");
  db.run("INSERT INTO accounts (id, created_ms) VALUES ('ann', 1)");
  db.run(`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${conversations - 1})
    INSERT INTO conversations (owner, id, title, leaf, revision, created_ms, updated_ms)
    SELECT 'ann', 'c' || i, 'Title ' || i, NULL, 1, i, i * 7919 % 10007 FROM n`);
  db.run(`
    INSERT INTO conversations (owner, id, title, leaf, revision, created_ms, updated_ms)
    VALUES ('ann', 'long', 'Long', 'm${messages - 1}', 1, 1, 1)`);
  db.run(`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${messages - 1})
    INSERT INTO messages (owner, id, conversation, parent, role, parts, created_ms)
    SELECT 'ann', 'm' || i, 'long', iif(i = 0, NULL, 'm' || (i - 1)), iif(i % 2, 'assistant', 'user'),
    '[{"type":"text","text":"' || replace(hex(zeroblob(250)), '00', 'word') || '"}]', 1 FROM n`);
  // Somebody else's, which nobody's reading should pay for.
  db.run("INSERT INTO accounts (id, created_ms) VALUES ('bob', 1)");
  db.run(`
    INSERT INTO conversations (owner, id, title, leaf, revision, created_ms, updated_ms)
    VALUES ('bob', 'bulk', 'Bulk', NULL, 1, 1, 1)`);
  db.run(`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${neighbours - 1})
    INSERT INTO messages (owner, id, conversation, parent, role, parts, created_ms)
    SELECT 'bob', 'm' || i, 'bulk', NULL, 'user', '[]', 1 FROM n`);
  db.run("COMMIT");
  db.close(true);
}
