/** Readers without a socket: frames as server-sent events or by polls, ops as JSON. */
import { expect, test } from "bun:test";
import type { Frame, Position } from "../../src/protocol.ts";
import { startApp } from "../support/app.ts";
import { loadTab, openTab } from "../support/tab.ts";

async function reader(url: string) {
  const tab = await loadTab(url);
  const headers = { Cookie: tab.cookie, Origin: url, "Content-Type": "application/json" };
  const post = (path: string, body: unknown, more: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) });
  return { tab, post };
}

async function poll(
  post: (path: string, body: unknown) => Promise<Response>,
  position: Position,
  path = "/poll",
) {
  return (await (await post(path, position)).json()) as Frame[];
}

test("an op by POST is answered by the frame that a socket would get, wrong ones too", async () => {
  await using app = await startApp();
  const { tab, post } = await reader(app.url);
  const id = crypto.randomUUID();
  const { conversation } = tab.position;
  const sent = await post("/ops/message.send", { id, conversation, parent: null, text: "Hi" });
  expect(await sent.json()).toEqual({ type: "ack", id, conversation });
  const empty = await post("/ops/message.send", { id, conversation, parent: null, text: " " });
  expect([empty.status, await empty.json()]).toEqual([
    400,
    { type: "error", id, code: "bad_op", text: "The message is empty." },
  ]);
  const unknown = await post("/ops/generation.stop", { id, message: crypto.randomUUID() });
  expect([unknown.status, await unknown.json()]).toMatchObject([
    404,
    { type: "error", id, code: "not_found" },
  ]);
});

test("a poll waits for news, and tells the way from where the page is", async () => {
  await using app = await startApp({ limits: { pollMs: 10_000, pollSettleMs: 5 } });
  const { tab, post } = await reader(app.url);
  const { position } = tab;
  expect(await poll(post, position, "/poll?now")).toEqual([
    { type: "joined", conversation: position.conversation, revision: 0 },
  ]);
  const waiting = poll(post, position);
  const id = crypto.randomUUID();
  await post("/ops/message.send", { id, conversation: position.conversation, parent: null, text: "Hi" });
  const frames = await waiting;
  const thread = frames.find((frame) => frame.type === "thread");
  expect(thread?.html).toContain(`m-${id}`);
  expect(frames.at(-1)?.type).toBe("joined");
});

test("a stream leads on until it is left, and then nothing of it stays", async () => {
  await using app = await startApp();
  const { tab, post } = await reader(app.url);
  const response = await post("/stream", tab.position);
  expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!text) throw new Error("no body");
  expect((await text.read()).value).toContain('"type":"joined"');
  const id = crypto.randomUUID();
  const { conversation } = tab.position;
  await post("/ops/message.send", { id, conversation, parent: null, text: "Hi" });
  let seen = "";
  while (!seen.includes("message__actions")) seen += (await text.read()).value ?? "";
  expect(seen).toContain(`m-${id}`);
  await text.cancel();
  const { connections } = app.live;
  while (connections.streams.size > 0) await new Promise(setImmediate);
  expect([connections.listeners.size, connections.perAccount.size]).toEqual([0, 0]);
});

test("streams count as the sockets do, and other sites and strangers get none", async () => {
  await using app = await startApp({ limits: { socketsPerAccount: 2 } });
  const { tab, post } = await reader(app.url);
  const open = [await post("/stream", tab.position), await post("/stream", tab.position)];
  expect((await post("/stream", tab.position)).status).toBe(429);
  for (const each of open) await each.body?.cancel();
  for (const path of ["/stream", "/poll", "/ops/generation.stop"]) {
    expect((await post(path, tab.position, { Origin: "http://evil.example" })).status).toBe(403);
    expect((await post(path, tab.position, { Cookie: "" })).status).toBe(403);
  }
  expect((await post("/stream", { conversation: "x" })).status).toBe(400);
});

test("health tells how many watch, by what, and how many conversations", async () => {
  await using app = await startApp();
  const counts = async () => {
    const health = (await (await fetch(`${app.url}/healthz`)).json()) as Record<string, number>;
    return ["sockets", "streams", "accounts", "conversations"].map((name) => health[name]);
  };
  expect(await counts()).toEqual([0, 0, 0, 0]);
  const first = await openTab(app.url);
  await first.send("Hi");
  const path = `/conversations/${first.position.conversation}`;
  await openTab(app.url, { cookie: first.cookie, path });
  const { tab, post } = await reader(app.url);
  const stream = await post("/stream", tab.position);
  await stream.body?.getReader().read();
  expect(await counts()).toEqual([2, 1, 2, 2]);
});
