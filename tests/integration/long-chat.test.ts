/** A chat of a thousand messages: its end at once, and the rest in steps. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";
import { writeLongChat, type LongChat } from "../support/long-chat.ts";
import { positionIn, threadIn } from "../support/page.ts";
import { loadTab, openTab } from "../support/tab.ts";

setDefaultTimeout(60_000);

let app: TestApp;
let visitor: Visitor;
let chat: LongChat;

beforeAll(async () => {
  app = await startApp();
  visitor = await visit(app.url);
  const fields = { id: crypto.randomUUID(), conversation: crypto.randomUUID(), parent: "", text: "Hello" };
  await visitor.post("message.send", fields);
  chat = await writeLongChat(app, 500);
});
afterAll(() => app[Symbol.asyncDispose]());

const messagesOf = (html: string) => [...html.matchAll(/ data-message="([^"]+)"/g)].map(([, id]) => id ?? "");
const linkOf = (html: string) => / data-earlier="([^"]+)"/.exec(html)?.[1] ?? null;
const read = async (path: string) => (await visitor.get(`/conversations/${chat.conversation}${path}`)).text();

test("its page shows the end, and costs what a short one's costs", async () => {
  const html = await read("");
  expect(messagesOf(html)).toEqual(chat.messages.slice(-50));
  expect(linkOf(html)).toBe(chat.messages.at(-100) ?? "");
  const short = await writeLongChat(app, 25);
  const cpuMs = async (conversation: string) => {
    let leastMs = Infinity;
    for (let round = 0; round < 8; round++) {
      const before = process.cpuUsage();
      await (await visitor.get(`/conversations/${conversation}`)).text();
      const { user, system } = process.cpuUsage(before);
      leastMs = Math.min(leastMs, (user + system) / 1000);
    }
    return leastMs;
  };
  expect(await cpuMs(chat.conversation)).toBeLessThan(3 * (await cpuMs(short.conversation)) + 5);
});

test("what is earlier comes in steps, to the first message, each where the one before began", async () => {
  const page = await read("");
  let shown = messagesOf(page);
  let from = linkOf(page);
  while (from !== null) {
    const path = `/conversations/${chat.conversation}/earlier?from=${from}&before=${shown[0]}`;
    const response = await visitor.get(path);
    const html = await response.text();
    // The page asks again where it is further itself.
    expect(response.headers.get("Revision")).toBe(String(positionIn(page).revision));
    expect(messagesOf(html)).toHaveLength(50);
    shown = [...messagesOf(html), ...shown];
    from = linkOf(html);
  }
  expect(shown).toEqual(chat.messages);
});

test("a page may begin further up, and leads on from there", async () => {
  const from = chat.messages[700] ?? "";
  const html = await read(`?from=${from}`);
  expect(messagesOf(html)).toEqual(chat.messages.slice(700));
  expect(linkOf(html)).toBe(chat.messages[650] ?? "");
  const all = await read(`?from=${chat.messages[0]}`);
  expect([messagesOf(all).length, linkOf(all)]).toEqual([1000, null]);
  expect(messagesOf(await read("?from=nonsense"))).toHaveLength(50);
  expect(messagesOf(await read(`?from=${crypto.randomUUID()}`))).toHaveLength(50);
});

test("a step to or from what is not there, or somebody else's, is no page (A1)", async () => {
  const [from, before] = [chat.messages.at(-100) ?? "", chat.messages.at(-50) ?? ""];
  const path = (query: string) => `/conversations/${chat.conversation}/earlier${query}`;
  const other = await writeLongChat(app, 1);
  const none = await (await visitor.get("/none")).text();
  for (const query of [
    "",
    `?from=${from}`,
    `?from=${crypto.randomUUID()}&before=${before}`,
    `?from=${from}&before=${crypto.randomUUID()}`,
    `?from=${from}&before=${other.messages[1]}`,
    `?from=${before}&before=${from}`,
    "?from='&before=%00",
  ]) {
    const response = await visitor.get(path(query));
    expect([query, response.status, await response.text()]).toEqual([query, 404, none]);
  }
  const stranger = await visit(app.url);
  expect((await stranger.get(path(`?from=${from}&before=${before}`))).status).toBe(404);
});

test("who comes back gets what the page had, from its own first message on", async () => {
  const options = {
    cookie: visitor.cookie,
    path: `/conversations/${chat.conversation}?from=${chat.messages[800]}`,
  };
  const tab = await loadTab(app.url, options);
  expect(tab.position.from).toBe(chat.messages[800] ?? "");
  tab.position = { ...tab.position, revision: tab.position.revision - 1 };
  await tab.connect();
  const frame = tab.frames.find((each) => each.type === "thread");
  expect(messagesOf(frame?.type === "thread" ? frame.html : "")).toEqual(chat.messages.slice(800));
  tab.drop();
});

test("a branch far up is shown by its end, and one more turn adds itself alone", async () => {
  const path = `/conversations/${chat.conversation}`;
  const tab = await openTab(app.url, { cookie: visitor.cookie, path });
  await tab.send("One more", chat.messages.at(-1));
  await tab.ended();
  expect(tab.steps.filter(([kind]) => kind === "append")).toHaveLength(1);
  const id = tab.ask({ op: "message.edit", message: chat.messages[400] ?? "", text: "Another way" });
  await tab.answered(id);
  const html = (await tab.until(() => tab.frames.map(threadIn).findLast((each) => each !== null))) ?? "";
  expect(messagesOf(html).slice(0, 48)).toEqual(chat.messages.slice(352, 400));
  expect(messagesOf(html)).toHaveLength(50);
  expect(linkOf(html)).toBe(chat.messages[302] ?? "");
  expect(positionIn(await read("")).from).toBe(chat.messages[352] ?? "");
  tab.drop();
});
