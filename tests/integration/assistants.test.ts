/** Assistants: made by forms, begun by an address, and copied into the chats that begin with them. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { makeAssistant, owl, postAssistants } from "../support/assistants.ts";
import { visit, type Visitor } from "../support/form.ts";
import { fieldsOf, unescapeHtml } from "../support/page.ts";
import { openTab } from "../support/tab.ts";
import { goodReply, startUpstream, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

let upstream: Upstream;
let app: TestApp;

beforeAll(async () => {
  upstream = await startUpstream((_, reply) => reply.stream(goodReply("Hoot.")));
  app = await startApp({ env: upstreamEnv(upstream), limits: { assistantsMax: 3, opsBurst: 10_000 } });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

async function pageOf(visitor: Visitor, path: string): Promise<string> {
  return unescapeHtml(await (await visitor.get(path)).text());
}

/** Sends a message from that page, and gives what the model was asked with. */
async function ask(visitor: Visitor, html: string, text = "Hello"): Promise<Record<string, unknown>> {
  const before = upstream.requests.length;
  const done = await visitor.post("message.send", { ...fieldsOf(html, "message.send"), text });
  expect(done.status).toBe(303);
  while (upstream.requests.length === before) await Bun.sleep(2);
  await resting(app);
  return upstream.requests.at(-1)?.json as Record<string, unknown>;
}

const prompted = { messages: expect.arrayContaining([{ role: "system", content: owl.systemPrompt }]) };

test("a chat that begins with an assistant shows it, and asks its model with its parameters (B1)", async () => {
  const visitor = await visit(app.url);
  expect(visitor.html).not.toContain("?assistant=");
  const id = await makeAssistant(app, visitor.cookie, { model: "local/owl-1" });
  expect(await pageOf(visitor, "/")).toContain(`href="/?assistant=${id}"`);
  const html = await pageOf(visitor, `/?assistant=${id}`);
  expect(html).toContain('<h1 class="header__title" id="title" dir="auto">🦉 Night owl</h1>');
  for (const text of ["Who is awake?", "What is there to hunt?"])
    expect(html).toContain(`data-idea>${text}<`);
  expect(html).not.toContain("What is on your mind?");
  expect(await ask(visitor, html)).toMatchObject({ ...prompted, model: "owl-1", temperature: 0.3 });
});

test("what is done to an assistant later changes no chat that began with it", async () => {
  const visitor = await visit(app.url);
  const id = await makeAssistant(app, visitor.cookie);
  const html = await pageOf(visitor, `/?assistant=${id}`);
  await makeAssistant(app, visitor.cookie, { systemPrompt: "You are a fox." });
  await postAssistants(app, visitor.cookie, { ...owl, id, systemPrompt: "You are a bat.", save: "on" });
  expect(await ask(visitor, html)).toMatchObject(prompted);
  await postAssistants(app, visitor.cookie, { remove: id });
  const { conversation = "" } = fieldsOf(html, "message.send");
  const begun = await pageOf(visitor, `/conversations/${conversation}`);
  expect(await ask(visitor, begun, "Again")).toMatchObject(prompted);
  expect((await visitor.get(`/?assistant=${id}`)).status).toBe(404);
});

test("whatever is chosen for the chat before it begins is chosen besides, and is on the way back (B1)", async () => {
  const visitor = await visit(app.url);
  const id = await makeAssistant(app, visitor.cookie);
  const { conversation = "" } = fieldsOf(await pageOf(visitor, `/?assistant=${id}`), "message.send");
  const sheet = await pageOf(visitor, `/parameters?conversation=${conversation}`);
  expect(sheet).toContain(`${owl.systemPrompt}</textarea>`);
  const choose = { id: crypto.randomUUID(), conversation, model: "local/other" };
  const back = await visitor.post("model.choose", choose);
  const html = await pageOf(visitor, back.headers.get("location") ?? "");
  expect(html).toContain("🦉 Night owl");
  expect(await ask(visitor, html)).toMatchObject({ ...prompted, model: "other", temperature: 0.3 });
});

test("parameters that are emptied before the chat begins stay empty", async () => {
  const visitor = await visit(app.url);
  const id = await makeAssistant(app, visitor.cookie);
  const html = await pageOf(visitor, `/?assistant=${id}`);
  const { conversation = "" } = fieldsOf(html, "message.send");
  await visitor.post("model.configure", { id: crypto.randomUUID(), conversation, topP: "0.5" });
  const asked = await ask(visitor, html);
  expect(asked).toMatchObject({ top_p: 0.5, temperature: 0.7 });
  expect(JSON.stringify(asked)).not.toContain(owl.systemPrompt);
});

test("what new chats begin with can be chosen, done without for one, and taken back", async () => {
  const visitor = await visit(app.url);
  const id = await makeAssistant(app, visitor.cookie);
  expect((await postAssistants(app, visitor.cookie, { use: id })).status).toBe(303);
  const html = await pageOf(visitor, "/");
  expect(html).toContain("🦉 Night owl</h1>");
  const { conversation = "" } = fieldsOf(html, "message.send");
  expect(await pageOf(visitor, `/parameters?conversation=${conversation}`)).toContain(owl.systemPrompt);
  expect(await ask(visitor, html)).toMatchObject(prompted);
  const plain = await pageOf(visitor, "/?assistant=none");
  expect(plain).not.toContain("🦉 Night owl</h1>");
  expect(JSON.stringify(await ask(visitor, plain))).not.toContain(owl.systemPrompt);
  await postAssistants(app, visitor.cookie, { use: "" });
  expect(JSON.stringify(await ask(visitor, await pageOf(visitor, "/")))).not.toContain(owl.systemPrompt);
});

test("a temporary chat begins with an assistant, too, and over a restart a new one still does", async () => {
  const visitor = await visit(app.url);
  const id = await makeAssistant(app, visitor.cookie);
  const html = await pageOf(visitor, `/?assistant=${id}&temporary`);
  expect(fieldsOf(html, "message.send")).toMatchObject({ temporary: "on" });
  expect(await ask(visitor, html)).toMatchObject(prompted);
  const { conversation = "" } = fieldsOf(html, "message.send");
  const owner = "SELECT count(*) AS count FROM conversations WHERE id = ?";
  expect(app.live.file?.db.query(owner).get(conversation)).toEqual({ count: 0 });
  const draft = await pageOf(visitor, `/?assistant=${id}`);
  // What memory alone holds is gone after a restart; nothing of this is.
  app.live.memory?.db.run("DELETE FROM choices");
  expect(await ask(visitor, draft)).toMatchObject(prompted);
});

test("a chat's parameters, saved or not, become an assistant with its model", async () => {
  const visitor = await visit(app.url);
  const { conversation = "" } = fieldsOf(visitor.html, "message.send");
  await visitor.post("model.choose", { id: crypto.randomUUID(), conversation, model: "local/owl-2" });
  const sheet = await pageOf(visitor, `/parameters?conversation=${conversation}`);
  expect(sheet).toContain(`name="chat" value="${conversation}" formaction="/assistants"`);
  const fields = { chat: conversation, systemPrompt: "Unsaved.", seed: "7", temperature: "warm" };
  const form = unescapeHtml(await (await postAssistants(app, visitor.cookie, fields)).text());
  for (const value of ['value="local/owl-2"', "Unsaved.</textarea>", 'name="seed" value="7"'])
    expect(form).toContain(value);
  expect(await pageOf(visitor, "/assistants")).not.toContain("local/owl-2");
});

test("what can't be kept is shown again with what is wrong with it, and nothing is kept", async () => {
  const visitor = await visit(app.url);
  await makeAssistant(app, visitor.cookie);
  const wrong: [Record<string, string>, string][] = [
    [{ name: " " }, "a name of at most 60 characters"],
    [{ name: "x".repeat(61) }, "a name of at most 60 characters"],
    [{ icon: "🦉🦉" }, "one emoji"],
    [{ icon: "owl" }, "one emoji"],
    [{ icon: "" }, "one emoji"],
    [{ model: "nonsense" }, "model"],
    [{ model: "elsewhere/model" }, "no endpoint “elsewhere”"],
    [{ suggestions: "a\nb\nc\nd\ne" }, "at most 4 suggestions"],
    [{ suggestions: "x".repeat(301) }, "at most 4 suggestions"],
    [{ temperature: "9" }, "The temperature is a number from 0 to 2."],
  ];
  for (const [fields, trouble] of wrong) {
    const id = crypto.randomUUID();
    const answer = await postAssistants(app, visitor.cookie, { ...owl, ...fields, id, save: "on" });
    const html = unescapeHtml(await answer.text());
    expect([fields, answer.status, html.includes(trouble)]).toEqual([fields, 400, true]);
    expect(html).toContain(`name="id" value="${id}"`);
    expect(html).toContain(`${owl.systemPrompt}</textarea>`);
  }
  expect((await pageOf(visitor, "/assistants")).match(/assistants__row/g)).toHaveLength(1);
});

test("there are only so many, in the order that their owner gives them", async () => {
  const visitor = await visit(app.url);
  const ids: string[] = [];
  for (const name of ["One", "Two", "Three"]) ids.push(await makeAssistant(app, visitor.cookie, { name }));
  const more = { ...owl, id: crypto.randomUUID(), save: "on" };
  expect((await postAssistants(app, visitor.cookie, more)).status).toBe(409);
  expect(await pageOf(visitor, "/assistants")).not.toContain("/assistants?new");
  await postAssistants(app, visitor.cookie, { up: ids[2] ?? "" });
  const names = [...(await pageOf(visitor, "/assistants")).matchAll(/assistants__name" dir="auto">(\w+)</g)];
  expect(names.map(([, name]) => name)).toEqual(["One", "Three", "Two"]);
});

test("no other site can change them, and looking for one's own writes nobody down", async () => {
  const visitor = await visit(app.url);
  const fields = { ...owl, id: crypto.randomUUID(), save: "on" };
  expect((await postAssistants(app, visitor.cookie, fields, "https://evil.example")).status).toBe(403);
  const accounts = () => app.live.file?.db.query("SELECT count(*) AS count FROM accounts").get();
  const before = accounts();
  for (const path of ["/assistants", "/assistants?new", "/?assistant=none"])
    expect([path, (await visitor.get(path)).status]).toEqual([path, 200]);
  for (const asked of [crypto.randomUUID(), "x", ""])
    expect((await visitor.get(`/?assistant=${asked}`)).status).toBe(404);
  expect(accounts()).toEqual(before);
  const html = await (await visitor.get("/")).text();
  expect(html).not.toContain("welcome__assistants");
});

test("a tab that the model is chosen for in another keeps the assistant's parameters", async () => {
  const visitor = await visit(app.url);
  const id = await makeAssistant(app, visitor.cookie);
  const tab = await openTab(app.url, { cookie: visitor.cookie, path: `/?assistant=${id}` });
  const { conversation } = tab.position;
  tab.ask({ op: "model.race", conversation, model: "local/rival" } as never);
  await tab.until(() => JSON.stringify(tab.frames).includes("rival"));
  const choice = await pageOf(visitor, `/parameters?conversation=${conversation}`);
  expect(choice).toContain(owl.systemPrompt);
  tab.drop();
});
