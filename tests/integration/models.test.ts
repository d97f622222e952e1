/** Which model answers: chosen for a conversation or a turn, among several endpoints that know nothing of each other. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { fieldsOf } from "../support/page.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { goodReply, startUpstream, type Upstream, type UpstreamRequest } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let local: Upstream;
let box: Upstream;
let app: TestApp;

const keys = { INFERENCE_KEY: "key-of-local-canary", ENDPOINT_KEY_BOX: "key-of-box-canary" };

beforeAll(async () => {
  local = await startUpstream((_, reply) => reply.stream(goodReply("From local.")));
  box = await startUpstream((_, reply) => reply.stream(goodReply("From box.")));
  app = await startApp({ env: environment() });
});
afterAll(async () => {
  for (const tab of tabs) tab.drop();
  await app[Symbol.asyncDispose]();
  await Promise.all([local.stop(), box.stop()]);
});

const tabs: Tab[] = [];

async function open(url: string, options: { cookie?: string; path?: string } = {}): Promise<Tab> {
  const tab = await openTab(url, options);
  tabs.push(tab);
  return tab;
}

function environment(): Record<string, string> {
  return {
    INFERENCE_URL: local.url,
    MODEL: "small",
    TITLE_MODEL: "none",
    ENDPOINTS: `box=${box.url}`,
    ...keys,
  };
}

/** Sends an op as a form's fields, and resolves with its answer. */
async function ask(tab: Tab, op: string, fields: Record<string, unknown>) {
  const id = crypto.randomUUID();
  tab.raw(JSON.stringify({ ...fields, op, id }));
  return tab.answered(id);
}

function choose(tab: Tab, model: string) {
  return ask(tab, "model.choose", { conversation: tab.position.conversation, model });
}

/** A turn to its end; resolves with who was asked for which model. */
async function turn(tab: Tab, op: string, fields: Record<string, unknown>): Promise<string> {
  const seen = [local.requests.length, box.requests.length] as const;
  const answer = await ask(tab, op, { conversation: tab.position.conversation, ...fields });
  expect(answer.type).toBe("ack");
  await tab.until(() => local.requests.length + box.requests.length > seen[0] + seen[1]);
  await resting(app);
  const isBox = box.requests.length > seen[1];
  const request = (isBox ? box : local).requests.at(-1);
  return `${isBox ? "box" : "local"} ${modelIn(request)}`;
}

function modelIn(request: UpstreamRequest | undefined): string | undefined {
  return (request?.json as { model: string } | undefined)?.model;
}

const send = (tab: Tab, more: Record<string, unknown> = {}) =>
  turn(tab, "message.send", { parent: null, text: "Hello", ...more });

/** What the page says will answer. */
async function shownModel(tab: Tab): Promise<string | undefined> {
  const { html } = await loadTab(app.url, {
    cookie: tab.cookie,
    path: `/conversations/${tab.position.conversation}`,
  });
  return /name="model" form="composer" value="([^"]+)"/.exec(html)?.[1];
}

test("a chosen model answers in its conversation, and in those that are begun afterwards", async () => {
  const first = await open(app.url);
  expect(await send(first)).toBe("local small");
  expect((await choose(first, "box/org/large:acme")).type).toBe("ack");
  expect(await send(first)).toBe("box org/large:acme");
  const second = await open(app.url, { cookie: first.cookie });
  expect(second.html).toContain('value="box/org/large:acme"');
  expect(await send(second)).toBe("box org/large:acme");
  await choose(second, "local/other");
  expect(await shownModel(first)).toBe("box/org/large:acme");
  expect(await send(first)).toBe("box org/large:acme");
  const stranger = await open(app.url);
  expect(await send(stranger)).toBe("local small");
});

test("each endpoint gets its own key, and never the other's [I4]", async () => {
  const tab = await open(app.url);
  await send(tab);
  await choose(tab, "box/large");
  await send(tab);
  const seen = (upstream: Upstream) => JSON.stringify(upstream.requests);
  expect(seen(local)).toContain(keys.INFERENCE_KEY);
  expect(seen(local)).not.toContain(keys.ENDPOINT_KEY_BOX);
  expect(seen(box)).toContain(keys.ENDPOINT_KEY_BOX);
  expect(seen(box)).not.toContain(keys.INFERENCE_KEY);
  expect(app.logged.join()).not.toContain("canary");
});

test("a message goes to the model that its author saw, whatever another tab has chosen meanwhile", async () => {
  const tab = await open(app.url);
  await send(tab);
  await choose(tab, "box/large");
  expect(await send(tab, { model: "local/seen" })).toBe("local seen");
  expect(await shownModel(tab)).toBe("box/large");
});

test("a reply is written anew by another model beside the first, and each says who wrote it", async () => {
  const tab = await open(app.url);
  await send(tab);
  const path = `/conversations/${tab.position.conversation}`;
  const before = await loadTab(app.url, { cookie: tab.cookie, path });
  const message = /data-op="message.regenerate".*?name="message" value="([^"]+)"/.exec(before.html)?.[1];
  expect(await turn(tab, "message.regenerate", { message, model: "box/large" })).toBe("box large");
  const { html } = await loadTab(app.url, { cookie: tab.cookie, path });
  expect(html).toContain("<span>2/2</span>");
  expect(html).toMatch(/class="message__head"[^>]*>large/);
  expect(await shownModel(tab)).toBe("local/small");
});

test("all tabs of a conversation are told of its model at once, begun or not", async () => {
  const one = await open(app.url);
  const told = (tab: Tab, value: string) =>
    tab.until(() => tab.steps.find((step) => step[1] === "model" && step[2]?.includes(`value="${value}"`)));
  await choose(one, "box/early");
  await told(one, "box/early");
  expect(await send(one)).toBe("box early");
  const path = `/conversations/${one.position.conversation}`;
  const two = await open(app.url, { cookie: one.cookie, path });
  await choose(one, "box/late");
  await Promise.all([told(one, "box/late"), told(two, "box/late")]);
  expect([one.gaps, two.gaps]).toEqual([0, 0]);
  expect(one.position.revision).toBe(two.position.revision);
});

test("a model of an endpoint that is not there, or a name that is none, is refused", async () => {
  const tab = await open(app.url);
  expect(await choose(tab, "nowhere/large")).toMatchObject({ type: "error", code: "conflict" });
  for (const model of [
    "",
    "large",
    "box/",
    "Box/large",
    "box/two words",
    `box/${"x".repeat(201)}`,
    7,
    null,
  ]) {
    const answer = await choose(tab, model as string);
    expect(answer).toMatchObject({ type: "error", code: "bad_op" });
  }
  expect(await send(tab, { model: "nowhere/large" })).toBe("local small");
});

test("nobody chooses for another's conversation [A1]", async () => {
  const anna = await open(app.url);
  await send(anna);
  const other = await open(app.url);
  const { conversation } = anna.position;
  expect((await ask(other, "model.choose", { conversation, model: "box/evil" })).type).toBe("ack");
  expect((await ask(other, "model.configure", { conversation, systemPrompt: "evil" })).type).toBe("ack");
  expect(await shownModel(anna)).toBe("local/small");
  expect(await send(anna)).toBe("local small");
  expect(JSON.stringify(local.requests.at(-1)?.json)).not.toContain("evil");
});

test("forms choose too, before the first message and after (B1)", async () => {
  const visitor = await visit(app.url);
  const { conversation } = fieldsOf(visitor.html, "message.send");
  const id = crypto.randomUUID();
  const fields = { id, conversation: conversation ?? "", model: "box/by-form" };
  const chosen = await visitor.post("model.choose", fields);
  expect([chosen.status, chosen.headers.get("location")]).toEqual([303, `/?conversation=${conversation}`]);
  const html = await (await visitor.get(`/?conversation=${conversation}`)).text();
  expect(html).toContain('value="box/by-form"');
  expect(fieldsOf(html, "message.send")["conversation"]).toBe(conversation);
  await visitor.post("message.send", { ...fieldsOf(html, "message.send"), text: "Hello" });
  await resting(app);
  expect(modelIn(box.requests.at(-1))).toBe("by-form");
  const begun = await visitor.get(`/?conversation=${conversation}`);
  expect(begun.headers.get("location")).toBe(`/conversations/${conversation}`);
});

test("what was chosen is there after a restart; where its endpoint is gone, the default answers", async () => {
  await using before = await startApp({ env: environment() });
  const tab = await open(before.url);
  await ask(tab, "message.send", { conversation: tab.position.conversation, parent: null, text: "Hello" });
  await choose(tab, "box/large");
  await resting(before);
  const { dataPath } = before.config;
  await before.stop();
  const value = async (env: Record<string, string>) => {
    await using after = await startApp({ env, dataPath });
    // Cookies are called by their port.
    const cookie = tab.cookie.replace(/_\d+=/, `_${new URL(after.url).port}=`);
    const html = await (
      await fetch(`${after.url}/conversations/${tab.position.conversation}`, { headers: { cookie } })
    ).text();
    return /name="model" form="composer" value="([^"]+)"/.exec(html)?.[1];
  };
  expect(await value(environment())).toBe("box/large");
  expect(await value({ INFERENCE_URL: local.url, MODEL: "small" })).toBe("local/small");
});
