/** A conversation's parameters: set by op or form, sent where they are set, and dropped where they are refused. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { goodReply, startUpstream, type Script, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let upstream: Upstream;
let app: TestApp;
const good: Script = (_, reply) => reply.stream(goodReply("Yes."));

beforeAll(async () => {
  upstream = await startUpstream(good);
  const env = { ...upstreamEnv(upstream), SYSTEM_PROMPT: "Be brief." };
  app = await startApp({ env, limits: { opsBurst: 10_000 } });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

type Body = Record<string, unknown> & { messages: { role: string; content: string }[] };

async function ask(tab: Tab, op: string, fields: Record<string, unknown>) {
  const id = crypto.randomUUID();
  tab.raw(JSON.stringify({ conversation: tab.position.conversation, ...fields, op, id }));
  return tab.answered(id);
}

/** Sends a message to its end; resolves with the bodies of the requests that were made for it. */
async function send(tab: Tab, model = "local/test-model"): Promise<Body[]> {
  const before = upstream.requests.length;
  await ask(tab, "message.send", { parent: null, text: "Hello", model });
  await tab.until(() => upstream.requests.length > before);
  await resting(app);
  return upstream.requests.slice(before).map((request) => request.json as Body);
}

const every = {
  systemPrompt: "Answer in verse.\r\nAlways.",
  temperature: "0.25",
  topP: "0.9",
  maxTokens: "123",
  reasoningEffort: "low",
  seed: "42",
  stop: "END\r\n\r\nSTOP",
};

test("what is set is sent, before the first message of a chat too; nothing else is", async () => {
  const tab = await openTab(app.url);
  expect(await ask(tab, "model.configure", every)).toMatchObject({ type: "ack" });
  const [body] = await send(tab);
  expect(body).toEqual({
    model: "test-model",
    messages: [
      { role: "system", content: "Answer in verse.\nAlways." },
      { role: "user", content: "Hello" },
    ],
    max_tokens: 123,
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.25,
    top_p: 0.9,
    reasoning_effort: "low",
    seed: 42,
    stop: ["END", "STOP"],
  });
  await ask(tab, "model.configure", { topP: "0.5" });
  const [next] = await send(tab);
  expect(next).toMatchObject({ temperature: 0.7, top_p: 0.5, max_tokens: 4096 });
  expect(next?.messages[0]).toEqual({ role: "system", content: "Be brief." });
  expect(Object.keys(next ?? {})).not.toContainAnyValues(["seed", "stop", "reasoning_effort"]);
  tab.drop();
});

test("a field that is refused is dropped once, remembered, and told in the receipt", async () => {
  const tab = await openTab(app.url);
  await ask(tab, "model.configure", { seed: "7", topP: "0.9" });
  upstream.answer((request, reply) => {
    const body = request.json as Body;
    if ("seed" in body) return reply.json(422, { detail: [{ loc: ["body", "seed"], msg: "Extra inputs" }] });
    return reply.stream(goodReply("Yes."));
  });
  const model = "local/picky";
  const bodies = await send(tab, model);
  expect(bodies.map((body) => "seed" in body)).toEqual([true, false]);
  expect(bodies[1]).toMatchObject({ top_p: 0.9, temperature: 0.7 });
  expect((await send(tab, model)).map((body) => "seed" in body)).toEqual([false]);
  expect((await send(tab, "local/other")).map((body) => "seed" in body)).toEqual([true, false]);
  const path = `/conversations/${tab.position.conversation}`;
  const { html } = await loadTab(app.url, { cookie: tab.cookie, path });
  expect(html).toContain("<dt>Not sent</dt><dd>seed: the provider refuses it</dd>");
  upstream.answer(good);
  tab.drop();
});

test("a word in a refusal that is taken for a field costs one request more, not many", async () => {
  const tab = await openTab(app.url);
  await ask(tab, "model.configure", { stop: "x" });
  upstream.answer((_, reply) => reply.json(400, { error: "It does not stop here, and nonstop is no field" }));
  expect((await send(tab, "local/third")).map((body) => "stop" in body)).toEqual([true, false]);
  upstream.answer((_, reply) => reply.json(400, { error: "No field is named" }));
  expect(await send(tab, "local/fourth")).toHaveLength(1);
  upstream.answer(good);
  tab.drop();
});

test("what can't be is refused with what it may be, and nothing is changed", async () => {
  const tab = await openTab(app.url);
  await ask(tab, "model.configure", { temperature: "1.5" });
  const bad: [Record<string, unknown>, RegExp][] = [
    [{ temperature: "2.1" }, /temperature is a number from 0 to 2/],
    [{ temperature: "1e0" }, /temperature is a number/],
    [{ topP: "-1" }, /Top-p/],
    [{ maxTokens: "0" }, /whole number from 1 to 131,072/],
    [{ maxTokens: "1.5" }, /whole number/],
    [{ seed: "99999999999" }, /seed/i],
    [{ reasoningEffort: "huge" }, /low, medium or high/],
    [{ stop: "a\nb\nc\nd\ne" }, /at most 4 stop words/],
    [{ systemPrompt: "x".repeat(32_001) }, /at most 32,000 characters/],
    [{ temperature: { toString: "x" } }, /temperature.* is not a text/],
    [{ seed: 7 }, /seed.* is not a text/],
  ];
  for (const [fields, words] of bad) {
    const answer = await ask(tab, "model.configure", fields);
    expect(answer).toMatchObject({ type: "error", code: "bad_op", text: expect.stringMatching(words) });
  }
  expect((await send(tab))[0]).toMatchObject({ temperature: 1.5 });
  tab.drop();
});

test("a form shows what is set, and sets it (B1)", async () => {
  const visitor = await visit(app.url);
  const conversation = crypto.randomUUID();
  const fields = { id: crypto.randomUUID(), conversation, ...every, systemPrompt: '<b>"hostile' };
  const saved = await visitor.post("model.configure", fields);
  expect(saved.headers.get("location")).toBe(`/?conversation=${conversation}`);
  const html = await (await visitor.get(`/parameters?conversation=${conversation}`)).text();
  expect(html).toContain("&lt;b&gt;&quot;hostile</textarea>");
  expect(html).toContain('name="temperature" value="0.25"');
  expect(html).toContain('<option value="low" selected>');
  expect(html).toContain(">END\nSTOP</textarea>");
  const other = await visit(app.url);
  expect(await (await other.get(`/parameters?conversation=${conversation}`)).text()).not.toContain("hostile");
});

test("choices for chats that are never begun are kept for the newest few only", async () => {
  const visitor = await visit(app.url);
  const ids = Array.from({ length: 55 }, () => crypto.randomUUID());
  for (const conversation of ids) {
    await visitor.post("model.configure", { id: crypto.randomUUID(), conversation, seed: "5" });
    await Bun.sleep(1);
  }
  const isKept = async (conversation: string) =>
    (await (await visitor.get(`/parameters?conversation=${conversation}`)).text()).includes('value="5"');
  expect(await Promise.all(ids.map(isKept))).toEqual(ids.map((_, n) => n >= 5));
});

test("what was refused is not tried again after a restart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-refused-"));
  const router = await startUpstream((request, reply) => {
    const isRefused = "temperature" in (request.json as Body);
    return isRefused ? reply.json(400, { error: "temperature is fixed" }) : reply.stream(goodReply("Yes."));
  });
  try {
    const sent: boolean[][] = [];
    for (let start = 0; start < 2; start++) {
      const before = router.requests.length;
      await using again = await startApp({ env: upstreamEnv(router), dataPath: join(folder, "banter.db") });
      const tab = await openTab(again.url);
      await tab.send("Hello");
      await tab.until(() => router.requests.length > before);
      await resting(again);
      sent.push(router.requests.slice(before).map(({ json }) => "temperature" in (json as Body)));
      tab.drop();
    }
    expect(sent).toEqual([[true, false], [false]]);
  } finally {
    await router.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
