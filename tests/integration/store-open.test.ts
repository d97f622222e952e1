/** Opening the file: who may, and what is refused with which sentence. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import { openFile, openStore, storeOn } from "../../src/store/sqlite.ts";
import { ending, growth, talk, turn } from "../contract/store-inputs.ts";
import { askChild, startChild } from "./store-process.ts";

const log = createLog({ level: "error", format: "json" });
const folder = await mkdtemp(join(tmpdir(), "banter-open-"));
let files = 0;
const fresh = () => join(folder, `${++files}.db`);

afterAll(() => rm(folder, { recursive: true }));

/** Root may write anything: without that power it is refused like everybody. */
const asNobody = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
const canBeNobody = asNobody.length === 0 || Bun.which("setpriv") !== null;

test("a missing folder is made", async () => {
  const path = join(folder, "not", "there", "yet.db");
  const store = await openStore({ path, log });
  await talk(store, 1);
  await store.close();
  expect((await readdir(join(folder, "not", "there"))).toSorted()).toEqual(["yet.db", "yet.db.lock"]);
});

test("what was stored is there when the file is opened again", async () => {
  const path = fresh();
  const first = await openStore({ path, log });
  await talk(first, 2);
  const before = await first.conversations.read("ann", "c");
  await first.close();
  const second = await openStore({ path, log });
  expect(await second.conversations.read("ann", "c")).toEqual(before);
  await second.close();
});

test("two loads of the code share one open file, and closing it ends both", async () => {
  const file = await openFile({ path: fresh(), log });
  const [before, after] = [storeOn(file, log), storeOn(file, log)];
  await talk(before, 1);
  await after.turns.send(turn(2, "a1"));
  await before.generations.checkpoint([growth("g2", 1, "a")]);
  expect(file.durability).toBe("normal");
  await after.generations.checkpoint([growth("g2", 2, "b")]);
  await before.generations.finish(ending("g2"));
  expect(file.durability).toBe("full");
  expect((await after.conversations.read("ann", "c"))?.messages).toHaveLength(4);
  await after.close();
  expect(before.conversations.find("ann", "c")).rejects.toMatchObject({ code: "store.closed" });
});

test("an empty file is a new store", async () => {
  const path = fresh();
  await writeFile(path, "");
  const store = await openStore({ path, log });
  await talk(store, 1);
  await store.close();
});

test("a second server on the file is refused, in this process and in another, also by a link [K6]", async () => {
  const path = fresh();
  const link = fresh();
  const store = await openStore({ path, log });
  await symlink(path, link);
  const refusal = { code: "store.locked", message: `${path} is in use by another server.` };
  expect(openStore({ path, log })).rejects.toMatchObject(refusal);
  expect(openStore({ path: link, log })).rejects.toMatchObject(refusal);
  expect(await askChild("open", path)).toBe(`store.locked ${refusal.message}`);
  await store.close();
  expect(await askChild("open", path)).toBe("opened");
});

test("a killed server's file is free at once [K6]", async () => {
  const path = fresh();
  const holder = startChild("hold", path);
  expect(await holder.line()).toBe("opened");
  expect(openStore({ path, log })).rejects.toMatchObject({ code: "store.locked" });
  await holder.kill();
  const store = await openStore({ path, log });
  await store.close();
});

test("another process can read beside a server, and without one [K6]", async () => {
  const path = fresh();
  const store = await openStore({ path, log });
  await talk(store, 3);
  expect(await askChild("read", path)).toBe("messages 6");
  await talk(store, 1, { conversation: "d" });
  await store.close();
  expect(await askChild("read", path)).toBe("messages 8");
});

test("a folder in the file's place is refused", async () => {
  const path = fresh();
  await mkdir(path);
  await expectRefusal(path, "store.unwritable", "is a folder");
});

test("a file in the folder's place is refused", async () => {
  const path = fresh();
  await writeFile(path, "");
  await expectRefusal(join(path, "data.db"), "store.unwritable", "can't be used as a folder");
});

test("a file that is no database is refused and left as it is", async () => {
  const path = fresh();
  await writeFile(path, "Dear diary, this is not a database. ".repeat(200));
  await expectUntouched(path, "store.foreign", "is not a file of Banter's data");
});

test("another program's database is refused and left as it is", async () => {
  const path = fresh();
  const db = new Database(path);
  db.run("CREATE TABLE recipes (name TEXT)");
  db.close(true);
  await expectUntouched(path, "store.foreign", "another program");
});

test("a damaged header is refused and left as it is", async () => {
  const path = fresh();
  await (await openStore({ path, log })).close();
  const bytes = await readFile(path);
  await writeFile(path, bytes.fill(0xff, 0, 100));
  await expectUntouched(path, "store.foreign", path);
});

test("damaged tables are refused and left as they are", async () => {
  const path = fresh();
  await (await openStore({ path, log })).close();
  const bytes = await readFile(path);
  await writeFile(path, bytes.fill(0xff, 100, 4096));
  await expectUntouched(path, "store.corrupt", "damaged");
});

test("a newer version's file is refused and left as it is, its unfinished log too [K5]", async () => {
  const closed = fresh();
  await (await openStore({ path: closed, log })).close();
  const db = new Database(closed);
  db.run("INSERT INTO migrations VALUES ('9999-telepathy', 1)");
  const unfinished = fresh();
  await copyFile(closed, unfinished);
  await copyFile(`${closed}-wal`, `${unfinished}-wal`);
  db.close(true);
  await expectUntouched(closed, "store.newer", "newer version of Banter (9999-telepathy)");
  const before = await readFile(`${unfinished}-wal`);
  expect(before.length).toBeGreaterThan(0);
  await expectUntouched(unfinished, "store.newer", "newer version of Banter (9999-telepathy)");
  expect((await readFile(`${unfinished}-wal`)).equals(before)).toBe(true);
});

test("a full disk at the start says so [K3]", async () => {
  const path = fresh();
  expect(openStore({ path, log, bytesMax: 8192 })).rejects.toMatchObject({ code: "store.full" });
});

test.skipIf(!canBeNobody)("a file or folder that can't be written is refused by name [K3]", async () => {
  const path = fresh();
  const store = await openStore({ path, log });
  await talk(store, 1);
  await store.close();
  await chmod(path, 0o400);
  const refusal = (file: string) => `store.unwritable ${file} can't be written, or its folder can't.`;
  expect(await askChild("open", path, asNobody)).toBe(refusal(path));
  await chmod(path, 0o600);
  expect(await askChild("open", path, asNobody)).toBe("opened");

  const closed = join(folder, "closed");
  await mkdir(closed, { mode: 0o500 });
  expect(await askChild("open", join(closed, "a.db"), asNobody)).toBe(refusal(join(closed, "a.db")));
});

async function expectRefusal(path: string, code: string, words: string): Promise<void> {
  const error: unknown = await openStore({ path, log }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "AppError", code, message: expect.stringContaining(words) });
}

async function expectUntouched(path: string, code: string, words: string): Promise<void> {
  const before = await readFile(path);
  await expectRefusal(path, code, words);
  expect((await readFile(path)).equals(before)).toBe(true);
}
