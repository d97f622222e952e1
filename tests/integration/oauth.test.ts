/** Signing in with a provider: who comes back as who, and everything that is no way in. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "../support/app.ts";
import { clientId, newBrowser, oauthEnv, startProvider, type TestProvider } from "../support/oauth.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

const start = (provider: TestProvider, env: Record<string, string> = {}, limits = {}) =>
  startApp({ env: oauthEnv(provider, env), limits });

const accounts = ({ live }: Awaited<ReturnType<typeof startApp>>) =>
  live.file?.db.query<{ account: string }, []>("SELECT DISTINCT account FROM sessions").all() ?? [];

test("who is nobody yet is led to the button, by it to the provider, and back to the page they wanted", async () => {
  await using provider = await startProvider();
  await using app = await start(provider, { OAUTH_CLIENT_SECRET: "secret-canary+/" });
  const ann = newBrowser(app.url);
  const wanted = await ann.get("/usage?x=1");
  expect(wanted.headers.get("location")).toBe("/signin?next=%2Fusage%3Fx%3D1");
  const page = await (await ann.get("/signin?next=%2Fusage%3Fx%3D1")).text();
  expect(page).toContain(`href="/signin/start?next=%2Fusage%3Fx%3D1">Sign in with Hugging Face<`);
  expect(page).toContain("Your Hugging Face account pays for your replies.");
  const started = await ann.get("/signin/start?next=%2Fusage%3Fx%3D1");
  expect(started.headers.get("set-cookie")).toMatch(/_signin=.*; Max-Age=900; HttpOnly; SameSite=Lax$/);
  const asked = new URL(started.headers.get("location") ?? "").searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    ...{ response_type: "code", client_id: clientId, code_challenge_method: "S256" },
    ...{ scope: "openid profile inference-api", redirect_uri: `${app.url}/signin/callback` },
  });
  const back = await ann.get(started.headers.get("location") ?? "");
  const done = await ann.get(back.headers.get("location") ?? "");
  expect([done.status, done.headers.get("location")]).toEqual([303, "/usage?x=1"]);
  expect([...ann.cookies.keys()].some((name) => name.endsWith("_signin"))).toBe(false);
  expect((await ann.get("/usage?x=1")).status).toBe(200);
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:secret-canary%2B%2F`).toString("base64");
  expect(provider.asked[0]?.authorization).toBe(`Basic ${basic}`);
  expect(provider.asked[0]?.fields).not.toHaveProperty("client_secret");
});

test("one person has one account in two browsers, and another has another", async () => {
  await using provider = await startProvider();
  await using app = await start(provider);
  await newBrowser(app.url).signIn();
  await newBrowser(app.url).signIn();
  expect(accounts(app)).toHaveLength(1);
  expect(provider.asked[0]).toMatchObject({ authorization: null, fields: { client_id: clientId } });
  provider.is.subject = "bob";
  await newBrowser(app.url).signIn();
  expect(accounts(app)).toHaveLength(2);
});

test("who deleted their account comes in anew when all of it is gone, and not before", async () => {
  await using provider = await startProvider();
  await using app = await start(provider);
  const db = app.live.file?.db;
  const ann = newBrowser(app.url);
  await ann.signIn();
  // As one whose sweep has not come to its end.
  db?.run("CREATE TRIGGER slow BEFORE DELETE ON accounts BEGIN SELECT raise(IGNORE); END");
  db?.run("UPDATE accounts SET ended_ms = 1");
  db?.run("DELETE FROM sessions");
  const early = await ann.signIn();
  expect([early.status, await early.text()]).toEqual([
    503,
    expect.stringContaining("still being taken away"),
  ]);
  expect(accounts(app)).toEqual([]);
  db?.run("DROP TRIGGER slow");
  db?.run("DELETE FROM accounts");
  expect((await ann.signIn()).status).toBe(303);
  expect(accounts(app)).toHaveLength(1);
});

test("who signs in as somebody else leaves the session before", async () => {
  await using provider = await startProvider();
  await using app = await start(provider);
  const ann = newBrowser(app.url);
  await ann.signIn();
  const before = ann.cookie();
  provider.is.subject = "bob";
  await ann.signIn();
  const answer = await fetch(`${app.url}/usage`, { headers: { Cookie: before }, redirect: "manual" });
  expect(answer.headers.get("location")).toStartWith("/signin");
});

test("a callback with another state, none, another browser's or a second time is no way in [A3]", async () => {
  await using provider = await startProvider();
  await using app = await start(provider);
  const ann = newBrowser(app.url);
  const stale = async (browser: ReturnType<typeof newBrowser>, path: string) => {
    const answer = await browser.get(path);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("Sign in again")]);
  };
  await stale(ann, "/signin/callback?code=x&state=x");
  const first = new URL(await ann.toCallback());
  first.searchParams.set("state", "A".repeat(43));
  await stale(ann, first.href);
  const second = new URL(await ann.toCallback());
  second.searchParams.delete("state");
  await stale(ann, second.href);
  const third = await ann.toCallback();
  await stale(newBrowser(app.url), third);
  const held = new Map(ann.cookies);
  expect((await ann.get(third)).status).toBe(303);
  await stale(ann, third);
  // Even with the cookie kept, the provider takes a code once.
  for (const [name, value] of held) ann.cookies.set(name, value);
  expect((await ann.get(third)).status).toBe(502);
  expect(accounts(app)).toHaveLength(1);
});

const past = Math.floor(Date.now() / 1000) - 120;
const wrongClaims: [string, Record<string, unknown>][] = [
  ["another issuer", { iss: "https://evil.example" }],
  ["another audience", { aud: "somebody-else" }],
  ["several audiences and no authorized party", { aud: [clientId, "somebody-else"] }],
  ["another authorized party", { aud: [clientId], azp: "somebody-else" }],
  ["another nonce", { nonce: "x" }],
  ["no nonce", { nonce: undefined }],
  ["a time that is over", { exp: past }],
  ["no end", { exp: undefined }],
  ["no subject", { sub: "" }],
];

test("an ID token of another issuer, for another, of another attempt, or that is over lets nobody in [A3]", async () => {
  await using provider = await startProvider();
  await using app = await start(provider);
  for (const [name, claims] of wrongClaims) {
    provider.is.claims = claims;
    const answer = await newBrowser(app.url).signIn();
    const told = [name, answer.status, await answer.text()];
    expect(told).toEqual([name, 502, expect.stringContaining("did not confirm")]);
  }
  expect(accounts(app)).toEqual([]);
  // Several audiences are fine where the token says that it is for us.
  provider.is.claims = { aud: ["other", clientId], azp: clientId };
  expect((await newBrowser(app.url).signIn()).status).toBe(303);
});

test("who says no there, and a provider that is away, slow, wrong or busy, are told in plain words", async () => {
  await using provider = await startProvider({ denies: true });
  await using app = await start(provider, {}, { signInMs: 200, signInsAtOnce: 1 });
  const ann = newBrowser(app.url);
  const denied = await ann.signIn();
  expect([denied.status, await denied.text()]).toEqual([403, expect.stringContaining("did not allow it")]);
  provider.is.denies = false;
  provider.is.tokenStatus = 503;
  expect((await ann.signIn()).status).toBe(502);
  provider.is.tokenStatus = 400;
  expect(await (await ann.signIn()).text()).toContain("did not confirm");
  provider.is.tokenStatus = 200;
  const held = Promise.withResolvers<void>();
  provider.is.held = held.promise;
  const bob = newBrowser(app.url);
  const [toAnn, toBob] = [await ann.toCallback(), await bob.toCallback()];
  const answers = await Promise.all([ann.get(toAnn), bob.get(toBob)]);
  for (const answer of answers) expect(await answer.text()).toContain("could not be reached");
  const told = app.logged.filter((line) => line.includes("signin.failed")).join("");
  expect(told).toContain("Too many are signing in.");
  expect(told).toContain("TimeoutError");
  held.resolve();
});

test("a provider that can't be had leaves the page, and is asked anew; one that can is asked once", async () => {
  await using provider = await startProvider({ told: { issuer: "https://evil.example" } });
  await using app = await start(provider);
  const ann = newBrowser(app.url);
  for (const told of [
    { issuer: "https://evil.example" },
    { token_endpoint: "http://evil.example/token" },
    { authorization_endpoint: "javascript:alert(1)" },
    { padding: "x".repeat(70_000) },
  ]) {
    provider.is.told = told;
    const answer = await ann.get("/signin/start");
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining("Sign in again")]);
  }
  provider.is.told = {};
  const before = provider.discoveries();
  await Promise.all([ann.get("/signin/start"), ann.get("/signin/start"), ann.get("/signin/start")]);
  expect(provider.discoveries()).toBe(before + 1);
});

test("nobody is led to another site at the end [A3]", async () => {
  await using provider = await startProvider();
  await using app = await start(provider);
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", `/${"x".repeat(2000)}`]) {
    expect((await newBrowser(app.url).signIn(next)).headers.get("location")).toBe("/");
  }
});

test("another way in signs out who came by the one before, a password that comes back too", async () => {
  await using provider = await startProvider();
  const folder = await mkdtemp(join(tmpdir(), "banter-oauth-"));
  const dataPath = join(folder, "banter.db");
  const locked = { PASSWORD: "a red bicycle" };
  const found: number[] = [];
  for (const env of [locked, oauthEnv(provider), oauthEnv(provider), locked]) {
    await using app = await startApp({ env, dataPath });
    const sessions = app.live.file?.db.query("SELECT 1 FROM sessions").all() ?? [];
    found.push(sessions.length);
    if (sessions.length > 0) continue;
    const headers = { Origin: app.url };
    const body = new URLSearchParams({ password: locked.PASSWORD });
    if (env === locked)
      await fetch(`${app.url}/signin`, { method: "POST", headers, body, redirect: "manual" });
    else await newBrowser(app.url).signIn();
  }
  expect(found).toEqual([0, 0, 1, 0]);
  await rm(folder, { recursive: true });
});

test("an account keeps the subject and the name that its owner came with, but no name that is none", async () => {
  await using provider = await startProvider({ claims: { preferred_username: "ann_b" } });
  await using app = await start(provider);
  const people = () =>
    app.live.file?.db
      .query<{ subject: string; name: string }, []>("SELECT subject, name FROM accounts")
      .get();
  await newBrowser(app.url).signIn();
  expect(people()).toEqual({ subject: "ann", name: "ann_b" });
  for (const name of ["two words", "", "a\u202eb", "x".repeat(101), 7]) {
    provider.is.claims = { preferred_username: name };
    await newBrowser(app.url).signIn();
    expect([name, people() as unknown]).toEqual([name, { subject: "ann", name: null }]);
  }
});
