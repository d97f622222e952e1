/** Faults while the store is open: a full disk, a lock, damaged JSON. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { ending, growth, ids, talk, turn } from "../contract/store-inputs.ts";
import { startChild } from "./store-process.ts";

const folder = await mkdtemp(join(tmpdir(), "banter-faults-"));
const lines: string[] = [];
const log = createLog({ level: "error", format: "json", write: (line) => lines.push(line) });
let files = 0;
const fresh = () => join(folder, `${++files}.db`);

/** A file system of three quarters of a megabyte, half of which is tables, that ends with the process that sees it. */
const tiny = join(folder, "tiny");
await mkdir(tiny);
const onTinyDisk = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  `mount -t tmpfs -o size=1m none ${tiny} && exec "$@"`,
  "sh",
];
const hasTinyDisk = Bun.which("unshare") !== null && Bun.spawnSync([...onTinyDisk, "true"]).success;

afterAll(() => rm(folder, { recursive: true }));

test("where there is no room a turn is refused whole, and reading goes on [K3]", async () => {
  const store = await openStore({ path: fresh(), log, bytesMax: 300_000 });
  let sent = 0;
  const send = () =>
    store.turns.send(turn(sent + 1, sent === 0 ? null : `a${sent}`, { message: long(sent + 1) }));
  const error = await untilRejected(async () => {
    await send();
    sent += 1;
  });
  expect(error).toMatchObject({ name: "AppError", code: "store.full" });
  expect(sent).toBeGreaterThan(5);
  const thread = await store.conversations.read("ann", "c");
  expect(thread?.messages).toHaveLength(2 * sent);
  expect(thread?.conversation).toMatchObject({ leaf: `a${sent}`, revision: sent });
  expect(send()).rejects.toMatchObject({ code: "store.full" });
  expect(store.generations.checkpoint([growth("g1", 1, "x".repeat(90_000))])).rejects.toMatchObject({
    code: "store.full",
  });
  expect(await store.conversations.read("ann", "c")).toEqual(thread);
  await store.close();
});

test.skipIf(!hasTinyDisk)("a disk that is really full loses nothing that was acknowledged [K3]", async () => {
  const child = startChild("fill", join(tiny, "a.db"), { before: onTinyDisk });
  const [, sent = "", read = ""] = (await child.line())?.match(/^store\.full sent (\d+) read (\d+)$/) ?? [];
  await child.end();
  expect(Number(sent)).toBeGreaterThan(5);
  expect(Number(read)).toBe(2 * Number(sent));
});

test("a file that another program holds is busy after the time limit, and usable when it lets go [K4]", async () => {
  const path = fresh();
  const store = await openStore({ path, log, busyTimeoutMs: 50 });
  await talk(store, 1);
  const holder = startChild("lock", path);
  expect(await holder.line()).toBe("locked");
  const startMs = performance.now();
  expect(store.turns.send(turn(2, "a1"))).rejects.toMatchObject({ code: "store.busy" });
  expect(performance.now() - startMs).toBeWithin(40, 1000);
  expect(ids(await store.conversations.read("ann", "c"))).toEqual(["u1", "a1"]);
  await holder.end();
  expect(await store.turns.send(turn(2, "a1"))).toMatchObject({ status: "created" });
  await store.close();
});

test("damaged parts and failures read as empty and are logged, and the rest is there", async () => {
  const path = fresh();
  const before = await openStore({ path, log });
  await talk(before, 3);
  await before.close();
  const db = new Database(path);
  db.run(`UPDATE messages SET parts = '[{"type":"te' WHERE id = 'a1'`);
  db.run(`UPDATE messages SET parts = '[{"type":"hologram"}]' WHERE id = 'a2'`);
  db.run(`UPDATE generations SET failure = '{"kind":"toString"}' WHERE message = 'a3'`);
  db.close(true);

  const store = await openStore({ path, log });
  const thread = await store.conversations.read("ann", "c");
  expect(ids(thread)).toEqual(["u1", "a1", "u2", "a2", "u3", "a3"]);
  expect(thread?.messages[1]?.parts).toEqual([{ type: "text", text: "" }]);
  expect(thread?.messages[3]?.parts).toEqual([{ type: "text", text: "" }]);
  expect(thread?.messages[5]?.generation?.failure).toBeNull();
  const logged = lines.filter((line) => line.includes("store.parts_unreadable"));
  expect(logged).toHaveLength(2);
  expect(logged[0]).toContain("a1");
  await store.close();
});

test("a turn that fails halfway leaves nothing behind", async () => {
  const store = await openStore({ path: fresh(), log });
  await talk(store, 1);
  const before = await store.conversations.read("ann", "c");
  const sameGeneration = { ...turn(2, "a1"), generation: turn(1, null).generation };
  expect(store.turns.send(sameGeneration)).rejects.toThrow("UNIQUE");
  expect(await store.conversations.read("ann", "c")).toEqual(before);
  expect(await store.turns.send(turn(2, "a1"))).toMatchObject({ status: "created" });
  expect(await store.generations.finish(ending("g2"))).not.toBeNull();
  await store.close();
});

test("an ended run leaves no checkpoints behind, late ones included", async () => {
  const path = fresh();
  const store = await openStore({ path, log });
  await store.turns.send(turn(1, null));
  await store.turns.send(turn(2, "a1"));
  await store.generations.checkpoint([growth("g1", 1, "a"), growth("g2", 1, "b")]);
  expect(rowsOf(path, "checkpoints")).toBe(2);
  await store.generations.finish(ending("g1"));
  await store.generations.checkpoint([growth("g1", 9, "late")]);
  expect(rowsOf(path, "checkpoints")).toBe(1);
  await store.generations.recover({ nowMs: 2000, self: "q" });
  expect(rowsOf(path, "checkpoints")).toBe(0);
  await store.close();
});

test("a lease that has not lapsed does not keep a dead process's runs alive", async () => {
  const path = fresh();
  const dead = await openStore({ path, log });
  await dead.turns.send(turn(1, null));
  await dead.generations.renew("p", 1e15);
  await dead.close();
  const store = await openStore({ path, log });
  expect(await store.generations.recover({ nowMs: 2000, self: "q" })).toHaveLength(1);
  await store.close();
});

function rowsOf(path: string, table: string): number | undefined {
  const db = new Database(path, { readonly: true });
  const row = db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`).get();
  db.close(true);
  return row?.count;
}

function long(n: number) {
  return { id: `u${n}`, parts: [{ type: "text" as const, text: "word ".repeat(400) }] };
}

async function untilRejected(work: () => Promise<void>): Promise<unknown> {
  for (let n = 0; n < 10_000; n += 1) {
    try {
      await work();
    } catch (error) {
      return error;
    }
  }
  return null;
}
