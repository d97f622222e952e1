/** What stands further above a chat's end than a page may hold: a stretch around it, and steps from there. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";
import { writeLongChat, type LongChat } from "../support/long-chat.ts";
import { openTab } from "../support/tab.ts";

setDefaultTimeout(60_000);

let app: TestApp;
let visitor: Visitor;
let chat: LongChat;

beforeAll(async () => {
  app = await startApp({ limits: { threadMessages: 10, threadMessagesMax: 60 } });
  visitor = await visit(app.url);
  const fields = { id: crypto.randomUUID(), conversation: crypto.randomUUID(), parent: "", text: "Hello" };
  await visitor.post("message.send", fields);
  chat = await writeLongChat(app, 100);
});
afterAll(() => app[Symbol.asyncDispose]());

const messagesOf = (html: string) => [...html.matchAll(/ data-message="([^"]+)"/g)].map(([, id]) => id ?? "");
const hrefOf = (html: string, link: string) =>
  new RegExp(` href="([^"]+)" data-${link}=`).exec(html)?.[1] ?? null;
const read = async (path: string) => (await visitor.get(path)).text();
const page = (query = "") => read(`/conversations/${chat.conversation}${query}`);
const at = (index: number) => chat.messages[index] ?? "";

test("a message far up is shown with a step above it and a step below, and without the end", async () => {
  const html = await page(`?at=${at(80)}`);
  expect(messagesOf(html)).toEqual(chat.messages.slice(70, 91));
  expect(hrefOf(html, "later")).toBe(`/conversations/${chat.conversation}?at=${at(90)}#m-${at(90)}`);
  expect(html).not.toContain("in another version");
  expect(messagesOf(await page(`?at=${at(2)}`))).toEqual(chat.messages.slice(0, 13));
});

test("one that a page to the end can begin with is shown so", async () => {
  const html = await page(`?at=${at(160)}`);
  expect(messagesOf(html)).toEqual(chat.messages.slice(160));
  expect(hrefOf(html, "later")).toBeNull();
});

test("links lead from page to page, up to the first message and down to the last", async () => {
  const seen = new Set<string>();
  const follow = async (link: string, first: string) => {
    let html = await read(first);
    for (let href = hrefOf(html, link); href !== null; href = hrefOf(html, link)) {
      const [path = "", shown = ""] = href.split("#m-");
      const before = messagesOf(html);
      html = await read(path);
      // Where the reader was is on the page that comes, and so is what they have not seen.
      expect(messagesOf(html)).toContain(shown);
      expect(messagesOf(html).some((id) => !before.includes(id))).toBe(true);
      for (const id of messagesOf(html)) seen.add(id);
    }
    return messagesOf(html);
  };
  const top = await follow("earlier", `/conversations/${chat.conversation}`);
  expect(top[0]).toBe(at(0));
  expect(seen.size).toBe(200);
  seen.clear();
  const end = await follow("later", `/conversations/${chat.conversation}?at=${at(0)}`);
  expect(end.at(-1)).toBe(at(199));
  expect(seen.size).toBe(200);
});

test("steps downwards come one after the other, as of a revision, until there is nothing after them", async () => {
  const shown = messagesOf(await page(`?at=${at(80)}`));
  const tab = await openTab(app.url, {
    cookie: visitor.cookie,
    path: `/conversations/${chat.conversation}`,
  });
  for (let isEnd = false; !isEnd;) {
    const response = await visitor.get(`/conversations/${chat.conversation}/later?after=${shown.at(-1)}`);
    expect(response.headers.get("Revision")).toBe(String(tab.position.revision));
    const html = await response.text();
    shown.push(...messagesOf(html));
    isEnd = hrefOf(html, "later") === null;
  }
  expect(shown).toEqual(chat.messages.slice(70));
  tab.drop();
});

test("a step from the last message, from none, or from another's is no page [A1]", async () => {
  const none = await read("/none");
  const other = await writeLongChat(app, 1);
  for (const query of [
    "",
    "?after='",
    `?after=${at(199)}`,
    `?after=${crypto.randomUUID()}`,
    `?after=${other.messages[0]}`,
  ]) {
    const response = await visitor.get(`/conversations/${chat.conversation}/later${query}`);
    expect([query, response.status, await response.text()]).toEqual([query, 404, none]);
  }
  const stranger = await visit(app.url);
  const path = `/conversations/${chat.conversation}/later?after=${at(80)}`;
  expect((await stranger.get(path)).status).toBe(404);
});

test("what is in another version is still said to be there", async () => {
  const tab = await openTab(app.url, {
    cookie: visitor.cookie,
    path: `/conversations/${chat.conversation}`,
  });
  const id = tab.ask({ op: "message.edit", message: at(40), text: "Another way" });
  await tab.answered(id);
  await tab.ended();
  const html = await page(`?at=${at(80)}`);
  expect(messagesOf(html)).not.toContain(at(80));
  expect(html).toContain(`value="${at(80)}"`);
  tab.drop();
});
