/** A process that is killed while it takes an account away: the next ones go on, until nothing of it is left. */
import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestApp } from "../support/app.ts";
import { fill, soleOwner } from "../support/fill.ts";
import { visit } from "../support/form.ts";
import { startProgram, until } from "../support/process.ts";
import { count, filesWith } from "../support/traces.ts";

// Other tests may run beside this one.
setDefaultTimeout(240_000);

const canary = "quokkabird";
const chats = 4000;

test("killed in the middle of taking an account away, again and again, the next process ends it [K1]", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-account-kill-"));
  const dataPath = join(folder, "banter.db");
  const start = () => startProgram({ folder, env: { DATA: dataPath }, startMs: 60_000 });
  const cookie = await haveAccount(start, dataPath);
  const left = new Database(dataPath, { readonly: true });
  {
    await using program = await start();
    const port = new URL(program.url).port;
    const headers = { Cookie: cookie.replace(/_\d+=/, `_${port}=`), Origin: program.url };
    const body = new URLSearchParams({ word: "delete" });
    const asked = { method: "POST", headers, body, redirect: "manual" } as const;
    expect((await fetch(`${program.url}/account/delete`, asked)).status).toBe(303);
    await killedBelow(program, left, chats * 2 * (7 / 8));
  }
  for (const share of [1 / 2, 1 / 8]) {
    const before = count(left, "messages");
    await using program = await start();
    await killedBelow(program, left, chats * 2 * share);
    expect(count(left, "messages")).toBeLessThan(before);
    expect(left.query("SELECT count(*) AS count FROM accounts WHERE ended_ms IS NOT NULL").get()).toEqual({
      count: 1,
    });
  }
  await using last = await start();
  await until("the account's end", () => count(left, "accounts") === 0, 60_000);
  left.close();
  const file = { config: { dataPath } } as TestApp;
  await until("its words' end", async () => (await filesWith(file, [canary])).length === 0, 60_000);
  expect(last.lines.filter(({ event }) => event === "upkeep.failed")).toEqual([]);
  expect(await last.end()).toBe(0);
  const after = new Database(dataPath, { readonly: true });
  for (const table of ["accounts", "messages", "conversations", "generations", "message_words"])
    expect([table, count(after, table)]).toEqual([table, 0]);
  after.close();
  await rm(folder, { recursive: true });
});

type Program = Awaited<ReturnType<typeof startProgram>>;

/** The cookie of somebody with thousands of chats, all of them in the search index. */
async function haveAccount(start: () => Promise<Program>, dataPath: string): Promise<string> {
  await using program = await start();
  const ann = await visit(program.url);
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  const sent = await ann.post("message.send", { ...ids, parent: "", text: `Hello ${canary}` });
  expect(sent.status).toBe(303);
  await program.logged("generation.finished");
  const db = new Database(dataPath);
  db.run("PRAGMA busy_timeout = 5000");
  fill(db, soleOwner(db), chats, { texts: (n) => [`Question ${n} ${canary}`, `Answer ${n} ${canary}`] });
  const isIndexed = () => count(db, "unsearched_messages") + count(db, "unsearched_titles") === 0;
  await until("the index", isIndexed, 90_000);
  db.close();
  expect(await program.end()).toBe(0);
  expect((await filesWith({ config: { dataPath } } as TestApp, [canary])).length).toBeGreaterThan(0);
  return ann.cookie;
}

/** Something of it is left, for it goes in small steps. */
async function killedBelow(program: Program, left: Database, messages: number): Promise<void> {
  await until("the sweep", () => count(left, "messages") < messages, 60_000);
  await program.end("SIGKILL");
  expect(count(left, "messages")).toBeGreaterThan(0);
}
