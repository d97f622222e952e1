/** A chat that is opened again is shown from what was made before, and never as it was before a change. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Conversation } from "../../src/domain.ts";
import { keepThreads } from "../../src/server/pages/threads.ts";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { messagesIn } from "../support/page.ts";
import { openTab, type Tab } from "../support/tab.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

let app: TestApp;

beforeAll(async () => (app = await startApp()));
afterAll(() => app[Symbol.asyncDispose]());

const anyId = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

async function pageOf(tab: Tab, search = ""): Promise<string> {
  const path = `/conversations/${tab.position.conversation}${search}`;
  return (await fetch(`${app.url}${path}`, { headers: { Cookie: tab.cookie } })).text();
}

function threadIn(html: string): string {
  return html.slice(html.indexOf('id="thread"'), html.indexOf("data-outbox"));
}

/** The page as it comes, and as it is made where nothing is kept: up to a message that is named. */
async function expectFresh(tab: Tab): Promise<string> {
  await resting(app);
  const [first = ""] = messagesIn(await pageOf(tab), "user");
  const anew = await pageOf(tab, `?from=${first}`);
  for (const html of [await pageOf(tab), await pageOf(tab)]) {
    // Forms have new ids each time, which is all that may differ.
    expect(html.replace(anyId, "").length).toBeGreaterThan(1000);
    expect(threadIn(html).replace(formIds, "")).toBe(threadIn(anew).replace(formIds, ""));
  }
  return anew;
}

const formIds = /(?<=<input type="hidden" name="id" value=")[^"]*/g;

test("a chat opened again shows what a page made anew would, after each thing that can be done to it", async () => {
  const tab = await openTab(app.url);
  const question = await tab.send("Hello");
  const [reply = ""] = messagesIn(await expectFresh(tab), "assistant");
  const second = await tab.send("And what else?", reply);
  await expectFresh(tab);
  const other = crypto.randomUUID();
  const doing = [
    { op: "message.regenerate", message: reply, id: other },
    { op: "branch.choose", message: reply },
    // What is shown stays, but that there is another version.
    { op: "message.delete", message: other, conversation: tab.position.conversation },
    { op: "message.edit", message: question, text: "Hello again" },
    { op: "branch.choose", message: question },
    { op: "conversation.rename", conversation: tab.position.conversation, title: "Tides" },
    { op: "message.delete", message: second, conversation: tab.position.conversation },
  ] as const;
  const shown = new Set<string>();
  for (const op of doing) {
    const answer = await tab.answered(tab.ask(op));
    expect([op.op, answer.type]).toEqual([op.op, "ack"]);
    shown.add(threadIn(await expectFresh(tab)).replace(formIds, ""));
  }
  // A guard: what is compared does change.
  expect(shown.size).toBeGreaterThan(3);
  tab.drop();
});

test("a chat that is opened again is not read and made again", async () => {
  const tab = await openTab(app.url);
  await tab.send("Hello");
  await tab.ended();
  await resting(app);
  const [one, two] = [await pageOf(tab), await pageOf(tab)].map(threadIn);
  // The forms' ids tell: they are new where it is made.
  expect(one).toContain('name="id"');
  expect(two).toBe(one ?? "");
  const german = await fetch(`${app.url}/conversations/${tab.position.conversation}`, {
    headers: { Cookie: tab.cookie, "Accept-Language": "de" },
  });
  expect(threadIn(await german.text())).toContain("Kopieren");
  tab.drop();
});

test("a temporary chat is made each time, and nothing of it is kept", async () => {
  const tab = await openTab(app.url, { path: "/?temporary" });
  const { conversation } = tab.position;
  const id = tab.ask({ op: "message.send", conversation, parent: null, text: "Hello", temporary: "on" });
  expect((await tab.answered(id)).type).toBe("ack");
  await tab.ended();
  await resting(app);
  const [one, two] = [await pageOf(tab), await pageOf(tab)].map(threadIn);
  expect(one).toContain('name="id"');
  expect(two).not.toBe(one ?? "");
  tab.drop();
});

test("a conversation that begins again under its old id, or with another look, is not shown as the one before", () => {
  const threads = keepThreads(1000);
  const conversation = { owner: "ann", id: "c", revision: 3, leaf: "m", createdMs: 1 } as Conversation;
  const thread = { html: "<p>", leaf: null, refreshes: false };
  threads.keep(conversation, "en 1", thread);
  expect(threads.find({ ...conversation }, "en 1")).toBe(thread);
  for (const other of [{ revision: 4 }, { leaf: "n" }, { createdMs: 2 }, { owner: "ben" }, { id: "d" }]) {
    expect(threads.find({ ...conversation, ...other }, "en 1")).toBeNull();
  }
  expect(threads.find(conversation, "de 1")).toBeNull();
});
