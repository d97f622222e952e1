/** The chat without JavaScript: forms lead to the same turns as the socket, and each refusal is a page. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";
import { fieldsOf } from "../support/page.ts";
import { openTab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let upstream: Upstream;
let app: TestApp;

beforeAll(async () => {
  upstream = await startUpstream((request, reply) =>
    reply.stream([delta(`Reply ${request.index}`), finish("stop"), done()]),
  );
  app = await startApp({ env: upstreamEnv(upstream) });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

/** Posts the first such form of a page with these fields beside its own; resolves with the place it leads to. */
async function submit(
  visitor: Visitor,
  html: string,
  op: string,
  more: Record<string, string> = {},
): Promise<string> {
  const response = await visitor.post(op, { ...fieldsOf(html, op), ...more });
  expect([op, response.status]).toEqual([op, 303]);
  return response.headers.get("location") ?? "";
}

/** The page at a place, once no reply on it is running. */
async function finished(visitor: Visitor, place: string): Promise<string> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const response = await visitor.get(place);
    const html = await response.text();
    if (!html.includes('http-equiv="refresh"')) return html;
    if (Date.now() > deadline) throw new Error("the reply does not end");
  }
}

test("forms send, answer, regenerate, edit and choose, each leading to where its message is (B1)", async () => {
  const visitor = await visit(app.url);
  const shows = (html: string, place: string) => html.includes(`id="${place.split("#")[1]}"`);
  let place = await submit(visitor, visitor.html, "message.send", { text: "First" });
  expect(place).toMatch(/^\/conversations\/[0-9a-f-]{36}#m-[0-9a-f-]{36}$/);
  let html = await finished(visitor, place);
  expect(html).toContain('dir="auto">First</div>');
  expect(shows(html, place)).toBe(true);
  place = await submit(visitor, html, "message.send", { text: "Second" });
  html = await finished(visitor, place);
  expect(shows(html, place)).toBe(true);
  expect(html.match(/data-message=/g)?.length).toBe(4);
  const edited = await submit(visitor, html, "message.edit", {
    id: crypto.randomUUID(),
    message: place.split("#m-")[1] ?? "",
    text: "Second, better",
  });
  html = await finished(visitor, edited);
  expect(shows(html, edited)).toBe(true);
  expect(html).toContain("Second, better");
  const again = await submit(visitor, html, "message.regenerate");
  html = await finished(visitor, again);
  expect(shows(html, again)).toBe(true);
  expect(html).toContain("<span>2/2</span>");
  const chosen = await submit(visitor, html, "branch.choose");
  html = await finished(visitor, chosen);
  expect(shows(html, chosen)).toBe(true);
  expect(html).toContain("<span>1/2</span>");
});

test("a page whose reply is running comes again by itself, and can stop it; a finished one stays", async () => {
  const held = gate();
  await using slow = await startUpstream((_, reply) => reply.stream([delta("Half"), held]));
  await using own = await startApp({ env: upstreamEnv(slow) });
  const visitor = await visit(own.url);
  expect(visitor.html).not.toContain('http-equiv="refresh"');
  const place = await submit(visitor, visitor.html, "message.send", { text: "Go" });
  const request = await slow.nextRequest();
  const running = await (await visitor.get(place)).text();
  expect(running).toMatch(
    /<noscript><meta http-equiv="refresh" content="\d+; url=\/conversations\/[0-9a-f-]+"><\/noscript>/,
  );
  expect(running).toContain('formaction="/ops/generation.stop"');
  // The button posts the composer's own fields, an empty text among them.
  const fields = { ...fieldsOf(running, "message.send"), text: "" };
  expect((await visitor.post("generation.stop", fields)).status).toBe(303);
  await request.closed;
  const html = await finished(visitor, place);
  expect(html).toContain("Stopped.");
  held.release();
});

test("a form posted twice is one turn, and shows in a tab with a socket", async () => {
  const visitor = await visit(app.url);
  const fields = { ...fieldsOf(visitor.html, "message.send"), text: "Only once" };
  const [one, two] = await Promise.all([
    visitor.post("message.send", fields),
    visitor.post("message.send", fields),
  ]);
  expect([one.status, two.status]).toEqual([303, 303]);
  expect(one.headers.get("location")).toBe(two.headers.get("location") ?? "");
  const html = await finished(visitor, one.headers.get("location") ?? "");
  expect(html.match(/data-message=/g)?.length).toBe(2);
  const tab = await openTab(app.url, { cookie: visitor.cookie, path: one.headers.get("location") ?? "" });
  expect(tab.html).toContain("Only once");
  await submit(visitor, html, "message.send", { text: "By form" });
  await tab.until(() => JSON.stringify(tab.steps).includes("By form"));
  tab.drop();
});

test("without a cookie a form explains what is needed (B2)", async () => {
  const visitor = await visit(app.url);
  const fields = { ...fieldsOf(visitor.html, "message.send"), text: "Hello" };
  const refused = await visitor.post("message.send", fields, { Cookie: "" });
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("Allow cookies for this site, then load the page again.");
});

test("what is wrong with a form is said in a sentence on a page", async () => {
  const visitor = await visit(app.url);
  const good = { ...fieldsOf(visitor.html, "message.send"), text: "Hello" };
  const long = "x".repeat(app.config.limits.messageChars + 1);
  const wrong: [op: string, fields: Record<string, string>, status: number, sentence: string][] = [
    ["message.send", {}, 400, "An op has an id"],
    ["message.send", { ...good, id: "7" }, 400, "An op has an id"],
    ["message.send", { ...good, conversation: "" }, 400, "“conversation” is not an id."],
    ["message.send", { ...good, parent: "x" }, 400, "“parent” is not an id."],
    ["message.send", { ...good, parent: crypto.randomUUID() }, 404, "There is no such message."],
    ["message.send", { ...good, text: " \n" }, 400, "The message is empty."],
    ["message.send", { ...good, text: long }, 400, "A message holds at most 100,000 characters."],
    ["message.edit", { ...good, message: crypto.randomUUID() }, 404, "There is no such message."],
    ["conversation.join", good, 400, "not a position"],
    ["ping", good, 400, "That op is for sockets."],
    ["none", good, 400, "There is no such op."],
    ["__proto__", good, 400, "There is no such op."],
    [
      "message.send",
      { ...good, text: "x".repeat(app.config.limits.bodyBytesMax) },
      413,
      "more than a form may hold",
    ],
  ];
  for (const [op, fields, status, sentence] of wrong) {
    const response = await visitor.post(op, fields);
    expect([op, sentence, response.status]).toEqual([op, sentence, status]);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await response.text();
    expect(html).toContain(sentence);
    expect(html).toContain("<h1>That did not work</h1>");
  }
  const json = await fetch(`${app.url}/ops/message.send`, {
    method: "POST",
    headers: { Origin: app.url, Cookie: visitor.cookie, "Content-Type": "text/plain" },
    body: JSON.stringify(good),
  });
  expect(json.status).toBe(415);
  expect(await json.text()).toContain("This is to be sent as application/x-www-form-urlencoded.");
  expect(await (await visitor.get("/")).text()).not.toContain('class="sidebar__row"');
});

test("a body that never tells its length is read only as far as it may go", async () => {
  const visitor = await visit(app.url);
  let pulls = 0;
  const piece = new Uint8Array(64 * 1024).fill(97);
  const body = new ReadableStream({
    pull(controller) {
      pulls += 1;
      if (pulls > 200) controller.close();
      else controller.enqueue(piece);
    },
  });
  const headers = {
    Origin: app.url,
    Cookie: visitor.cookie,
    "Content-Type": "application/x-www-form-urlencoded",
  };
  const response = await fetch(`${app.url}/ops/message.send`, { method: "POST", headers, body });
  expect(response.status).toBe(413);
  expect(await response.text()).toContain("more than a form may hold");
});

test("the longest message there may be fits a form, in the widest letters too", async () => {
  const visitor = await visit(app.url);
  const text = "深".repeat(app.config.limits.messageChars);
  const place = await submit(visitor, visitor.html, "message.send", { text });
  expect(await finished(visitor, place)).toContain(text);
});
