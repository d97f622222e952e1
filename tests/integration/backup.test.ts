/** `banter backup`: whole copies beside a busy server, and what it refuses without leaving anything behind. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import type { PageStep } from "../../src/protocol.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { talk } from "../contract/store-inputs.ts";
import { upstreamEnv } from "../support/app.ts";
import { runCommand, startServer } from "../support/command.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { load, startUpstream } from "../support/upstream.ts";

const folder = await mkdtemp(join(tmpdir(), "banter-backup-"));
const log = createLog({ level: "error", format: "json" });
let folders = 0;

afterAll(() => rm(folder, { recursive: true }));

/** A folder of its own, with DATA in it that holds so many turns. */
async function withData(turns: number): Promise<{ cwd: string; data: string }> {
  const cwd = join(folder, String(++folders));
  await mkdir(cwd);
  const data = join(cwd, "banter.db");
  const store = await openStore({ path: data, log });
  await talk(store, turns);
  await store.close();
  return { cwd, data };
}

function idsIn(path: string): Set<string> {
  const db = new Database(path, { readonly: true });
  const rows = db.query<{ id: string }, []>("SELECT id FROM messages").all();
  const check = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").get();
  db.close(true);
  expect(check?.integrity_check).toBe("ok");
  return new Set(rows.map((row) => row.id));
}

test("backups taken under load hold all that was acknowledged before, and start as servers [K8]", async () => {
  await using upstream = await startUpstream(load({ tokens: 60, perSecond: 120 }));
  const cwd = join(folder, String(++folders));
  await mkdir(cwd);
  await using server = await startServer({ cwd, env: upstreamEnv(upstream) });
  const tabs = await Promise.all(Array.from({ length: 4 }, () => openTab(server.url)));
  const acknowledged: string[] = [];
  const told: string[] = [];
  let wake = () => {};
  let isOver = false;
  const note = (id: string) => {
    acknowledged.push(id);
    wake();
  };
  const chats = tabs.map((tab) => chat(tab, note, () => isOver));
  for (const name of ["one", "two", "three"]) {
    const enough = acknowledged.length + 6;
    while (acknowledged.length < enough) await new Promise<void>((resolve) => (wake = resolve));
    const before = [...acknowledged];
    const made = await runCommand(["backup", `${name}.db`], { cwd });
    expect(made).toMatchObject({ code: 0, err: "" });
    told.push(made.out);
    const restored = await runCommand(["restore", `${name}.db`], { cwd, env: { DATA: `${name}-data.db` } });
    expect(restored).toMatchObject({ code: 0, err: "" });
    const ids = idsIn(join(cwd, `${name}-data.db`));
    expect(before.filter((id) => !ids.has(id))).toEqual([]);
  }
  isOver = true;
  await Promise.all(chats);
  for (const tab of tabs) tab.drop();
  // Else nothing was written meanwhile, and the test shows nothing.
  expect(told.join("")).toContain("still being written");
  expect((await readdir(cwd)).filter((name) => name.includes("partial"))).toEqual([]);

  await using again = await startServer({ cwd, env: { ...upstreamEnv(upstream), DATA: "three-data.db" } });
  const health = (await (await fetch(`${again.url}/healthz`)).json()) as { generations: object };
  expect(health.generations).toMatchObject({ running: 0, interrupted: expect.any(Number) });
}, 40_000);

/** Sends the next message when the last is answered. */
async function chat(tab: Tab, note: (id: string) => void, isOver: () => boolean): Promise<void> {
  let parent: string | null = null;
  while (!isOver()) {
    const seen = tab.steps.length;
    const id: string = await tab.send("again", parent);
    expect((await tab.answered(id)).type).toBe("ack");
    note(id);
    parent = id;
    await tab.until(() => isOver() || tab.steps.slice(seen).some(isEnd));
  }
}

function isEnd(step: PageStep): boolean {
  return step[0] === "replace" && step[1].startsWith("foot-") && !step[2].includes("data-running");
}

test("a backup says how much is in it, and is its owner's alone to read", async () => {
  const { cwd } = await withData(3);
  const made = await runCommand(["backup", "copy.db"], { cwd });
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toMatch(
    /^copy\.db: 0\.\d MB, 1 conversation, 6 messages, 3 replies; checked, and whole\.\n/,
  );
  expect(idsIn(join(cwd, "copy.db")).size).toBe(6);
  expect((await Bun.file(join(cwd, "copy.db")).stat()).mode & 0o777).toBe(0o600);
});

test("a file that is there is not overwritten, unless that is said", async () => {
  const { cwd } = await withData(1);
  await writeFile(join(cwd, "taken.txt"), "mine");
  const refused = await runCommand(["backup", "taken.txt"], { cwd });
  expect(refused).toEqual({
    code: 1,
    out: "",
    err: expect.stringMatching(/^.*taken\.txt is there already: .*\n$/),
  });
  expect(await readFile(join(cwd, "taken.txt"), "utf8")).toBe("mine");
  expect(await runCommand(["backup", "taken.txt", "--force"], { cwd })).toMatchObject({ code: 0, err: "" });
  expect(idsIn(join(cwd, "taken.txt")).size).toBe(2);
});

test("the file of data is not backed up over itself, nor over what lies beside it", async () => {
  const { cwd, data } = await withData(1);
  for (const name of ["banter.db", "banter.db-wal", "banter.db.lock", `../${folders}/banter.db`]) {
    const refused = await runCommand(["backup", name, "--force"], { cwd });
    expect(refused).toEqual({ code: 1, out: "", err: expect.stringContaining("the file of data itself") });
  }
  expect(idsIn(data).size).toBe(2);
});

test("what can't be backed up, or asked for so, is one line and exit 1", async () => {
  const { cwd } = await withData(1);
  const cases: [string[], Record<string, string>, RegExp][] = [
    [["backup"], {}, /^Usage: banter backup FILE/],
    [["backup", "a.db", "b.db"], {}, /^Usage: /],
    [["backup", "a.db", "--quickly"], {}, /^Usage: /],
    [["backup", "a.db"], { DATA: "none.db" }, /^There is no file .*none\.db/],
    [["backup", "none/a.db"], {}, /none\/a\.db: its folder is not there/],
    [["restore"], {}, /^Usage: banter restore FILE/],
    [["restore", "none.db"], {}, /^none\.db is not there, or empty/],
    [["restore", "banter.db"], {}, /banter\.db is the file of data itself/],
  ];
  for (const [args, env, words] of cases) {
    const refused = await runCommand(args, { cwd, env });
    expect(refused).toEqual({ code: 1, out: "", err: expect.stringMatching(words) });
    expect(refused.err.split("\n")).toHaveLength(2);
  }
});

test("a fault in another setting does not keep from a backup", async () => {
  const { cwd } = await withData(1);
  const made = await runCommand(["backup", "a.db"], { cwd, env: { PORT: "none", HF_TOKEN: "wrong" } });
  expect(made).toMatchObject({ code: 0, err: "" });
});

test("damaged data is not passed off as a backup", async () => {
  const { cwd, data } = await withData(200);
  const bytes = await readFile(data);
  await writeFile(data, bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 8192));
  const refused = await runCommand(["backup", "a.db"], { cwd });
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toMatch(/damaged|not whole/);
  expect((await readdir(cwd)).filter((name) => name.startsWith("a.db"))).toEqual([]);
});

const isRoot = process.getuid?.() === 0;
/** Root may write anything: without that power it is refused like everybody. */
const asNobody = isRoot ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];

test.skipIf(isRoot && Bun.which("setpriv") === null)(
  "a folder that can't be written is one line [K3]",
  async () => {
    const { cwd } = await withData(1);
    await mkdir(join(cwd, "closed"), { mode: 0o500 });
    const refused = await runCommand(["backup", "closed/a.db"], { cwd, before: asNobody });
    expect(refused).toEqual({
      code: 1,
      out: "",
      err: expect.stringContaining("closed/a.db: this user may not write"),
    });
    expect(await readdir(join(cwd, "closed"))).toEqual([]);
    await chmod(join(cwd, "closed"), 0o700);
  },
);

const tiny = join(folder, "tiny");
/** A disk of 64 KB at `tiny` for what follows; then what is on it is told. */
const onTinyDisk = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  `mount -t tmpfs -o size=64k none ${tiny} && "$@"; code=$?; ls -A ${tiny}; exit $code`,
  "sh",
];
await mkdir(tiny);
const hasTinyDisk = isRoot && Bun.which("unshare") !== null && Bun.spawnSync([...onTinyDisk, "true"]).success;

test.skipIf(!hasTinyDisk)("a full disk is one line, and no half file is left [K3]", async () => {
  const { cwd } = await withData(20);
  const refused = await runCommand(["backup", join(tiny, "a.db")], { cwd, before: onTinyDisk });
  expect(refused).toEqual({
    code: 1,
    out: "",
    err: expect.stringMatching(/a\.db: there is no room left on the disk\.\n$/),
  });
});
