/** A temporary chat: like any other to who has it open, and nowhere else. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { fieldsOf, messagesIn } from "../support/page.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, goodReply, startUpstream, usage } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const canary = "mauve-walrus-4711";

async function ask(tab: Tab, text: string, parent: string | null = null): Promise<string> {
  const { conversation } = tab.position;
  const id = tab.ask({ op: "message.send", conversation, parent, text, temporary: "on" });
  await tab.answered(id);
  return id;
}

const pathOf = ({ position }: Tab) => `/conversations/${position.conversation}`;

test("a temporary chat is in no file, no list and no log; what it took is counted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-temporary-"));
  const dataPath = join(folder, "banter.db");
  await using upstream = await startUpstream(({ json }, reply) => {
    const said = JSON.stringify(json).includes(canary) ? canary : "Well.";
    return reply.stream([delta(said), finish("stop"), usage(3, 7), done()]);
  });
  const app = await startApp({ env: upstreamEnv(upstream), dataPath });
  const tab = await openTab(app.url, { path: "/?temporary" });
  const other = await openTab(app.url, { cookie: tab.cookie });
  const first = await ask(tab, `First ${canary}`);
  await tab.ended();
  await ask(tab, `Second ${canary}`, first);
  await resting(app);
  await tab.until(() => tab.bodies.size === 2 && tab.body().includes(canary));
  const page = await loadTab(app.url, { cookie: tab.cookie, path: pathOf(tab) });
  expect(messagesIn(page.html, "assistant")).toHaveLength(2);
  expect(page.html).toContain("This chat is temporary.");
  const kept = await other.send("Kept");
  await resting(app);
  const home = await loadTab(app.url, { cookie: tab.cookie });
  expect(home.html).not.toContain(canary);
  expect(JSON.stringify(other.frames)).not.toContain(canary);
  expect(JSON.stringify(other.frames)).toContain("Kept");
  expect(kept).toBeTruthy();
  const rows = app.live.file?.db.query("SELECT runs, tokens_out AS tokensOut FROM usage").all();
  expect(rows).toEqual([{ runs: 3, tokensOut: 21 }]);
  expect(app.logged.join("\n")).not.toContain(canary);
  await app.stop();
  for (const name of await readdir(folder)) {
    expect([name, (await Bun.file(join(folder, name)).text()).includes(canary)]).toEqual([name, false]);
  }
  await using again = await startApp({ env: upstreamEnv(upstream), dataPath });
  expect((await fetch(`${again.url}${pathOf(tab)}`, { headers: { Cookie: tab.cookie } })).status).toBe(404);
  await rm(folder, { recursive: true });
});

test("it lives while somebody looks at it, and is forgotten soon after", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  const limits = { temporaryIdleMs: 300, temporarySweepMs: 20 };
  await using app = await startApp({ env: upstreamEnv(upstream), limits });
  const tab = await openTab(app.url, { path: "/?temporary" });
  await ask(tab, "Hello");
  await tab.ended();
  await Bun.sleep(2 * limits.temporaryIdleMs);
  expect(await statusOf(app, tab)).toBe(200);
  tab.drop();
  while ((await statusOf(app, tab)) === 200) await Bun.sleep(20);
  expect(app.logged.some((line) => line.includes('"temporary.forgotten"'))).toBe(true);
  expect(count(app, "messages") + count(app, "generations")).toBe(0);
});

test("an account has so many of them, and all together so many bytes", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  const limits = { temporaryPerAccount: 1, temporaryBytesMax: 512 * 1024 };
  await using app = await startApp({ env: upstreamEnv(upstream), limits });
  const tab = await openTab(app.url, { path: "/?temporary" });
  await ask(tab, "Hello");
  await tab.ended();
  const { cookie } = tab;
  const second = await openTab(app.url, { cookie, path: "/?temporary" });
  await ask(second, "Hello");
  expect(second.frames.findLast((frame) => frame.type === "error")).toMatchObject({ code: "busy" });
  await second.send("Hello");
  const big = await openTab(app.url, { path: "/?temporary" });
  let parent: string | null = null;
  for (let n = 0; n < 4; n += 1) {
    const id = await ask(big, "x".repeat(90_000), parent);
    await resting(app);
    parent = id;
  }
  expect(big.frames.find((frame) => frame.type === "error")).toMatchObject({ code: "store.full" });
  expect(await statusOf(app, second)).toBe(200);
});

test("what is set for it, before it begins or after, is in no file", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url, { path: "/?temporary" });
  const { conversation } = tab.position;
  const configure = async (systemPrompt: string) => {
    const id = crypto.randomUUID();
    tab.raw(JSON.stringify({ op: "model.configure", id, conversation, systemPrompt }));
    expect(await tab.answered(id)).toMatchObject({ type: "ack" });
  };
  const systems = () => upstream.requests.map(({ json }) => JSON.stringify(json).match(/"system".*?}/)?.[0]);
  await configure("Be brief.");
  const first = await ask(tab, "Hello");
  await tab.ended();
  await resting(app);
  expect(systems()[0]).toContain("Be brief.");
  await configure("Be kind.");
  await ask(tab, "Again", first);
  await resting(app);
  expect(systems()[1]).toContain("Be kind.");
  expect(app.live.file?.db.query("SELECT * FROM choices").all()).toEqual([]);
});

test("a form keeps one too, and its page is not for the browser to keep (B1)", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const visitor = await visit(app.url);
  const html = await (await visitor.get("/?temporary")).text();
  const fields = fieldsOf(html, "message.send");
  expect(fields["temporary"]).toBe("on");
  await visitor.post("message.send", { ...fields, text: "Hello" });
  await resting(app);
  const page = await visitor.get(`/conversations/${fields["conversation"]}`);
  expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(app.live.file?.db.query("SELECT * FROM messages").all()).toEqual([]);
});

test("its menu offers nothing that is done for lists, and what asks for it is refused", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const visitor = await visit(app.url);
  const begin = async (path: string) => {
    const fields = fieldsOf(await (await visitor.get(path)).text(), "message.send");
    await visitor.post("message.send", { ...fields, text: "Hello" });
    await resting(app);
    const conversation = fields["conversation"] ?? "";
    const page = await (await visitor.get(`/conversations/${conversation}/about`)).text();
    const sheet = await (await visitor.get(`/steps/menu?of=${conversation}`)).text();
    const offered = (html: string) => [
      ...new Set(
        [...html.matchAll(/ops\/(conversation\.\w+)|\/(shares)\?/g)].map(([, op, link]) => op ?? link),
      ),
    ];
    return { conversation, page: offered(page), sheet: offered(sheet) };
  };
  const kept = ["conversation.rename", "conversation.tag", "shares", "conversation.pin"];
  const ends = ["conversation.archive", "conversation.delete"];
  expect(await begin("/")).toMatchObject({ page: [...kept, ...ends], sheet: [...kept, ...ends] });
  const { conversation, ...menus } = await begin("/?temporary");
  const own = ["conversation.rename", "conversation.delete"];
  expect(menus).toEqual({ page: own, sheet: own });
  const ask = (op: string, more = {}) => visitor.post(op, { id: crypto.randomUUID(), conversation, ...more });
  for (const op of ["pin", "unpin", "archive", "unarchive", "tag", "untag"]) {
    const refused = await ask(`conversation.${op}`, { tag: "secret" });
    expect([op, refused.status]).toEqual([op, 409]);
    expect(await refused.text()).toContain("A temporary chat is in no list");
  }
  expect((await ask("conversation.rename", { title: "Quietly" })).status).toBe(303);
  const rows = app.live.memory?.db.query("SELECT title, pinned_ms, archived_ms FROM conversations").all();
  expect(rows).toEqual([{ title: "Quietly", pinned_ms: null, archived_ms: null }]);
  expect(count(app, "tags")).toBe(0);
});

async function statusOf(app: TestApp, tab: Tab): Promise<number> {
  return (await fetch(`${app.url}${pathOf(tab)}`, { headers: { Cookie: tab.cookie } })).status;
}

function count(app: TestApp, table: string): number {
  return app.live.memory?.db.query(`SELECT * FROM ${table}`).all().length ?? -1;
}
