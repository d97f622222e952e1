/** Keys that mean something to JavaScript, wherever a browser may name one: they are none of ours, and change nothing. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { openTab } from "../support/tab.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

/** As JSON, for an object that is written down has no key of its own by these names. */
const odd = `"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x","hasOwnProperty":1`;

test("in ops, forms, positions, parameters and files of chats they change no object of the server's [I9]", async () => {
  await using app = await startApp();
  const tab = await openTab(app.url);
  const { position, cookie } = tab;
  const { conversation } = position;
  const withOdd = (fields: object) => `{${odd},${JSON.stringify(fields).slice(1)}`;
  const send = { op: "message.send", id: crypto.randomUUID(), conversation, parent: null, text: "Hello" };
  tab.raw(withOdd(send));
  expect((await tab.answered(send.id)).type).toBe("ack");
  const set = { op: "model.configure", id: crypto.randomUUID(), conversation, temperature: "0.5" };
  tab.raw(withOdd(set));
  expect((await tab.answered(set.id)).type).toBe("ack");
  const headers = { Origin: app.url, Cookie: cookie, "Content-Type": "application/json" };
  const post = (path: string, body: string) => fetch(`${app.url}${path}`, { method: "POST", headers, body });
  expect((await post("/poll?now", withOdd(position))).status).toBe(200);
  const form = Object.fromEntries(
    ["__proto__", "constructor", "__proto__[polluted]"].map((key) => [key, "1"]),
  );
  const visitor = await visit(app.url, cookie);
  expect(
    (await visitor.post("conversation.pin", { ...form, id: crypto.randomUUID(), conversation })).status,
  ).toBe(303);
  const message = withOdd({
    id: crypto.randomUUID(),
    role: "user",
    parent: null,
    created: "2026-01-01T00:00:00Z",
  });
  const chat = withOdd({ id: crypto.randomUUID(), title: "Odd", created: "2026-01-01T00:00:00Z" });
  const file = `{${odd},"format":"banter","version":1,"conversations":[${chat.slice(0, -1)},"messages":[${message}]}]}`;
  expect([200, 400]).toContain((await post("/import", file)).status);
  const plain: Record<string, unknown> = {};
  expect([plain["polluted"], `${plain}`, Object.hasOwn(Object.prototype, "polluted")]).toEqual([
    ...[undefined, "[object Object]", false],
  ]);
  tab.drop();
});
