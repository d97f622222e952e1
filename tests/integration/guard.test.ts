/** Who is let in: the names the server answers to, and the pages that may act for a browser. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { startApp, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";

let app: TestApp;
let visitor: Visitor;
let port: number;

beforeAll(async () => {
  app = await startApp({ env: { HOSTS: "127.0.0.9" } });
  port = Number(new URL(app.url).port);
  visitor = await visit(app.url);
});
afterAll(() => app[Symbol.asyncDispose]());

const foreign: [who: string, headers: Record<string, string>][] = [
  ["another site", { Origin: "https://evil.example" }],
  ["a sandboxed frame", { Origin: "null" }],
  ["another port of this machine", { Origin: "http://localhost:1" }],
  ["this machine by its other name", { Origin: "http://127.0.0.1:PORT" }],
  ["our name with another scheme", { Origin: "https://localhost:PORT" }],
  ["a name that begins as ours", { Origin: "http://localhost:PORT.evil.example" }],
  ["nobody who says so", {}],
  [
    "our origin, as another site made it",
    { Origin: "http://localhost:PORT", "Sec-Fetch-Site": "cross-site" },
  ],
  ["our origin, as a neighbour made it", { Origin: "http://localhost:PORT", "Sec-Fetch-Site": "same-site" }],
];

function withPort(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", `${port}`)]),
  );
}

for (const [who, headers] of foreign) {
  test(`a form from ${who} is refused, and changes nothing (A3)`, async () => {
    const body = new URLSearchParams({
      id: crypto.randomUUID(),
      conversation: crypto.randomUUID(),
      text: "x",
    });
    const response = await fetch(`${app.url}/ops/message.send`, {
      method: "POST",
      headers: { Cookie: visitor.cookie, ...withPort(headers) },
      body: new URLSearchParams([...body, ["parent", ""]]),
      redirect: "manual",
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("That came from another site.");
    expect(await (await visitor.get("/")).text()).not.toContain('sidebar__row"');
  });

  test(`a socket from ${who} is refused (A3)`, async () => {
    const upgrade = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" };
    const key = { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==" };
    const own = { Host: `localhost:${port}`, Cookie: visitor.cookie, ...withPort(headers) };
    expect(await statusOf("/socket", { ...upgrade, ...key, ...own })).toBe(403);
    expect(app.live.connections.sockets.size).toBe(0);
  });
}

test("the same form and socket from our own page are taken", async () => {
  const fields = { id: crypto.randomUUID(), conversation: crypto.randomUUID(), parent: "", text: "Hello" };
  expect((await visitor.post("message.send", fields, { "Sec-Fetch-Site": "same-origin" })).status).toBe(303);
  const upgrade = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" };
  const key = { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==" };
  const own = { Host: `localhost:${port}`, Cookie: visitor.cookie, Origin: app.url };
  expect(await statusOf("/socket", { ...upgrade, ...key, ...own })).toBe(101);
});

test("a socket without a cookie is refused (A2)", async () => {
  const upgrade = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" };
  const key = { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==" };
  const own = { Host: `localhost:${port}`, Origin: app.url };
  expect(await statusOf("/socket", { ...upgrade, ...key, ...own })).toBe(403);
  const forged = { Cookie: `banter_${port}=${"A".repeat(42)}!` };
  expect(await statusOf("/socket", { ...upgrade, ...key, ...own, ...forged })).toBe(403);
});

const hosts = [
  "evil.example",
  "evil.example:PORT",
  "localhost.evil.example:PORT",
  "localhost.:PORT",
  "localhost:1",
  "localhost:99999",
  "192.168.1.5:PORT",
  "[::2]:PORT",
  "localhost:PORT@evil.example",
  "localhost:PORT/",
  "a b",
  "[",
  "%00",
  "",
];

test("a host that is not on the list gets 421, for pages, assets, forms and sockets (A4)", async () => {
  const asset = /\/assets\/app-[^"]+\.css/.exec(visitor.html)?.[0] ?? "";
  expect(asset).not.toBe("");
  for (const host of hosts) {
    for (const path of ["/", asset, "/socket", "/ops/message.send", "/conversations/x", "/none"]) {
      const Host = host.replace("PORT", `${port}`);
      expect([host, path, await statusOf(path, { Host })]).toEqual([host, path, 421]);
    }
  }
  expect(app.logged.filter((line) => line.includes("request.failed"))).toEqual([]);
});

test("a probe learns by any host, or none, that the server is well", async () => {
  expect(await statusOf("/healthz", { Host: "10.0.0.7" })).toBe(200);
  expect(await statusOf("/healthz", {}, "HTTP/1.0")).toBe(200);
  expect(await statusOf("/", {}, "HTTP/1.0")).toBe(421);
});

test("a listed host is answered, in any case", async () => {
  for (const Host of [`LOCALHOST:${port}`, `127.0.0.9:${port}`, "127.0.0.9"]) {
    expect([Host, await statusOf("/", { Host })]).toEqual([Host, 200]);
  }
});

test("loopback's other names lead pages to localhost, with path and query", async () => {
  for (const Host of [`127.0.0.1:${port}`, `[::1]:${port}`]) {
    const response = await fetch(`http://127.0.0.1:${port}/conversations/x?a=b`, {
      headers: { Host },
      redirect: "manual",
    });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe(`${app.url}/conversations/x?a=b`);
  }
});

/** As bytes on a connection, for hosts that no client would send. */
function statusOf(path: string, headers: Record<string, string>, version = "HTTP/1.1"): Promise<number> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`GET ${path} ${version}\r\n${lines.join("")}\r\n`),
    );
    socket.on("data", (data) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString("latin1"))?.[1]));
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed without an answer")));
  });
}
