/** Who looks after the server: sees who comes and what each took, lets nobody in whom they block, and reads no chat. */
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { asksFor, idsOfNobody } from "../support/asks.ts";
import { openLines } from "../support/lines.ts";
import { newBrowser, oauthEnv, startProvider, type TestProvider } from "../support/oauth.ts";
import { follow, read, share } from "../support/shares.ts";
import { answerTo, beginChat, words } from "../support/strangers.ts";
import { openTab } from "../support/tab.ts";
import { delta, done, finish, startUpstream, usage, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

let provider: TestProvider;
let upstream: Upstream;
let app: TestApp;

beforeEach(async () => {
  provider = await startProvider();
  upstream = await startUpstream((_, reply) => {
    reply.open();
    void reply.write(delta(`Well, ${words}.`));
  });
  const env = oauthEnv(provider, { MODEL: "org/model", ADMINS: "root-subject, @ann" });
  const limits = { checkpointMs: 5, shutdownMs: 50, accountRows: 2, opsBurst: 10_000 };
  app = await startApp({ env, hub: upstream.url, limits });
});
afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
  await provider[Symbol.asyncDispose]();
});

type Browser = ReturnType<typeof newBrowser>;

/** A browser of somebody whom the provider calls so. */
async function come(subject: string, name = subject): Promise<Browser> {
  provider.is.subject = subject;
  provider.is.claims = { preferred_username: name };
  const browser = newBrowser(app.url);
  expect((await browser.signIn()).status).toBe(303);
  return browser;
}

function post(browser: Browser, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const sent = { Cookie: browser.cookie(), Origin: app.url, ...headers };
  const body = new URLSearchParams(fields);
  return fetch(`${app.url}/admin`, { method: "POST", headers: sent, body, redirect: "manual" });
}

function accountOf(name: string): string {
  const find = app.live.file?.db.query<{ id: string }, [string]>("SELECT id FROM accounts WHERE name = ?");
  return find?.get(name)?.id ?? "";
}

/** Status, headers and words, but for what names the moment. */
async function told(answer: Response) {
  return [answer.status, [...answer.headers].filter(([name]) => name !== "date"), await answer.text()];
}

const rowOf = (html: string, name: string) =>
  html.split("<tr").find((row) => row.includes(`>${name}</span>`)) ?? "";

test("whoever is named by subject or name has a page of accounts, linked in the sidebar", async () => {
  const root = await come("root-subject", "root");
  const ann = await come("1", "ann");
  const bob = await come("2", "bob");
  for (const admin of [root, ann]) {
    expect(await (await admin.get("/")).text()).toContain(`href="/admin"`);
    expect(await (await admin.get("/sessions")).text()).toMatch(/known as (root|ann), by the subject/);
    const page = await admin.get("/admin?sort=name");
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const html = await page.text();
    expect(html).toContain("3 accounts");
    expect(rowOf(html, "ann")).toContain("Admin");
    expect(rowOf(html, "bob")).toContain("1 session");
    expect(html).toContain("/admin?sort&#x3D;name&amp;after&#x3D;2");
    const rest = await (await admin.get("/admin?sort=name&after=2")).text();
    expect(rest).toContain(">root</span>");
    expect(rest).not.toContain("More accounts");
  }
  expect(await (await bob.get("/")).text()).not.toContain("/admin");
});

test("to everybody else the page is as one that is not there, and so is its form [A1]", async () => {
  const bob = await come("root-subject2", "root-subject");
  const account = accountOf("root-subject");
  for (const browser of [bob, newBrowser(app.url)]) {
    const cookie = browser.cookie();
    const none = async (method: string) => {
      const body = method === "POST" ? { body: new URLSearchParams({ block: account }) } : {};
      const headers = { Cookie: cookie, Origin: app.url };
      return told(await fetch(`${app.url}/adnim`, { method, headers, ...body, redirect: "manual" }));
    };
    expect(await told(await browser.get("/admin"))).toEqual(await none("GET"));
    expect(await told(await post(browser, { block: account }))).toEqual(await none("POST"));
  }
  expect((await bob.get("/")).status).toBe(200);
});

test("an admin reads no more of another's chat than of none, and the page tells no word of any [A1]", async () => {
  const bob = await come("2", "bob");
  const tab = await openTab(app.url, { cookie: bob.cookie() });
  const theirs = await beginChat(app, tab, "stopped");
  const ann = await come("1", "ann");
  const absent = idsOfNobody();
  const none = asksFor(absent, "absentword", tab.position.version);
  for (const [index, ask] of asksFor(theirs, words, tab.position.version).entries()) {
    const got = await answerTo(app, ask, ann.cookie(), [theirs, words]);
    const expected = await answerTo(app, none[index] ?? ask, ann.cookie(), [absent, "absentword"]);
    expect([ask.path, got.status]).toEqual([ask.path, expected.status]);
    // The one repeats what was looked for; the other is another way each time, for everybody.
    if (!/^\/(admin|signin\/start)\b/.test(ask.path)) expect(got).toEqual(expected);
  }
  for (const path of ["/admin", "/admin?sort=cost", `/admin?q=${words}`]) {
    const html = (await (await ann.get(path)).text()).replaceAll(`value="${words}"`, "");
    for (const hidden of [words, ...Object.values(theirs), ...provider.given])
      expect([hidden, html.includes(hidden)]).toEqual([hidden, false]);
  }
  tab.drop();
});

test("the page tells what replies and titles took, of whoever is looked for, in the order that is asked", async () => {
  upstream.answer((_, reply) => reply.stream([delta("Well."), finish("stop"), usage(1000, 234), done()]));
  const bob = await come("2", "bob");
  const tab = await openTab(app.url, { cookie: bob.cookie() });
  await tab.send("Hello");
  await resting(app);
  await come("3", "carl");
  const ann = await come("1", "ann");
  const page = async (query: string) => (await ann.get(`/admin${query}`)).text();
  expect(rowOf(await page("?q=bob"), "bob")).toContain("<span>1 reply</span><span>1,234 tokens</span>");
  const byTokens = await page("?sort=tokens");
  expect(byTokens.indexOf(">bob<")).toBeLessThan(byTokens.lastIndexOf(`<tr class="account"`));
  expect(rowOf(byTokens, "carl") + rowOf(byTokens, "ann")).toContain("Nothing");
  const german = await fetch(`${app.url}/admin`, {
    headers: { Cookie: ann.cookie(), "Accept-Language": "de" },
  });
  expect(await german.text()).toContain("3 Konten");
  expect(await page("?q=%3Cb%3E&sort=none&after=-1")).toContain("Nobody has such a name.");
  tab.drop();
});

test("who is blocked loses every line, reply, session and link at once, and can't come back until unblocked [A9]", async () => {
  const bob = await come("2", "bob");
  const tab = await openTab(app.url, { cookie: bob.cookie() });
  const { conversation, reply: leaf } = await beginChat(app, tab, "running");
  const { path } = await share(app, bob.cookie(), { conversation, leaf, live: true });
  const reading = await follow(app, path, await (await read(app, path)).text());
  await reading.until(({ type }) => type === "joined");
  const call = await upstream.nextRequest();
  const ann = await come("1", "ann");
  // Nothing comes of the reply from here on: a poll would end with it.
  const [lines, own] = [await openLines(app, bob.cookie()), await openLines(app, ann.cookie())];
  const account = accountOf("bob");
  const answer = await post(ann, { block: account, here: "/admin?sort=blocked" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, `/admin?sort=blocked#a-${account}`]);
  await lines.gone();
  await tab.until(() => tab.closeCode === 1008);
  await call.closed;
  expect(app.live.runs.size).toBe(0);
  await reading.ended;
  expect(reading.frames.at(-1)).toEqual({ type: "reload" });
  expect((await read(app, path)).status).toBe(404);
  expect(app.live.file?.db.query("SELECT 1 FROM tokens WHERE account = ?").all(account)).toEqual([]);
  expect((await bob.get("/")).headers.get("location")).toStartWith("/signin");
  provider.is.subject = "2";
  provider.is.claims = { preferred_username: "bob" };
  const refused = await bob.signIn();
  expect([refused.status, await refused.text()]).toEqual([
    403,
    expect.stringContaining("Your account is blocked here."),
  ]);
  expect((await bob.get("/")).status).toBe(303);
  expect(rowOf(await (await ann.get("/admin")).text(), "bob")).toContain("Blocked since");
  await own.drop();

  expect((await post(ann, { unblock: account })).headers.get("location")).toBe(`/admin#a-${account}`);
  expect((await bob.signIn()).status).toBe(303);
  expect(await (await bob.get(`/conversations/${conversation}`)).text()).toContain(words);
  expect((await read(app, path)).status).toBe(200);
  const acts = app.logged.filter((line) => /"account\.(un)?blocked"/.test(line));
  expect(acts.map((line) => line.includes(account))).toEqual([true, true]);
});

test("nobody blocks an admin or themselves, what is not there, or from another site [A3]", async () => {
  const ann = await come("1", "ann");
  await come("root-subject", "root");
  await come("2", "bob");
  for (const name of ["ann", "root"]) {
    const answer = await post(ann, { block: accountOf(name) });
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("you among them")]);
  }
  for (const fields of [{ block: "nobody" }, { unblock: accountOf("bob") }, {}])
    expect((await post(ann, fields)).status).toBe(404);
  const foreign = await post(ann, { block: accountOf("bob") }, { Origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
  const blocked = app.live.file?.db.query("SELECT 1 FROM accounts WHERE blocked_ms IS NOT NULL").all();
  expect(blocked).toEqual([]);
});

test("who is named while blocked comes in again, and who lost the name that was named is nobody special", async () => {
  await come("2", "bob");
  const ann = await come("1", "ann");
  await post(ann, { block: accountOf("bob") });
  // The provider gives the name to another, who is let in and unblocked by it.
  const bob = await come("2", "ann");
  expect((await bob.get("/admin")).status).toBe(200);
  expect((await ann.get("/admin")).status).toBe(404);
});
