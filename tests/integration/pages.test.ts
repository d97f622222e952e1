/** What every answer has in common, and the pages that say that something is not there or went wrong. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createRoutes, type RouteParts } from "../../src/server/routes.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let app: TestApp;
let visitor: Visitor;

beforeAll(async () => {
  app = await startApp();
  visitor = await visit(app.url);
});
afterAll(() => app[Symbol.asyncDispose]());

const safe = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; " +
    "trusted-types banter; report-uri /reports; report-to csp; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "same-origin",
  "reporting-endpoints": 'csp="/reports"',
  "x-content-type-options": "nosniff",
};

function expectSafe(response: Response): void {
  expect(Object.fromEntries([...response.headers].filter(([name]) => name in safe))).toEqual(safe);
  expect(response.headers.get("cache-control")).toMatch(/no-store|no-cache|immutable/);
  expect(response.headers.get("strict-transport-security")).toBeNull();
  expect(response.headers.get("server")).toBeNull();
}

/** Only the keys are read: no handler runs. */
function paths(): string[] {
  return Object.keys(createRoutes({} as RouteParts)).map((path) =>
    path.replace(":id", crypto.randomUUID()).replace(":name", "message.send").replace("*", "none.js"),
  );
}

test("every route answers every method with the headers that keep a page safe (I13)", async () => {
  expect(paths().length).toBeGreaterThan(5);
  const statuses = new Set<number>();
  for (const path of [...paths(), "/none", "/ops", "/assets/"]) {
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      for (const headers of [{}, { Host: "evil.example" }, { Host: `127.0.0.1:${new URL(app.url).port}` }]) {
        const response = await fetch(`${app.url}${path}`, { method, headers, redirect: "manual" });
        expectSafe(response);
        statuses.add(response.status);
        if (response.status === 405) expect(response.headers.get("allow")).toMatch(/^(GET|POST|GET, POST)$/);
      }
    }
  }
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 302, 303, 403, 404, 405, 415, 421]);
});

test("assets, unchanged ones too, and each refusal have the same headers (I13)", async () => {
  const asset = /\/assets\/[^"]+\.css/.exec(visitor.html)?.[0] ?? "";
  const fresh = await visitor.get(asset);
  expect(fresh.status).toBe(200);
  const unchanged = await visitor.get(asset, { "If-None-Match": fresh.headers.get("etag") ?? "" });
  expect(unchanged.status).toBe(304);
  const refused = [
    await visitor.post("message.send", {}),
    await visitor.post("none", { id: crypto.randomUUID() }),
    await visitor.post("generation.stop", { id: crypto.randomUUID(), message: crypto.randomUUID() }),
    await visitor.post("message.send", { text: "x".repeat(app.config.limits.bodyBytesMax) }),
    await visitor.post("message.send", {}, { Origin: "null" }),
    await visitor.get("/socket", { Origin: app.url }),
  ];
  expect(refused.map((response) => response.status)).toEqual([400, 400, 404, 413, 403, 426]);
  for (const response of [fresh, unchanged, ...refused]) expectSafe(response);
});

test("pages are private, and a path that leads nowhere is a page that says so", async () => {
  const other = crypto.randomUUID();
  for (const path of [
    "/none",
    "/conversations/none",
    `/conversations/${other}`,
    "/conversations/%00",
    "/a/b/c",
  ]) {
    const response = await visitor.get(path);
    const html = await response.text();
    expect([path, response.status]).toEqual([path, 404]);
    expect(response.headers.get("cache-control")).toBe("private, no-cache");
    expect(html).toContain("<h1>There is no such page</h1>");
    expect(html).not.toContain(other);
  }
  expect((await visitor.get("/")).headers.get("cache-control")).toBe("no-store");
  expect((await visitor.get("/healthz")).headers.get("cache-control")).toBe("no-store");
});

test("a conversation of somebody else is answered as one that does not exist (A1)", async () => {
  const conversation = crypto.randomUUID();
  const fields = { id: crypto.randomUUID(), conversation, parent: "", text: "Mine alone" };
  expect((await visitor.post("message.send", fields)).status).toBe(303);
  expect((await visitor.get(`/conversations/${conversation}`)).status).toBe(200);
  const stranger = await visit(app.url);
  const [theirs, none] = await Promise.all([
    stranger.get(`/conversations/${conversation}`),
    stranger.get(`/conversations/${crypto.randomUUID()}`),
  ]);
  expect(theirs.status).toBe(404);
  expect(await theirs.text()).toBe(await none.text());
  expect((await fetch(`${app.url}/conversations/${conversation}`)).status).toBe(404);
});

test("a page is compressed where the browser takes it, and unpacks to the same", async () => {
  const ask = (accepted: string) => {
    const headers = { Cookie: visitor.cookie, "Accept-Encoding": accepted };
    return fetch(`${app.url}/none`, { headers, decompress: false });
  };
  const plain = await (await ask("identity")).bytes();
  const packings: [accepted: string, encoding: string | null, unpack: (packed: Uint8Array) => Uint8Array][] =
    [
      ["gzip, deflate, br, zstd", "zstd", (packed) => Bun.zstdDecompressSync(packed)],
      ["gzip, zstd;q=0", "gzip", (packed) => Bun.gunzipSync(packed as Uint8Array<ArrayBuffer>)],
      ["br", null, (packed) => packed],
    ];
  for (const [accepted, encoding, unpack] of packings) {
    const response = await ask(accepted);
    const { headers } = response;
    expect([headers.get("content-encoding"), headers.get("vary")]).toEqual([
      encoding,
      "Accept-Encoding, Accept-Language, Cookie",
    ]);
    const packed = await response.bytes();
    expect(Buffer.from(unpack(packed)).equals(plain)).toBeTrue();
    if (encoding !== null) expect(packed.length).toBeLessThan(plain.length * 0.7);
  }
});

test("a message's Markdown is told to its owner, as it was written (A1)", async () => {
  const id = crypto.randomUUID();
  const text = "Mine *alone* <b>\n\n```\nx\n```";
  const fields = { id, conversation: crypto.randomUUID(), parent: "", text };
  expect((await visitor.post("message.send", fields)).status).toBe(303);
  const mine = await visitor.get(`/messages/${id}`);
  expect([mine.status, await mine.text()]).toEqual([200, text]);
  expect(mine.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
  expect(mine.headers.get("cache-control")).toBe("private, no-cache");
  expectSafe(mine);
  const stranger = await visit(app.url);
  const none = await (await stranger.get(`/messages/${crypto.randomUUID()}`)).text();
  for (const response of [await stranger.get(`/messages/${id}`), await fetch(`${app.url}/messages/${id}`)]) {
    expect([response.status, await response.text()]).toEqual([404, none]);
  }
  expect((await visitor.get("/messages/none")).status).toBe(404);
});

test("HEAD is GET without its body", async () => {
  for (const path of ["/", "/healthz", "/none", /\/assets\/[^"]+\.js/.exec(visitor.html)?.[0] ?? ""]) {
    const [got, head] = await Promise.all([
      visitor.get(path),
      fetch(`${app.url}${path}`, { method: "HEAD", headers: { Cookie: visitor.cookie } }),
    ]);
    expect([path, head.status, await head.text()]).toEqual([path, got.status, ""]);
    expect(head.headers.get("content-type")).toBe(got.headers.get("content-type"));
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(0);
  }
});

test("a look at the page stores nothing, and its cookie is kept by the browser alone", async () => {
  await using fresh = await startApp();
  const first = await visit(fresh.url);
  expect(first.cookie).toMatch(/^banter_\d+=[\w-]{43}$/);
  expect((await first.get("/")).headers.get("set-cookie")).toBeNull();
  expect(fresh.live.file?.db.query("SELECT count(*) AS count FROM accounts").get()).toEqual({ count: 0 });
});

test("a fault is a page that names the request, and the log has the rest (I14)", async () => {
  await using broken = await startApp();
  const person = await visit(broken.url);
  broken.live.file?.db.run("ALTER TABLE conversations RENAME TO hidden");
  const fields = { id: crypto.randomUUID(), conversation: crypto.randomUUID(), parent: "", text: "Hello" };
  const answers = [
    await person.get("/"),
    await person.get(`/conversations/${crypto.randomUUID()}`),
    await person.post("message.send", fields),
  ];
  for (const response of answers) {
    expect(response.status).toBe(500);
    expectSafe(response);
    const html = await response.text();
    const id = /Request <code>([0-9a-f-]{36})<\/code>/.exec(html)?.[1] ?? "none";
    const line = broken.logged.find((each) => each.includes(id)) ?? "{}";
    expect(JSON.parse(line)).toMatchObject({ level: "error", event: "request.failed", request: id });
    expect(line).toContain("no such table");
    expect(html).not.toMatch(/no such table|sqlite|TypeError|\bat \/|\.ts|node_modules|bun/i);
    expect(html).not.toContain(broken.config.dataPath);
  }
  broken.live.file?.db.run("ALTER TABLE hidden RENAME TO conversations");
  expect((await person.get("/")).status).toBe(200);
});
