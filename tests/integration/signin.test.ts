/** A server with a password: nothing without it, a session for whoever knows it, and the way out. */
import { expect, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";
import { loadTab, openTab } from "../support/tab.ts";

const password = "a red bicycle";
const env = { PASSWORD: password };

type Asked = {
  path: string;
  fields?: Record<string, string>;
  cookie?: string;
  headers?: Record<string, string>;
};

/** As a browser would: GET, or POST where there are fields; redirects are answered, not followed. */
function ask({ url }: TestApp, { path, fields, cookie = "", headers = {} }: Asked): Promise<Response> {
  const body = fields === undefined ? {} : { method: "POST", body: new URLSearchParams(fields) };
  const sent = { Cookie: cookie, Origin: url, ...headers };
  return fetch(`${url}${path}`, { ...body, headers: sent, redirect: "manual" });
}

async function signIn(app: TestApp, cookie = ""): Promise<string> {
  const answer = await ask(app, { path: "/signin", fields: { password, next: "/" }, cookie });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
  const set = answer.headers.get("set-cookie") ?? "";
  expect(set).toMatch(/; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/);
  return set.split(";", 1)[0] ?? "";
}

test("without the password every page leads to the door, and nothing else answers [C6]", async () => {
  await using app = await startApp({ env });
  const conversation = `/conversations/${crypto.randomUUID()}`;
  for (const path of ["/", conversation, "/sessions"]) {
    const answer = await ask(app, { path });
    expect([path, answer.status, answer.headers.get("set-cookie")]).toEqual([path, 303, null]);
    expect(answer.headers.get("location")).toBe(`/signin?next=${encodeURIComponent(path)}`);
  }
  const forged = `banter_${new URL(app.url).port}=${"A".repeat(43)}`;
  for (const cookie of ["", forged]) {
    const fields = { id: crypto.randomUUID(), conversation: crypto.randomUUID(), parent: "", text: "Hi" };
    expect((await ask(app, { path: "/ops/message.send", fields, cookie })).status).toBe(401);
    expect((await ask(app, { path: "/stream", fields: {}, cookie })).status).toBe(401);
    const upgrade = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" };
    const headers = { ...upgrade, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" };
    expect((await ask(app, { path: "/socket", cookie, headers })).status).toBe(401);
  }
  expect((await ask(app, { path: "/healthz" })).status).toBe(200);
});

test("whoever knows the password gets a session and comes to where they wanted", async () => {
  await using app = await startApp({ env });
  const door = await (await ask(app, { path: "/signin?next=%2Fsessions" })).text();
  expect(door).toContain(`name="next" value="/sessions"`);
  const cookie = await signIn(app);
  const tab = await openTab(app.url, { cookie });
  await tab.send("Hello");
  const html = await (await ask(app, { path: "/sessions", cookie })).text();
  expect(html).toContain("this browser");
  expect((await ask(app, { path: "/signin", cookie })).headers.get("location")).toBe("/");
  expect(app.logged.join("\n")).not.toContain(password);
});

test("a wrong password is told, then slowed down with the time to wait, for that address alone [A7]", async () => {
  await using app = await startApp({ env: { ...env, TRUST_PROXY: "1" }, limits: { triesPerAddress: 3 } });
  const attempt = async (text: string, address: string) => {
    const headers = { "X-Forwarded-For": address };
    const answer = await ask(app, { path: "/signin", fields: { password: text, next: "/" }, headers });
    return [answer.status, answer.headers.get("retry-after")];
  };
  for (let count = 0; count < 3; count += 1) expect(await attempt("guess", "192.0.2.1")).toEqual([403, null]);
  expect(await attempt("guess", "192.0.2.1")).toEqual([429, "60"]);
  expect(await attempt(password, "192.0.2.1")).toEqual([429, "60"]);
  expect(await attempt(password, "192.0.2.2")).toEqual([303, null]);
  expect(app.logged.filter((line) => line.includes("signin.refused")).length).toBe(5);
  expect(app.logged.join("\n")).not.toContain("guess");
});

test("another site can't sign anybody in, and a link can't lead them away from here [A3, A8]", async () => {
  await using app = await startApp({ env });
  const foreign = { Origin: "http://localhost:1" };
  const fields = { password, next: "/" };
  expect((await ask(app, { path: "/signin", fields, headers: foreign })).status).toBe(403);
  for (const next of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "x",
  ]) {
    const answer = await ask(app, { path: "/signin", fields: { password, next } });
    expect([next, answer.headers.get("location")]).toEqual([next, "/"]);
  }
});

test("signing in again gives a new token for the same chats, and the old one is worth nothing", async () => {
  await using app = await startApp({ env });
  const first = await signIn(app);
  const tab = await openTab(app.url, { cookie: first });
  await tab.send("Mine");
  const second = await signIn(app, first);
  expect(second).not.toBe(first);
  const path = `/conversations/${tab.position.conversation}`;
  expect((await ask(app, { path, cookie: first })).status).toBe(303);
  expect((await ask(app, { path, cookie: second })).status).toBe(200);
});

test("who signs out is gone from every tab at once, and others stay [A9]", async () => {
  await using app = await startApp({ env });
  const cookie = await signIn(app);
  const other = await openTab(app.url, { cookie: await signIn(app) });
  const tab = await openTab(app.url, { cookie });
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify((await loadTab(app.url, { cookie })).position);
  const sent = { ...headers, Cookie: cookie, Origin: app.url };
  const stream = await fetch(`${app.url}/stream`, { method: "POST", headers: sent, body });
  const polling = fetch(`${app.url}/poll`, { method: "POST", headers: sent, body });
  while (app.live.connections.streams.size < 2) await Bun.sleep(1);
  const answer = await ask(app, { path: "/signout", fields: {}, cookie });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/signin"]);
  expect(answer.headers.get("set-cookie")).toContain("Max-Age=0");
  await tab.until(() => tab.closeCode === 1008);
  expect(tab.frames.at(-1)).toEqual({ type: "reload" });
  expect(await stream.text()).toEndWith(`data: {"type":"reload"}\n\n`);
  // A poll ends long before its time, with nothing of the chat, and the next one is told to sign in.
  expect(await (await polling).json()).toEqual([{ type: "reload" }]);
  const next = await fetch(`${app.url}/poll`, { method: "POST", headers: sent, body });
  expect(next.status).toBe(401);
  expect(app.live.connections.streams.size).toBe(0);
  expect((await ask(app, { path: "/", cookie })).status).toBe(303);
  expect(other.closeCode).toBeNull();
});

test("one ends a session of one's own from another, and nobody else's", async () => {
  await using app = await startApp({ env });
  const cookie = await signIn(app);
  const stranger = await signIn(app);
  const html = await (await ask(app, { path: "/sessions", cookie })).text();
  const session = /name="session" value="([^"]+)"/.exec(html)?.[1] ?? "";
  expect((await ask(app, { path: "/signout", fields: { session }, cookie: stranger })).status).toBe(404);
  expect((await ask(app, { path: "/", cookie })).status).toBe(200);
  expect((await ask(app, { path: "/signout", fields: { session }, cookie })).status).toBe(303);
  expect((await ask(app, { path: "/", cookie })).status).toBe(303);
});

test("another password signs everybody out; the same one, nobody", async () => {
  await using first = await startApp({ env });
  const cookie = await signIn(first);
  await first.stop();
  const again = { dataPath: first.config.dataPath };
  const statusAt = async (app: TestApp) => {
    const name = `banter_${new URL(app.url).port}`;
    return (await ask(app, { path: "/", cookie: cookie.replace(/^[^=]+/, name) })).status;
  };
  await using same = await startApp({ ...again, env });
  expect(await statusAt(same)).toBe(200);
  await same.stop();
  await using changed = await startApp({ ...again, env: { PASSWORD: "a blue bicycle" } });
  expect(await statusAt(changed)).toBe(303);
});

test("a session that nobody has used for long has to sign in again", async () => {
  await using app = await startApp({ env, limits: { sessionIdleMs: 1 } });
  const cookie = await signIn(app);
  await Bun.sleep(2);
  expect((await ask(app, { path: "/", cookie })).status).toBe(303);
});
