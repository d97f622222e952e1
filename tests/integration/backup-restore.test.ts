/** `banter restore`: what was there is kept, what does not fit is refused, and a running server is left alone. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { talk, turn } from "../contract/store-inputs.ts";
import { startChild } from "./store-process.ts";
import { runCommand, startServer, type Ended } from "../support/command.ts";

const folder = await mkdtemp(join(tmpdir(), "banter-restore-"));
const log = createLog({ level: "error", format: "json" });
let folders = 0;

afterAll(() => rm(folder, { recursive: true }));

/** A folder with DATA of so many turns, and a backup of DATA as it was after the first. */
async function withBackup(turns: number): Promise<{ cwd: string; data: string; copy: string }> {
  const cwd = join(folder, String(++folders));
  await mkdir(cwd);
  const [data, copy] = [join(cwd, "banter.db"), join(cwd, "copy.db")];
  const store = await openStore({ path: data, log });
  await talk(store, 1);
  expect(await runCommand(["backup", "copy.db"], { cwd })).toMatchObject({ code: 0 });
  for (let n = 2; n <= turns; n += 1) await store.turns.send(turn(n, `a${n - 1}`));
  await store.close();
  return { cwd, data, copy };
}

async function expectUntouched(cwd: string, args: string[], words: RegExp): Promise<void> {
  const before = await contentsOf(cwd);
  const refused = await runCommand(args, { cwd });
  expect(refused).toEqual({ code: 1, out: "", err: expect.stringMatching(words) });
  expect(refused.err.split("\n")).toHaveLength(2);
  expect(await contentsOf(cwd)).toEqual(before);
}

/** Whether SQLite has its own files beside the data or not is no change of it. */
async function contentsOf(cwd: string): Promise<Record<string, string>> {
  const names = (await readdir(cwd)).filter((name) => !/-(wal|shm)$|\.lock/.test(name)).toSorted();
  const read = async (name: string) => [name, Bun.hash(await readFile(join(cwd, name))).toString()] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}

function messagesIn(path: string): number {
  const db = new Database(path, { readonly: true });
  const row = db.query<{ count: number }, []>("SELECT count(*) AS count FROM messages").get();
  db.close(true);
  return row?.count ?? 0;
}

function keptIn(result: Ended): string {
  return /is kept as (.+)\.\n/.exec(result.out)?.[1] ?? "";
}

test("a restore puts the backup in place, keeps what was there, and a server starts on it", async () => {
  const { cwd, data } = await withBackup(3);
  await chmod(data, 0o640);
  const restored = await runCommand(["restore", "copy.db"], { cwd });
  expect(restored).toMatchObject({ code: 0, err: "" });
  expect(keptIn(restored)).toMatch(/banter\.db\.before-restore-\d{14}$/);
  expect([messagesIn(data), messagesIn(keptIn(restored))]).toEqual([2, 6]);
  expect((await Bun.file(data).stat()).mode & 0o777).toBe(0o640);
  expect((await readdir(cwd)).filter((name) => name.includes("partial"))).toEqual([]);
  await using server = await startServer({ cwd });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test("a restore where there is no data yet makes it", async () => {
  const { cwd } = await withBackup(1);
  const restored = await runCommand(["restore", "copy.db"], { cwd, env: { DATA: "new/place.db" } });
  expect(restored).toMatchObject({ code: 0, err: "" });
  expect(restored.out).not.toContain("kept");
  expect(messagesIn(join(cwd, "new/place.db"))).toBe(2);
});

test("a running server's data is not restored over", async () => {
  const { cwd, data } = await withBackup(2);
  await using server = await startServer({ cwd });
  await expectUntouched(
    cwd,
    ["restore", "copy.db"],
    /banter\.db is in use by a server: stop that one first\.\n$/,
  );
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await server.end()).toBe(0);
  expect(await runCommand(["restore", "copy.db"], { cwd })).toMatchObject({ code: 0, err: "" });
  expect(messagesIn(data)).toBe(2);
});

test("what a killed server left in its log is kept with the file, and not mixed into the backup", async () => {
  const { cwd, data } = await withBackup(1);
  await rm(data);
  const writer = startChild("write", data);
  while ((await writer.line()) !== "finished 4");
  await writer.kill();
  expect(Bun.file(`${data}-wal`).size).toBeGreaterThan(0);
  const restored = await runCommand(["restore", "copy.db"], { cwd });
  expect(restored).toMatchObject({ code: 0, err: "" });
  expect((await readdir(cwd)).filter((name) => name.endsWith("-wal"))).toEqual([]);
  expect(messagesIn(data)).toBe(2);
  expect(messagesIn(keptIn(restored))).toBeGreaterThanOrEqual(8);
});

test("damaged data is kept as it is, with its log, and replaced", async () => {
  const { cwd, data } = await withBackup(2);
  const ruin = (await readFile(data)).fill(0xff, 0, 4096);
  await writeFile(data, ruin);
  await writeFile(`${data}-wal`, "not a log");
  const restored = await runCommand(["restore", "copy.db"], { cwd });
  expect(restored).toMatchObject({ code: 0, err: "" });
  expect(messagesIn(data)).toBe(2);
  expect((await readFile(keptIn(restored))).equals(ruin)).toBe(true);
});

test("what is damaged, newer, or no backup of ours is refused, and the data left as it was [K5]", async () => {
  const { cwd, copy } = await withBackup(2);
  const damaged = await readFile(copy);
  await writeFile(join(cwd, "damaged.db"), damaged.fill(0xff, damaged.length - 8192));
  await writeFile(join(cwd, "diary.txt"), "Dear diary, this is not a database. ".repeat(100));
  await writeFile(join(cwd, "empty.db"), "");
  change(join(cwd, "recipes.db"), "CREATE TABLE recipes (name TEXT)");
  await copyFile(copy, join(cwd, "newer.db"));
  change(join(cwd, "newer.db"), "INSERT INTO migrations VALUES ('9999-telepathy', 1)");
  await expectUntouched(cwd, ["restore", "damaged.db"], /damaged\.db.* damaged/);
  await expectUntouched(cwd, ["restore", "diary.txt"], /diary\.txt: This is not a file of Banter's data/);
  await expectUntouched(cwd, ["restore", "empty.db"], /empty\.db is not there, or empty/);
  await expectUntouched(cwd, ["restore", "recipes.db"], /recipes\.db is a database of another program/);
  await expectUntouched(cwd, ["restore", "newer.db"], /newer\.db was written by a newer version of Banter/);
});

test("a backup of an older version is restored, and said to change at the next start [K5]", async () => {
  const { cwd, copy } = await withBackup(1);
  // As before the first migration that this version knows.
  await rm(copy);
  change(copy, "PRAGMA application_id = 0x42616e74");
  change(copy, "CREATE TABLE migrations (name TEXT PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT");
  const restored = await runCommand(["restore", "copy.db"], { cwd });
  expect(restored).toMatchObject({ code: 0, err: "" });
  expect(restored.out).toContain(
    "It is of an older version: the next start will bring it up to date (0001-schema",
  );
  await using server = await startServer({ cwd });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

function change(path: string, sql: string): void {
  const db = new Database(path);
  db.run(sql);
  db.close(true);
}
