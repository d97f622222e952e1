/** Files in messages: to the model, in the thread, in copies, over resends, edits, forms and deletions. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { bring } from "../support/bring.ts";
import { visit } from "../support/form.ts";
import { fieldsOf } from "../support/page.ts";
import * as pictures from "../support/pictures.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, startUpstream, type Upstream } from "../support/upstream.ts";

setDefaultTimeout(20_000);

type Shown = { type: string; text?: string; image_url?: { url: string } };
type Body = { messages: { role: string; content: string | Shown[] }[] };

let upstream: Upstream;
let app: TestApp;
let tab: Tab;

/** "seer" tells that it takes images, "blind" that it takes none, and holds 1000 tokens. */
beforeAll(async () => {
  const listed = (id: string, modalities: string[]) => ({
    id,
    architecture: { input_modalities: modalities },
    max_model_len: id === "blind" ? 1000 : 100_000,
  });
  const models = [listed("seer", ["text", "image"]), listed("blind", ["text"])];
  upstream = await startUpstream((_, reply) => reply.stream([delta("I see."), finish("stop"), done()]), {
    models: (_, reply) => reply.json(200, { data: models }),
  });
  const env = { INFERENCE_URL: upstream.url, MODEL: "seer", TITLE_MODEL: "none" };
  app = await startApp({ env, limits: { filesBurst: 1000, opsBurst: 1000 } });
  tab = await openTab(app.url);
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(1);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

const lastBody = () => upstream.requests.at(-1)?.json as Body;

async function brought(bytes: Bun.BodyInit, name: string, isTemporary = false): Promise<string> {
  const { id, status } = await bring(app.url, tab.cookie, bytes, { name, isTemporary });
  expect(status).toBe(200);
  return id;
}

/** Sends into a conversation, a new one if none is named; resolves when its reply is there, or with the refusal. */
async function send(fields: Record<string, unknown>) {
  const conversation = crypto.randomUUID();
  const op = { op: "message.send", conversation, parent: null, text: "", ...fields };
  const id = tab.ask(op as never);
  const answer = await tab.answered(id);
  await resting(app);
  return { id, conversation: String(op.conversation), refused: answer.type === "error" ? answer.text : null };
}

const get = (path: string) => fetch(app.url + path, { headers: { Cookie: tab.cookie } });
const pageOf = async (conversation: string) => (await get(`/conversations/${conversation}`)).text();

function files(): number {
  const query = app.live.file?.db.query<{ count: number }, []>("SELECT count(*) AS count FROM contents");
  return query?.get()?.count ?? 0;
}

test("a picture goes to the model beside the words, and a text among them", async () => {
  const [image, notes] = [await brought(pictures.png(40, 30), "cat.png"), await brought("1,2\n", "a.csv")];
  const { conversation, id } = await send({ text: "What is this?", files: [image, notes] });
  const [message] = lastBody().messages;
  expect(message).toEqual({
    role: "user",
    content: [
      { type: "image_url", image_url: { url: expect.stringMatching(/^data:image\/(png|jpeg);base64,/) } },
      { type: "text", text: 'File "a.csv":\n```\n1,2\n```\n\nWhat is this?' },
    ],
  } as never);
  const html = await pageOf(conversation);
  expect(html).toContain(
    `<img class="attached__picture" src="/files/${image}" alt="cat.png" width="40" height="30"`,
  );
  expect(html).toContain("a.csv");
  const copied = await (await get(`/messages/${id}`)).text();
  expect(copied).toBe("What is this?\n\n[cat.png]\n[a.csv]");
});

test("a message may have files alone; its chat is called after them", async () => {
  const { conversation, refused } = await send({ files: await brought("x", "figures.csv") });
  expect(refused).toBeNull();
  expect(await pageOf(conversation)).toContain("<title>figures.csv · Banter</title>");
  expect((await send({ text: " " })).refused).toBe("The message is empty.");
});

test("what was sent before goes along again, and to a model without eyes as a name", async () => {
  const image = await brought(pictures.png(41, 30), "dog.png");
  const { conversation, id } = await send({ text: "Look", files: [image] });
  await send({ conversation, parent: id, text: "And?" });
  expect(lastBody().messages[0]?.content).toBeArray();
  const model = "local/blind";
  expect((await send({ conversation, parent: id, text: "And you?", model })).refused).toBeNull();
  expect(lastBody().messages[0]?.content).toBe('Look\n\n[Picture "dog.png"]');
});

test("what the model can't take is refused before anything is written", async () => {
  const model = "local/blind";
  const image = await brought(pictures.png(42, 30), "owl.png");
  expect((await send({ text: "Look", files: [image], model })).refused).toContain("can't see pictures");
  const long = await brought("word ".repeat(2000), "long.txt");
  expect((await send({ text: "Read", files: [long], model })).refused).toContain("about 2,525 tokens");
  const own = await brought("x", "own.txt");
  const many = Array.from({ length: 9 }, () => crypto.randomUUID());
  expect((await send({ text: "Many", files: many })).refused).toBe("A message carries at most 8 files.");
  expect((await send({ text: "None", files: [crypto.randomUUID()] })).refused).toContain("no longer there");
  expect((await send({ text: "Odd", files: ["../x"] })).refused).toBe("“files” is not an id.");
  expect((await get(`/files/${image}`)).status).toBe(200);
  expect((await send({ text: "Fine", files: [own] })).refused).toBeNull();
});

test("another's file can't be sent, and is as none [A1]", async () => {
  const stranger = await visit(app.url);
  const { id } = await bring(app.url, stranger.cookie, pictures.png(43, 30));
  expect((await send({ text: "Mine?", files: [id] })).refused).toContain("no longer there");
});

test("a message sent twice is one, with its files once [P3]", async () => {
  const conversation = crypto.randomUUID();
  const id = crypto.randomUUID();
  const fields = { id, conversation, text: "Twice", files: [await brought(pictures.png(44, 30), "two.png")] };
  const before = upstream.requests.length;
  for (const _ of [1, 2, 3]) expect((await send(fields)).refused).toBeNull();
  expect(upstream.requests.length).toBe(before + 1);
  expect((await pageOf(conversation)).split("attached__picture")).toHaveLength(2);
});

test("a message that is written anew keeps its files, and they go with the last of both", async () => {
  const image = await brought(pictures.png(45, 30), "old.png");
  const { id, conversation } = await send({ text: "First", files: [image] });
  const edit = tab.ask({ op: "message.edit", message: id, text: "Second" });
  expect((await tab.answered(edit)).type).toBe("ack");
  await resting(app);
  expect(lastBody().messages[0]?.content).toBeArray();
  const before = files();
  for (const message of [edit, id]) {
    expect((await get(`/files/${image}`)).status).toBe(200);
    await tab.answered(tab.ask({ op: "message.delete", conversation, message }));
  }
  expect((await get(`/files/${image}`)).status).toBe(404);
  expect(files()).toBe(before - 1);
});

test("a temporary chat's files are in memory, and in no other chat", async () => {
  const before = files();
  const image = await brought(pictures.png(46, 30), "secret.png", true);
  const { conversation, refused } = await send({ text: "Quietly", files: [image], temporary: "on" });
  expect(refused).toBeNull();
  expect(lastBody().messages[0]?.content).toBeArray();
  expect(files()).toBe(before);
  expect(await pageOf(conversation)).toContain("secret.png");
  const kept = await brought(pictures.png(47, 30), "another.png", true);
  expect((await send({ text: "Loudly", files: [kept] })).refused).toContain("no longer there");
});

test("a form with files in it works without scripts [B1]", async () => {
  const visitor = await visit(app.url);
  const form = new FormData();
  for (const [name, value] of Object.entries(fieldsOf(visitor.html, "message.send"))) form.set(name, value);
  form.set("text", "By form");
  form.append("file", new File([pictures.png(48, 30)], "form.png"));
  form.append("file", new File(["a,b"], "form.csv"));
  const post = (body: FormData) =>
    fetch(`${app.url}/ops/message.send`, {
      method: "POST",
      body,
      headers: { Cookie: visitor.cookie, Origin: app.url },
      redirect: "manual",
    });
  const response = await post(form);
  expect(response.status).toBe(303);
  await resting(app);
  const html = await (await visitor.get(response.headers.get("location") ?? "")).text();
  expect(html).toContain(`alt="form.png"`);
  expect(html).toContain("form.csv");
  form.set("file", new File(["I am a cat"], "cat.png"));
  const refused = await post(form);
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("holds text")]);
  const none = await visit(app.url);
  const empty = new FormData();
  for (const [name, value] of Object.entries(fieldsOf(none.html, "message.send"))) empty.set(name, value);
  empty.set("text", "No file");
  empty.set("file", new File([], ""));
  expect((await post(empty)).status).toBe(303);
});

test("a page of many pictures reads none of their bytes", async () => {
  const image = await brought(pictures.png(49, 30), "many.png");
  const { conversation } = await send({ text: "Look", files: [image] });
  const db = app.live.file?.db;
  // Bytes that can't be read would show who reads them.
  db?.run("ALTER TABLE contents RENAME COLUMN bytes TO hidden");
  try {
    expect(
      (await loadTab(app.url, { cookie: tab.cookie, path: `/conversations/${conversation}` })).html,
    ).toContain("many.png");
    expect((await get("/")).status).toBe(200);
    expect((await get("/search?q=look")).status).toBe(200);
  } finally {
    db?.run("ALTER TABLE contents RENAME COLUMN hidden TO bytes");
  }
});
