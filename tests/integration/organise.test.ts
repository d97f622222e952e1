/** Conversations organised by ops: live in every tab, once by their id, and for their owner alone. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { connected, resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { fieldsOf } from "../support/page.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { delta, gate, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** A tab with a finished conversation. */
async function talking(text = "Men are all alike"): Promise<Tab> {
  const tab = await openTab(app.url);
  await tab.send(text);
  await tab.ended();
  return tab;
}

/** The newest row of a conversation that a tab was told of; "gone" where it was told to take it away. */
function rowIn(tab: Tab, conversation: string): string {
  const row = `c-${conversation}`;
  const step = tab.steps.findLast((each) => (each[0] === "row" ? each[2] === row : each[1] === row));
  return step?.[0] === "row" ? step[3] : step?.[0] === "remove" ? "gone" : "";
}

test("a name, a pin, a tag and the archive show in every tab, whatever it is at", async () => {
  const tab = await talking();
  const { conversation } = tab.position;
  const home = await openTab(app.url, { cookie: tab.cookie });
  tab.ask({ op: "conversation.rename", conversation, title: "  Of <b>men</b>\n " });
  await home.until(() => rowIn(home, conversation).includes(">Of &lt;b&gt;men&lt;/b&gt;</span>"));
  await tab.until(() =>
    tab.steps.some((step) => step[1] === "title" && String(step[2]).includes("Of &lt;b&gt;men")),
  );
  tab.ask({ op: "conversation.pin", conversation });
  await home.until(() => rowIn(home, conversation).includes("data-pinned"));
  tab.ask({ op: "conversation.tag", conversation, tag: "#Work" });
  await home.until(() =>
    home.steps.some((step) => step[1] === "sidebar-tags" && String(step[2]).includes(">#work<")),
  );
  await tab.until(() => tab.steps.some((step) => step[1] === "about" && String(step[2]).includes(">#work<")));
  home.ask({ op: "conversation.archive", conversation });
  await tab.until(() => rowIn(tab, conversation) === "gone");
  const list = await (
    await fetch(`${app.url}/conversations?of=archived`, { headers: { Cookie: tab.cookie } })
  ).text();
  expect(list).toContain("Of &lt;b&gt;men&lt;/b&gt;");
  // None of it left a tab with a gap in what it knows of the conversation.
  expect([tab.gaps, home.gaps]).toEqual([0, 0]);
  tab.drop();
  home.drop();
});

test("an op sent again is acknowledged, and done once [P3 P4]", async () => {
  const tab = await talking();
  const { conversation } = tab.position;
  const pin = { op: "conversation.pin", conversation } as const;
  const id = tab.ask(pin);
  await tab.answered(id);
  await tab.answered(tab.ask({ op: "conversation.unpin", conversation }));
  for (let n = 0; n < 3; n += 1) tab.ask({ ...pin, id });
  await tab.until(() => tab.frames.filter((frame) => frame.type === "ack" && frame.id === id).length === 4);
  expect(rowIn(tab, conversation)).not.toContain("data-pinned");
  tab.drop();
});

test("what is wrong with a name or a tag is said, and nothing is done", async () => {
  const tab = await talking();
  const { conversation } = tab.position;
  const wrong = [
    [{ op: "conversation.rename", conversation, title: " \n" }, "The title is empty."],
    [
      { op: "conversation.rename", conversation, title: "x".repeat(201) },
      "A title holds at most 200 characters.",
    ],
    [{ op: "conversation.tag", conversation, tag: "##" }, "The tag is empty."],
    [{ op: "conversation.tag", conversation, tag: "x".repeat(41) }, "A tag holds at most 40 characters."],
  ] as const;
  for (const [op, text] of wrong)
    expect(await tab.answered(tab.ask(op))).toMatchObject({ code: "bad_op", text });
  for (let n = 0; n < app.config.limits.tagsMax; n += 1) {
    expect(await tab.answered(tab.ask({ op: "conversation.tag", conversation, tag: `t${n}` }))).toMatchObject(
      { type: "ack" },
    );
  }
  expect(await tab.answered(tab.ask({ op: "conversation.tag", conversation, tag: "more" }))).toMatchObject({
    code: "conflict",
    text: "A conversation has at most 12 tags.",
  });
  tab.drop();
});

test("deleting stops the reply, leads every tab away, and is undone by a form", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) => reply.stream([delta("Half"), held]));
  await using own = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(own.url);
  await tab.send("Go");
  const request = await upstream.nextRequest();
  await tab.until(() => tab.body().includes("Half"));
  const { conversation } = tab.position;
  const watcher = await openTab(own.url, { cookie: tab.cookie, path: `/conversations/${conversation}` });
  await tab.answered(tab.ask({ op: "conversation.delete", conversation }));
  await request.closed;
  await watcher.until(() => watcher.frames.some((frame) => frame.type === "reload"));
  await resting(own);
  await watcher.until(() => rowIn(watcher, conversation) === "gone");
  const visitor = await visit(own.url, tab.cookie);
  const page = await visitor.get(`/conversations/${conversation}`);
  expect(page.status).toBe(410);
  const html = await page.text();
  expect(html).toContain("“Go” is deleted");
  expect(visitor.html).not.toContain(`c-${conversation}`);
  // Whoever comes back to it later is led to that page, too.
  await watcher.join().catch(() => {});
  const fields = fieldsOf(
    html.replace("<form", '<form data-op="conversation.restore"'),
    "conversation.restore",
  );
  const restored = await visitor.post("conversation.restore", fields);
  expect(restored.headers.get("location")).toBe(`/conversations/${conversation}`);
  const again = await (await visitor.get(`/conversations/${conversation}`)).text();
  expect(again).toContain("Half");
  expect(again).toContain("Stopped.");
  held.release();
  tab.drop();
  watcher.drop();
});

test("what was deleted a while ago goes for good, at the next start at the latest", async () => {
  await using own = await startApp();
  const tab = await openTab(own.url);
  await tab.send("Gone soon");
  await tab.ended();
  const { conversation } = tab.position;
  await tab.answered(tab.ask({ op: "conversation.delete", conversation }));
  tab.drop();
  await own.stop();
  const env = { PORT: new URL(own.url).port };
  const limits = { deletedKeptMs: -1 };
  await using later = await startApp({ dataPath: own.config.dataPath, env, limits });
  const count = () => later.live.file?.db.query("SELECT id FROM messages").all().length;
  while (count() !== 0) await Bun.sleep(5);
  const response = await fetch(`${later.url}/conversations/${conversation}`, {
    headers: { Cookie: tab.cookie },
  });
  expect(response.status).toBe(404);
});

test("a reply that ends while nobody looks is unread in every tab and after a restart, until one looks", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) => reply.stream([delta("Half"), held]));
  await using own = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(own.url);
  const home = await openTab(own.url, { cookie: tab.cookie });
  await tab.send("Go");
  const { conversation } = tab.position;
  await home.until(() => rowIn(home, conversation).includes("still writing"));
  tab.drop();
  await connected(own, 1);
  held.release();
  await home.until(() => rowIn(home, conversation).includes("unread"));
  expect(rowIn(home, conversation)).not.toContain("still writing");
  home.drop();
  await own.stop();
  await using later = await startApp({ dataPath: own.config.dataPath, env: { PORT: new URL(own.url).port } });
  const third = await openTab(later.url, { cookie: tab.cookie });
  expect(third.html).toContain(">unread</span>");
  await fetch(`${later.url}/conversations/${conversation}`, { headers: { Cookie: tab.cookie } });
  await third.until(() => rowIn(third, conversation) !== "");
  expect(rowIn(third, conversation)).not.toContain("unread");
  third.drop();
});

test("a reply that a tab shows at its end is not unread; one that a tab comes back to is read", async () => {
  const tab = await talking();
  expect(rowIn(tab, tab.position.conversation)).not.toContain("unread");
  app.live.file?.db.run("UPDATE conversations SET is_unread = 1 WHERE id = ?", [tab.position.conversation]);
  const seen = tab.steps.length;
  await tab.join();
  await tab.until(() => tab.steps.slice(seen).some((step) => step[0] === "row"));
  expect(rowIn(tab, tab.position.conversation)).not.toContain("unread");
  tab.drop();
});

test("a reply that ends behind other tabs is unread, until one of them comes to the front", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) => reply.stream([delta("Half"), held]));
  await using own = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(own.url);
  await tab.send("Go");
  const { conversation } = tab.position;
  tab.position.isHidden = true;
  await tab.join();
  await tab.until(() => rowIn(tab, conversation).includes("still writing"));
  held.release();
  await tab.until(() => rowIn(tab, conversation).includes("unread"));
  await tab.join();
  expect(rowIn(tab, conversation)).toContain("unread");
  tab.position.isHidden = false;
  await tab.join();
  await tab.until(() => !rowIn(tab, conversation).includes("unread"));
  tab.drop();
});

test("another's conversation is not found by any op, page or part [A1]", async () => {
  const tab = await talking("A secret of mine");
  const { conversation } = tab.position;
  await tab.answered(tab.ask({ op: "conversation.tag", conversation, tag: "private" }));
  const eve = await talking("Hello");
  const none = crypto.randomUUID();
  const answers = async (id: string) => {
    const ops = ["pin", "unpin", "archive", "unarchive", "delete", "restore"] as const;
    const plain = ops.map((name) => ({ op: `conversation.${name}` as const, conversation: id }));
    const asked = [
      ...plain,
      { op: "conversation.rename" as const, conversation: id, title: "Mine" },
      { op: "conversation.tag" as const, conversation: id, tag: "mine" },
      { op: "conversation.untag" as const, conversation: id, tag: "private" },
    ];
    const told = [];
    for (const op of asked) {
      const { type, ...rest } = await eve.answered(eve.ask(op));
      told.push({ type, ...rest, id: "" });
    }
    const paths = [`/conversations/${id}`, `/conversations/${id}/about`, `/steps/menu?of=${id}`];
    const pages = paths.map(async (path) => {
      const response = await fetch(`${app.url}${path}`, { headers: { Cookie: eve.cookie } });
      return [response.status, await response.text()];
    });
    return [told, await Promise.all(pages)];
  };
  expect(await answers(conversation)).toEqual(await answers(none));
  for (const path of [
    "/search?q=secret",
    "/steps/found?q=secret",
    "/conversations?tag=private",
    "/steps/list?of=recent",
  ]) {
    const response = await fetch(`${app.url}${path}`, { headers: { Cookie: eve.cookie } });
    expect(await response.text()).not.toContain(conversation);
  }
  expect(
    await (
      await fetch(`${app.url}/conversations/${conversation}`, { headers: { Cookie: tab.cookie } })
    ).text(),
  ).toContain(">A secret of mine</h1>");
  tab.drop();
  eve.drop();
});

test("without a cookie lists are empty, and parts are not given", async () => {
  expect(await (await fetch(`${app.url}/conversations`)).text()).toContain("There are none yet.");
  expect(await (await fetch(`${app.url}/search?q=men`)).text()).toContain("Nothing found.");
  expect((await fetch(`${app.url}/steps/rows`)).status).toBe(404);
  const { cookie } = await visit(app.url);
  expect((await fetch(`${app.url}/steps/none`, { headers: { Cookie: cookie } })).status).toBe(404);
});
