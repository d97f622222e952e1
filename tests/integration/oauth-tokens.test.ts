/** Tokens that signing in brings: they pay for their owner's replies, are made anew in time, and are nowhere to be read. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { newBrowser, oauthEnv, startProvider, type TestProvider } from "../support/oauth.ts";
import { delta, done, finish, startUpstream, usage, type Script } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

const answer: Script = (_, reply) => reply.stream([delta("Well."), finish("stop"), usage(10, 5), done()]);
const secret = "secret-canary-9a31";

async function chatting(provider: TestProvider, script = answer) {
  const upstream = await startUpstream(script);
  const env = oauthEnv(provider, { MODEL: "org/model", OAUTH_CLIENT_SECRET: secret });
  const app = await startApp({ env, hub: upstream.url });
  const ann = newBrowser(app.url);
  await ann.signIn();
  return {
    ...{ upstream, app, ann },
    paid: () => upstream.requests.map(({ headers }) => headers["authorization"]?.replace(/^Bearer /, "")),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await upstream.stop();
    },
  };
}

/** Asks, and gives the page of the chat. */
async function ask(app: TestApp, cookie: string): Promise<string> {
  const { post, get } = await visit(app.url, cookie);
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  expect((await post("message.send", { ...ids, parent: "", text: "Hello" })).status).toBe(303);
  await resting(app);
  return (await get(`/conversations/${ids.conversation}`)).text();
}

const kindOf = (given: string[], kind: string) => given.filter((each) => each.startsWith(kind));

test("the token pays for its owner's replies, and is made anew a minute before its end, once for all who ask", async () => {
  await using provider = await startProvider({ expiresS: 30 });
  await using chat = await chatting(provider);
  provider.is.expiresS = 3600;
  await Promise.all([ask(chat.app, chat.ann.cookie()), ask(chat.app, chat.ann.cookie())]);
  const [, second = ""] = kindOf(provider.given, "access");
  expect(chat.paid()).toEqual([second, second]);
  expect(provider.asked.map(({ fields }) => fields["grant_type"])).toEqual([
    "authorization_code",
    "refresh_token",
  ]);
});

test("a refused refresh forgets the token, and the card leads to signing in again, which mends it", async () => {
  await using provider = await startProvider({ expiresS: 0 });
  await using chat = await chatting(provider);
  provider.is.refreshStatus = 400;
  const page = await ask(chat.app, chat.ann.cookie());
  expect(page).toContain("Your Hugging Face sign-in has ended");
  expect(page).toMatch(/href="\/signin\/start\?next[^"]+\/conversations\/[^"]+"[^>]*>Sign in again/);
  expect(chat.paid()).toEqual([]);
  expect(chat.app.live.file?.db.query("SELECT 1 FROM tokens").all()).toEqual([]);
  provider.is.expiresS = 3600;
  await chat.ann.signIn();
  expect(await ask(chat.app, chat.ann.cookie())).toContain("Well.");
});

test("a refresh that fails for now forgets nothing: before its end the token serves on, after it the provider is down", async () => {
  await using provider = await startProvider({ expiresS: 30 });
  await using chat = await chatting(provider);
  provider.is.refreshStatus = 503;
  expect(await ask(chat.app, chat.ann.cookie())).toContain("Well.");
  expect(chat.paid()).toEqual(kindOf(provider.given, "access"));
  provider.is.expiresS = 0;
  await chat.ann.signIn();
  expect(await ask(chat.app, chat.ann.cookie())).not.toContain("sign-in has ended");
  expect(chat.app.live.file?.db.query("SELECT 1 FROM tokens").all()).toHaveLength(1);
  expect(chat.paid()).toHaveLength(1);
});

test("a token that Hugging Face refuses leads to signing in again too", async () => {
  await using provider = await startProvider();
  await using chat = await chatting(provider, (_, reply) => reply.json(401, { error: "revoked" }));
  expect(await ask(chat.app, chat.ann.cookie())).toContain("Your Hugging Face sign-in has ended");
});

test("without inference-api among the scopes it says who somebody is, and the settings' token pays", async () => {
  await using provider = await startProvider();
  await using upstream = await startUpstream(answer);
  const identity = { OAUTH_SCOPES: "openid profile", HF_TOKEN: "hf_sharedtoken", MODEL: "org/model" };
  await using app = await startApp({ env: oauthEnv(provider, identity), hub: upstream.url });
  const ann = newBrowser(app.url);
  expect(await (await ann.get("/signin")).text()).not.toContain("pays for your replies");
  await ann.signIn();
  await ask(app, ann.cookie());
  expect(upstream.requests[0]?.headers["authorization"]).toBe("Bearer hf_sharedtoken");
  expect(app.live.file?.db.query("SELECT 1 FROM tokens").all()).toEqual([]);
  expect((await ann.get("/token")).status).toBe(404);
});

test("its page says how to take it away, takes it away here, and takes none that is typed", async () => {
  await using provider = await startProvider();
  await using chat = await chatting(provider);
  const post = async (fields: Record<string, string>) => {
    const headers = { Cookie: chat.ann.cookie(), Origin: chat.app.url };
    const body = new URLSearchParams(fields);
    return fetch(`${chat.app.url}/token`, { method: "POST", headers, body, redirect: "manual" });
  };
  expect(await (await chat.ann.get("/usage")).text()).toContain(
    `<a href="/token">Who pays for your replies<`,
  );
  expect(await (await chat.ann.get("/token")).text()).toContain("connected applications");
  expect((await post({ token: "hf_OwnTokenCanary4471" })).status).toBe(404);
  expect((await post({ remove: "on" })).status).toBe(303);
  expect(await (await chat.ann.get("/token")).text()).toContain("No token of yours is kept here");
  expect(await ask(chat.app, chat.ann.cookie())).toContain("Your Hugging Face sign-in has ended");
});

test("no code, verifier, token or secret is in a log, page, metric or file [I4]", async () => {
  await using provider = await startProvider({ expiresS: 30 });
  await using chat = await chatting(provider);
  const pages = [await ask(chat.app, chat.ann.cookie())];
  provider.is.claims = { aud: "other" };
  pages.push(await (await newBrowser(chat.app.url).signIn()).text());
  provider.is.tokenStatus = 400;
  pages.push(await (await newBrowser(chat.app.url).signIn()).text());
  for (const path of ["/token", "/sessions", "/usage", "/metrics"])
    pages.push(await (await chat.ann.get(path)).text());
  const folder = dirname(chat.app.config.dataPath);
  const files = (await readdir(folder)).map((name) => readFile(join(folder, name), "latin1"));
  const everywhere = [...pages, chat.app.logged.join(""), ...(await Promise.all(files))];
  const verifiers = provider.asked.flatMap(({ fields }) => fields["code_verifier"] ?? []);
  expect(verifiers).toHaveLength(3);
  for (const hidden of [secret, ...verifiers, ...provider.given]) {
    expect([hidden, everywhere.filter((text) => text.includes(hidden)).length]).toEqual([hidden, 0]);
  }
});
