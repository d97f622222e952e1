/** An account is deleted: nothing of it is left in any table, nor in the bytes of the file, and nobody else loses a word. */
import type { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { makeAssistant } from "../support/assistants.ts";
import { bring } from "../support/bring.ts";
import { fill, soleOwner } from "../support/fill.ts";
import { visit } from "../support/form.ts";
import { read, share } from "../support/shares.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { count, filesWith, ownedTables, secretsOf, tableNames, tablesWith } from "../support/traces.ts";
import { delta, done, finish, gate, startUpstream, usage } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

/** At the end of a word: the search index keeps beginnings that words share only once. */
const canary = "quokkabird";

const env = {
  ...{ OWN_TOKENS: "yes", HF_TOKEN: "hf_sharedtoken", MODEL: "org/model" },
  ...{ TITLE_MODEL: "none", BUDGET_TURNS: "1000" },
};
const limits = { upkeepIdleMs: 20, upkeepRestMs: 1, checkpointMs: 20 };

test("nothing of an account is left in any table or byte of the file, and another is whole", async () => {
  const held = gate();
  await using upstream = await startUpstream(({ json }, reply) => {
    const asked = JSON.stringify(json);
    const end = asked.includes(`held${canary}`) ? [held] : [finish("stop"), usage(10, 5), done()];
    return reply.stream([delta(asked.includes(canary) ? `reply${canary}` : "Well."), ...end]);
  });
  await using app = await startApp({ env, hub: upstream.url, limits });
  const bob = await openTab(app.url);
  await bob.send("Bob's own words");
  await resting(app);
  const bobs = await exported(app, bob.cookie);
  const ann = await openTab(app.url);
  const link = await fillAccount(app, ann);
  const running = await upstream.nextRequest();
  const account = accountBeside(dbOf(app), bob);
  const traces = [canary, account, ...secretsOf(dbOf(app), account)];
  while (count(dbOf(app), "unsearched_messages") + count(dbOf(app), "unsearched_titles") > 0)
    await Bun.sleep(5);

  // The test means something: each table has something of it, and so have the bytes.
  const before = tablesWith(dbOf(app), traces);
  expect([...ownedTables(dbOf(app))].filter((table) => !before.has(table))).toEqual([]);
  expect(tablesWith(memoryOf(app), traces)).toContain("messages");
  expect((await filesWith(app, traces)).length).toBeGreaterThan(0);

  const answer = await deleteAccount(app, ann.cookie, " DELETE ");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
  expect(answer.headers.get("set-cookie")).toMatch(/^banter_\d+=; Path=\/; Max-Age=0;/);
  expect(await ann.closed()).toBe(1008);
  expect(ann.frames.at(-1)).toEqual({ type: "reload" });
  await running.closed;
  expect(app.live.runs.size).toBe(0);
  expect((await read(app, link)).status).toBe(404);
  await swept(app);

  for (const db of [dbOf(app), memoryOf(app)]) expect([...tablesWith(db, traces)]).toEqual([]);
  expect(await filesWith(app, traces)).toEqual([]);
  expect(await exported(app, bob.cookie)).toEqual(bobs);
  const found = await (await visit(app.url, bob.cookie)).get("/search?q=words");
  expect(await found.text()).toContain("own words");
  expect(app.logged.filter((line) => line.includes("upkeep.failed"))).toEqual([]);
  // What all have taken today is counted on, without a name.
  expect(dbOf(app).query("SELECT account FROM budgets ORDER BY account").values()).toContainEqual([""]);
  held.release();
});

test("each table is nobody's, goes with its account, or is named in the sweep", async () => {
  await using app = await startApp();
  const db = dbOf(app);
  const owned = ownedTables(db);
  const rest = tableNames(db).filter((table) => !owned.has(table) && !/_words(_|$)/.test(table));
  // Of the server, of endpoints, and lists of numbers that triggers keep. A table that is new is to be thought about.
  const nobodys = ["catalogues", "migrations", "processes", "refusals", "settings"];
  expect(rest.toSorted()).toEqual([...nobodys, "unsearched_messages", "unsearched_titles"].toSorted());
});

test("a large account is gone at once for all who look, and the rest is taken away after", async () => {
  await using app = await startApp({ limits: { upkeepIdleMs: 3_600_000, upkeepRestMs: 1 } });
  const ann = await visit(app.url);
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  await ann.post("message.send", { ...ids, parent: "", text: "Hello" });
  await resting(app);
  fill(dbOf(app), soleOwner(dbOf(app)), 2000);
  const bob = await visit(app.url);
  const answer = await deleteAccount(app, ann.cookie, "delete");
  expect(answer.status).toBe(303);
  // Its cookie, which another tab may still send, is nobody's: a new one is given for it.
  expect(count(dbOf(app), "conversations")).toBeGreaterThan(0);
  const late = await visit(app.url, ann.cookie);
  expect(late.html).not.toContain("Conversation 1");
  expect((await late.get("/export.json")).status).toBe(404);
  const refused = await late.post("message.send", { ...ids, parent: "", text: "Hello" });
  expect(refused.status).toBe(403);
  expect((await bob.get("/healthz")).status).toBe(200);
  await swept(app);
  expect(count(dbOf(app), "conversations")).toBe(0);
});

test("what was marked and not taken away before a stop is taken away by the next process", async () => {
  await using first = await startApp();
  await (
    await visit(first.url)
  ).post("message.send", {
    ...{ id: crypto.randomUUID(), conversation: crypto.randomUUID() },
    ...{ parent: "", text: `Hello ${canary}` },
  });
  await resting(first);
  // As a process leaves it that dies right after it has answered.
  dbOf(first).run("UPDATE accounts SET ended_ms = 1");
  await first.stop();
  await using next = await startApp({ dataPath: first.config.dataPath });
  await swept(next);
  expect(count(dbOf(next), "messages")).toBe(0);
  expect(await filesWith(next, [canary])).toEqual([]);
});

test("another word deletes nothing and is answered, in the reader's language too", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  await ann.post("message.send", { ...ids, parent: "", text: "Hello" });
  await resting(app);
  for (const word of ["", "yes", "löschen"]) {
    const answer = await deleteAccount(app, ann.cookie, word);
    expect([word, answer.status]).toEqual([word, 400]);
    expect(await answer.text()).toContain("Nothing was deleted.");
  }
  const foreign = await deleteAccount(app, ann.cookie, "delete", { Origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
  expect(count(dbOf(app), "messages")).toBe(2);
  const german = await deleteAccount(app, ann.cookie, "Löschen", { "Accept-Language": "de" });
  expect(german.status).toBe(303);
  await swept(app);
});

test("with a password, who has deleted an account comes to the door, and finds nothing behind it", async () => {
  const password = "a red bicycle";
  await using app = await startApp({ env: { PASSWORD: password } });
  const enter = async () => {
    const body = new URLSearchParams({ password, next: "/" });
    const headers = { Origin: app.url };
    const opened = await fetch(`${app.url}/signin`, { method: "POST", body, headers, redirect: "manual" });
    return opened.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  };
  const cookie = await enter();
  const tab = await openTab(app.url, { cookie });
  await tab.send(`Hello ${canary}`);
  await resting(app);
  expect((await deleteAccount(app, cookie, "delete")).status).toBe(303);
  expect(await tab.closed()).toBe(1008);
  const home = await fetch(app.url, { headers: { Cookie: cookie }, redirect: "manual" });
  expect([home.status, home.headers.get("location")]).toEqual([303, "/signin?next=%2F"]);
  expect((await visit(app.url, await enter())).html).not.toContain(canary);
});

test("chats without a new message for as long as is set go for good, and the page of data says so", async () => {
  await using first = await startApp();
  const ann = await visit(first.url);
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  await ann.post("message.send", { ...ids, parent: "", text: "Hello" });
  await resting(first);
  expect(await (await ann.get("/export")).text()).not.toContain("days");
  const dayMs = 24 * 3_600_000;
  fill(dbOf(first), soleOwner(dbOf(first)), 60, { updatedMs: (n) => Date.now() - n * dayMs + 60_000 });
  dbOf(first).run("UPDATE conversations SET pinned_ms = 1 WHERE title = 'Conversation 59'");
  await first.stop();
  const { dataPath } = first.config;
  const set = { env: { RETENTION_DAYS: "30" }, limits: { upkeepRows: 7, upkeepRestMs: 1 }, dataPath };
  await using app = await startApp(set);
  while (count(dbOf(app), "conversations") > 1 + 31 + 1) await Bun.sleep(5);
  const left = dbOf(app).query<{ title: string }, []>("SELECT title FROM conversations").all();
  const expected = ["Hello", "Conversation 59", ...Array.from({ length: 31 }, (_, n) => `Conversation ${n}`)];
  expect(left.map(({ title }) => title).toSorted()).toEqual(expected.toSorted());
  const port = new URL(app.url).port;
  const cookie = ann.cookie.replace(/^banter_\d+/, `banter_${port}`);
  const page = await (await visit(app.url, cookie)).get("/export");
  expect(await page.text()).toContain("no new message for 30 days, unless they are pinned");
});

/** A chat of each kind, and everything else that an account can have; the path of a link to one of them. */
async function fillAccount(app: TestApp, tab: Tab): Promise<string> {
  const { cookie } = tab;
  const { post } = await visit(app.url, cookie);
  const op = (name: string, fields: Record<string, string>) =>
    post(name, { id: crypto.randomUUID(), ...fields });
  const [shared, deleted, kept, going] = Array.from({ length: 4 }, () => crypto.randomUUID());
  const chat = { conversation: shared ?? "" };
  const brought = await bring(app.url, cookie, `words of a file${canary}`, { name: `name${canary}.txt` });
  await bring(app.url, cookie, `words of an unsent${canary}`, { name: `unsent${canary}.txt` });
  await op("message.send", { ...chat, parent: "", text: `first${canary}`, files: brought.id });
  await op("message.send", { conversation: deleted ?? "", parent: "", text: `deleted${canary}` });
  const temporary = { conversation: kept ?? "", parent: "", text: `temporary${canary}`, temporary: "on" };
  await op("message.send", temporary);
  await resting(app);
  await op("conversation.delete", { conversation: deleted ?? "" });
  await op("conversation.rename", { ...chat, title: `title${canary}` });
  await op("conversation.tag", { ...chat, tag: `tag${canary}` });
  const model = `huggingface/org/model${canary}`;
  for (const name of ["model.favour", "model.race"]) {
    expect((await op(name, { ...chat, model })).status).toBe(303);
  }
  await op("model.configure", { ...chat, systemPrompt: `prompt${canary}` });
  await makeAssistant(app, cookie, { name: `name${canary}`, systemPrompt: `assistant${canary}` });
  const headers = { Cookie: cookie, Origin: app.url };
  const body = new URLSearchParams({ token: "hf_OwnTokenCanary4471" });
  await fetch(`${app.url}/token`, { method: "POST", headers, body, redirect: "manual" });
  const find = dbOf(app).query<{ leaf: string }, [string]>("SELECT leaf FROM conversations WHERE id = ?");
  const leaf = find.get(chat.conversation)?.leaf ?? "";
  const { path } = await share(app, cookie, { ...chat, leaf });
  await op("message.send", { conversation: going ?? "", parent: "", text: `held${canary}` });
  while (count(dbOf(app), "checkpoints") === 0) await Bun.sleep(5);
  return path;
}

async function deleteAccount(
  app: TestApp,
  cookie: string,
  word: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${app.url}/account/delete`, {
    method: "POST",
    headers: { Cookie: cookie, Origin: app.url, ...headers },
    body: new URLSearchParams({ word }),
    redirect: "manual",
  });
}

/** Until no account that has ended is there, and the log is empty. */
async function swept(app: TestApp): Promise<void> {
  const left = dbOf(app).prepare("SELECT 1 FROM accounts WHERE ended_ms IS NOT NULL");
  while (left.get() !== null || Bun.file(`${app.config.dataPath}-wal`).size > 0) await Bun.sleep(5);
}

async function exported(app: TestApp, cookie: string): Promise<unknown> {
  const { get } = await visit(app.url, cookie);
  return { ...((await (await get("/export.json")).json()) as object), exported: "" };
}

function dbOf({ live }: TestApp): Database {
  if (live.file === null) throw new Error("no store");
  return live.file.db;
}

function memoryOf({ live }: TestApp): Database {
  if (live.memory === null) throw new Error("no memory");
  return live.memory.db;
}

function accountBeside(db: Database, { cookie }: Tab): string {
  const others = new Bun.CryptoHasher("sha256").update(`account ${cookie.split("=")[1]}`).digest("base64url");
  const find = db.query<{ id: string }, [string]>("SELECT id FROM accounts WHERE id <> ?");
  return find.get(others.slice(0, 22))?.id ?? "";
}
