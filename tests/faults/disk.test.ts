/** The disk while a reply is being written: full, or held by another program; the chat goes on, and nothing is lost. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../integration/store-process.ts";
import { startApp, upstreamEnv } from "../support/app.ts";
import { createWords } from "../support/endless.ts";
import { sourceCommand, startProgram, until } from "../support/process.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { startUpstream } from "../support/upstream.ts";
import { readKept } from "./check/record.ts";

// Other tests may run beside these.
setDefaultTimeout(60_000);

const folder = await mkdtemp(join(tmpdir(), "banter-disk-"));

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A disk of 2 MB at this folder, which ends with the process that sees it. */
const onSmallDisk = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  `mount -t tmpfs -o size=2m none ${folder} && exec "$@"`,
  "sh",
];
const hasSmallDisk = Bun.which("unshare") !== null && Bun.spawnSync([...onSmallDisk, "true"]).success;

test.skipIf(!hasSmallDisk)(
  "a disk that fills up in mid-reply stops nothing but new messages [K3]",
  async () => {
    const words = createWords();
    await using upstream = await startUpstream(words.script);
    const env = { ...upstreamEnv(upstream), DATA: join(folder, "banter.db") };
    await using program = await startProgram({ command: [...onSmallDisk, ...sourceCommand], env });
    // The process sees another disk there than this one does.
    const seen = `/proc/${program.pid}/root${folder}`;
    const tab = await openTab(program.url);
    await tab.send("Hi");
    for (let count = 0; count < 5; count++) await words.say(tab);
    await fill(join(seen, "fill"));
    const from = program.lines.length;
    for (let count = 0; count < 5; count++) await words.say(tab);
    await program.logged("checkpoint.failed", from);
    await expectRefused(program.url, "store.full", /room|space|full/);
    await expectRead(tab, words.said());
    words.end();
    await program.logged("generation.not_stored", from);
    await rm(join(seen, "fill"));
    await tab.ended();
    // SQLite would take that path for this process's own disk.
    for (const end of ["", "-wal"])
      await copyFile(join(seen, `banter.db${end}`), join(folder, `copy.db${end}`));
    expectWhole(join(folder, "copy.db"), words.said());
    await expectRead(tab, words.said());
    const other = await openTab(program.url);
    await other.send("Is there room again?");
    expect(program.stderr()).toBe("");
  },
);

test("a file that another program holds in mid-reply stops nothing but new messages [K4]", async () => {
  const words = createWords();
  await using upstream = await startUpstream(words.script);
  await using app = await startApp({
    env: upstreamEnv(upstream),
    limits: { storeBusyMs: 20, shutdownMs: 1 },
  });
  const { dataPath } = app.config;
  const tab = await openTab(app.url);
  await tab.send("Hi");
  await words.say(tab);
  const holder = startChild("lock", dataPath);
  expect(await holder.line()).toBe("locked");
  for (let count = 0; count < 5; count++) await words.say(tab);
  await until("a failed checkpoint", () => app.logged.some((line) => line.includes("checkpoint.failed")));
  await expectRefused(app.url, "store.busy", /busy|again/);
  await expectRead(tab, words.said());
  words.end();
  await until("an end that waits", () => app.logged.some((line) => line.includes("generation.not_stored")));
  await holder.end();
  await tab.ended();
  expectWhole(dataPath, words.said());
});

/** Until not one byte more fits. */
async function fill(path: string): Promise<void> {
  for (const bytes of [64 * 1024, 4096, 1]) {
    try {
      for (;;) await writeFile(path, Buffer.alloc(bytes), { flag: "a" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }
}

/** A new message: told why in words for a person, and not kept. */
async function expectRefused(url: string, code: string, words: RegExp): Promise<void> {
  const tab = await openTab(url);
  const { conversation } = tab.position;
  const id = tab.ask({ op: "message.send", conversation, parent: null, text: "No room for this" });
  const answer = await tab.answered(id);
  expect(answer).toMatchObject({ type: "error", code, text: expect.stringMatching(words) });
  tab.drop();
}

/** Its page as it is now. */
async function expectRead(tab: Tab, said: string): Promise<void> {
  const page = await openTab(tab.url, {
    cookie: tab.cookie,
    path: `/conversations/${tab.position.conversation}`,
  });
  expect(page.replies().map(({ body }) => body.html().join(""))).toEqual([
    `<p dir="auto">${said.trim()}</p>`,
  ]);
  page.drop();
}

function expectWhole(path: string, said: string): void {
  const { messages, generations, faults } = readKept(path);
  expect(faults).toEqual([]);
  expect(messages.map(({ text }) => text)).toEqual(["Hi", said]);
  expect(generations.map(({ state }) => state)).toEqual(["complete"]);
}
