/** What people take with them: all that is theirs, nothing that is not, in files of any length. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp, resting, type TestApp } from "../support/app.ts";
import { conversationId, fill, messageId, soleOwner } from "../support/fill.ts";
import { visit, type Visitor } from "../support/form.ts";

// Other tests may run beside these.
setDefaultTimeout(60_000);

type Exported = {
  format: string;
  version: number;
  exported: string;
  conversations: {
    id: string;
    title: string;
    tags: string[];
    pinned: string | null;
    leaf: string;
    created: string;
    messages: {
      id: string;
      parent: string | null;
      role: string;
      parts: { text: string }[];
      state?: string;
    }[];
  }[];
};

async function exported({ get }: Visitor, path = "/export.json"): Promise<Exported> {
  const response = await get(path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as Exported;
}

async function ask(app: TestApp, { post }: Visitor, text: string, more = {}): Promise<string> {
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  expect((await post("message.send", { ...ids, parent: "", text, ...more })).status).toBe(303);
  await resting(app);
  return ids.conversation;
}

const dbOf = (app: TestApp) => {
  if (app.live.file === null) throw new Error("no store");
  return app.live.file.db;
};

test("JSON has every version of every message, with receipts, tags, pins and times", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const conversation = await ask(app, ann, "I am unhappy.");
  const op = { conversation };
  await ann.post("conversation.tag", { ...op, id: crypto.randomUUID(), tag: "Work" });
  await ann.post("conversation.pin", { ...op, id: crypto.randomUUID() });
  const reply = dbOf(app).query<{ id: string }, []>("SELECT leaf AS id FROM conversations").get()?.id ?? "";
  await ann.post("message.regenerate", { id: crypto.randomUUID(), message: reply });
  await resting(app);
  const file = await exported(ann);
  expect({ format: file.format, version: file.version }).toEqual({ format: "banter", version: 1 });
  expect(new Date(file.exported).toISOString()).toBe(file.exported);
  const [chat] = file.conversations;
  expect(chat).toMatchObject({ id: conversation, tags: ["work"], title: "I am unhappy." });
  expect(chat?.pinned).not.toBeNull();
  const [question, ...replies] = chat?.messages ?? [];
  expect(question).toMatchObject({
    parent: null,
    role: "user",
    parts: [{ type: "text", text: "I am unhappy." }],
  });
  expect(replies.map(({ parent, role, state }) => [parent, role, state])).toEqual([
    [question?.id ?? "", "assistant", "complete"],
    [question?.id ?? "", "assistant", "complete"],
  ]);
  expect(replies[1]).toMatchObject({ id: chat?.leaf, model: { endpoint: "demo" }, receipt: { calls: 1 } });
  expect(await exported(ann, `/conversations/${conversation}/export.json`)).toMatchObject({
    conversations: file.conversations,
  });
});

test("Markdown has the branch on show, in the reader's language, and a title that makes no markup", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  await ask(app, ann, "Hello there");
  const owner = soleOwner(dbOf(app));
  fill(dbOf(app), owner, 1, {
    title: () => "# <b>Odd*\n title",
    texts: () => ["Which *one*?", "This `one`.\n"],
  });
  dbOf(app).run("UPDATE conversations SET updated_ms = 9e12 WHERE id = ?", [conversationId(0)]);
  const response = await ann.get("/export.md", { "Accept-Language": "de" });
  expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
  const [odd = "", hello = ""] = (await response.text()).split("\n---\n");
  expect(odd).toStartWith("# \\# \\<b\\>Odd\\* title\n");
  expect(odd).toContain("## Du\n");
  expect(odd).toContain("\n\nWhich *one*?\n");
  expect(odd).toContain("## eliza\n");
  expect(odd).toEndWith("\n\nThis `one`.\n");
  expect(hello).toContain("Hello there");
});

test("nothing deleted, temporary or somebody else's is in it, but a temporary chat can be taken by itself", async () => {
  await using app = await startApp();
  const [ann, bob] = await Promise.all([visit(app.url), visit(app.url)]);
  await ask(app, ann, "Kept words");
  const deleted = await ask(app, ann, "Deleted words");
  await ann.post("conversation.delete", { id: crypto.randomUUID(), conversation: deleted });
  const temporary = await ask(app, ann, "Temporary words", { temporary: "on" });
  const other = await ask(app, bob, "Other words");
  for (const path of ["/export.json", "/export.md"]) {
    const text = await (await ann.get(path)).text();
    expect(text).toContain("Kept words");
    expect(text).not.toMatch(/Deleted words|Temporary words|Other words/);
  }
  for (const id of [deleted, other, crypto.randomUUID(), "..%2f..%2fetc", "%00"]) {
    expect([id, (await ann.get(`/conversations/${id}/export.json`)).status]).toEqual([id, 404]);
  }
  const alone = await (await ann.get(`/conversations/${temporary}/export.md`)).text();
  expect(alone).toContain("Temporary words");
  expect((await fetch(`${app.url}/export.json`)).status).toBe(404);
});

test("a title becomes a file's name and nothing else of the answer [I5] [I6]", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  await ask(app, ann, "Hello");
  const titles = [
    "a\r\nX-Evil: 1",
    "../../etc/passwd",
    `"; filename="evil.exe`,
    "Füße 🦆 (1)*'",
    "\u202egnp.exe",
    "...",
    "\ud800",
  ];
  const db = dbOf(app);
  fill(db, soleOwner(db), titles.length, { title: (n) => titles[n] ?? "" });
  for (const n of titles.keys()) {
    const { headers, status } = await ann.get(`/conversations/${conversationId(n)}/export.md`);
    expect(status).toBe(200);
    expect(headers.get("x-evil")).toBeNull();
    const disposition = headers.get("content-disposition") ?? "";
    expect(disposition).toMatch(/^attachment; filename="banter\.md"; filename\*=UTF-8''[\w.~!%-]+\.md$/);
    const name = decodeURIComponent(disposition.split("''")[1] ?? "");
    expect(name).not.toMatch(/[/\\"\r\n\u202e]|^\./);
  }
});

test("a reply that is being written is in it as far as it has come", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  await ask(app, ann, "Hello");
  const db = dbOf(app);
  fill(db, soleOwner(db), 1);
  db.run("UPDATE generations SET state = 'running' WHERE message = ?", [messageId(0, "reply")]);
  db.run("UPDATE messages SET parts = '[]' WHERE id = ?", [messageId(0, "reply")]);
  db.run(`INSERT INTO checkpoints (generation, seq, text, reasoning, created_ms)
    SELECT number, 1, '"So far"', '', 0 FROM generations WHERE state = 'running'`);
  const chat = (await exported(ann)).conversations.find(({ id }) => id === conversationId(0));
  expect(chat?.messages[1]).toMatchObject({ state: "running", receipt: null, parts: [{ text: "So far" }] });
});

test("a history of any length is written while it is read, and never held whole", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  await ask(app, ann, "Hello");
  const [count, text] = [3000, "Sixteen letters.".repeat(1000)];
  fill(dbOf(app), soleOwner(dbOf(app)), count, { texts: () => [text, text] });
  Bun.gc(true);
  const [before, bytesLeast] = [process.memoryUsage.rss(), count * 2 * text.length];
  let [bytes, most, late] = [0, 0, 0];
  let beatMs = performance.now();
  const beat = setInterval(() => {
    late = Math.max(late, performance.now() - beatMs - 5);
    beatMs = performance.now();
  }, 5);
  const response = await ann.get("/export.json");
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    most = Math.max(most, process.memoryUsage.rss() - before);
  }
  clearInterval(beat);
  console.log(`${bytes / 1e6} MB taken; memory grew by ${most / 1e6} MB; beats were ${late} ms late at most`);
  expect(bytes).toBeGreaterThan(bytesLeast);
  expect(most).toBeLessThan(bytesLeast);
});

test("a reader who leaves ends the reading, and one who only asks for the head starts none", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  await ask(app, ann, "Hello");
  fill(dbOf(app), soleOwner(dbOf(app)), 200, { texts: () => ["x".repeat(50_000), "y"] });
  const headers = { Cookie: ann.cookie };
  const ended = new AbortController();
  const left = await fetch(`${app.url}/export.json`, { headers, signal: ended.signal });
  await left.body?.getReader().read();
  ended.abort();
  const head = await fetch(`${app.url}/export.json`, { method: "HEAD", headers });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect((await exported(ann)).conversations.length).toBe(201);
  expect(app.logged.filter((line) => line.includes("export.failed"))).toEqual([]);
});
