/** What the doctor says of a provider to sign in with, of the key that seals tokens, and of each endpoint. */
import { Database } from "bun:sqlite";
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkKey } from "../../src/commands/checks/key.ts";
import { checkSignIn } from "../../src/commands/checks/signin.ts";
import type { Finding } from "../../src/commands/checks/finding.ts";
import { readConfig, type Config } from "../../src/config.ts";
import { startApp } from "../support/app.ts";
import { runCommand } from "../support/command.ts";
import { newBrowser, oauthEnv, startProvider } from "../support/oauth.ts";
import { startUpstream } from "../support/upstream.ts";

setDefaultTimeout(30_000);

const folder = await mkdtemp(join(tmpdir(), "banter-doctor-signin-"));
afterAll(() => rm(folder, { recursive: true }));

function configOf(env: Record<string, string>): Config {
  const read = readConfig(env);
  if ("faults" in read) throw new Error(read.faults.join("\n"));
  return read.config;
}

function line(findings: Finding[]): string {
  return findings.map(({ status, what, remedy }) => `${status} ${what} ${remedy}`).join("\n");
}

test("each answer of a provider gets its line", async () => {
  await using provider = await startProvider();
  const config = configOf(oauthEnv(provider, { PUBLIC_URL: "https://chat.example.org" }));
  const told: [Record<string, unknown>, RegExp][] = [
    [{}, /^ok people sign in at .* and pay for their own replies .*chat\.example\.org\/signin\/callback/],
    [
      { issuer: "https://other.example" },
      /^fail .* is https:\/\/other\.example\. Set OPENID_PROVIDER_URL to/,
    ],
    [{ issuer: 7 }, /^fail .* is nobody\. OPENID_PROVIDER_URL has to be the issuer alone/],
    [{ token_endpoint: "http://elsewhere.example/" }, /^fail .*names no safe address.*Ask who runs it/],
    [{ scopes_supported: ["openid", "profile", "inference-api"] }, /^ok /],
    [{ scopes_supported: ["openid", "profile"] }, /^note .*list inference-api among.*OAUTH_SCOPES/],
  ];
  for (const [answer, words] of told) {
    provider.is.told = answer;
    expect(line(await checkSignIn(config))).toMatch(words);
  }
  await provider[Symbol.asyncDispose]();
  expect(line(await checkSignIn(config))).toMatch(
    /^fail .*refuses the connection\. Check OPENID_PROVIDER_URL/,
  );
  expect(await checkSignIn(configOf({}))).toEqual([]);
});

test("what is no provider is told so", async () => {
  const page = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("<p>", { status: 404 }),
  });
  const config = configOf(oauthEnv({ url: page.url.origin }));
  expect(line(await checkSignIn(config))).toMatch(/^fail .*no OpenID settings \(404\).*the issuer alone/);
  await page.stop(true);
});

test("the key of people's tokens is looked at, and nothing is changed", async () => {
  await using provider = await startProvider();
  const dataPath = join(folder, "key.db");
  const key = `${dataPath}.key`;
  const env = oauthEnv(provider);
  const config = configOf({ ...env, DATA: dataPath });
  const look = async (with_: Config = config) => line(await checkKey(with_));
  expect(await look()).toMatch(/^ok .*the first start makes it/);
  await using app = await startApp({ env, dataPath });
  expect((await newBrowser(app.url).signIn()).status).toBe(303);
  await app.stop();
  expect(await look()).toMatch(/^ok .*of which there are 1\./);
  expect(await look(configOf({ ...env, DATA: dataPath, SECRET_KEY: "another-".repeat(8) }))).toMatch(
    /^fail SECRET_KEY does not open the newest of 1 token\. Put the key back/,
  );
  await chmod(key, 0o644);
  expect(await look()).toMatch(/^note .*can be read by others\. Run “chmod 600/);
  expect((await stat(key)).mode & 0o777).toBe(0o644);
  const text = await Bun.file(key).text();
  await Bun.write(key, text.slice(0, 20));
  expect(await look()).toMatch(/^fail .*is cut off/);
  await rm(key);
  expect(await look()).toMatch(/^fail .*is gone, and nothing else opens 1 token\. Put the key back/);
  expect(await Bun.file(key).exists()).toBe(false);
  // Where nobody's token is kept, nobody asks for a key.
  expect(await checkKey(configOf({ DATA: dataPath }))).toEqual([]);
  new Database(dataPath).run("DROP TABLE tokens");
  expect(await look()).toMatch(/^ok .*the first start makes it/);
});

test("each of ENDPOINTS gets a line of its own, with what helps", async () => {
  await using good = await startUpstream(() => {}, {
    models: (_, reply) => reply.json(200, { data: [{ id: "a" }] }),
  });
  await using locked = await startUpstream(() => {}, { models: (_, reply) => reply.json(401, {}) });
  await using provider = await startProvider();
  const env = {
    ...oauthEnv(provider),
    PORT: "0",
    ENDPOINTS: `good=${good.url},locked=${locked.url},away=http://127.0.0.1:9/v1`,
    OAUTH_SCOPES: "openid profile",
    ENDPOINT_KEY_LOCKED: "a-key-of-locked",
    MODEL: "a",
  };
  const { code, out } = await runCommand(["doctor"], { cwd: folder, env });
  expect(code).toBe(1);
  const told = out.split("\n").filter((each) => /^\S+ +endpoint /.test(each));
  expect(told.map((each) => each.replace(/127\.0\.0\.1:\d+/, "HOST").replace(/\(\d+ ms\)/, ""))).toEqual([
    expect.stringMatching(/^ok +endpoint +HOST answers and has a/),
    expect.stringMatching(/^FAIL +endpoint +HOST refuses the key \(401\)\. Set ENDPOINT_KEY_LOCKED/),
    expect.stringMatching(/^FAIL +endpoint +HOST refuses the connection\. Check away in ENDPOINTS/),
  ]);
  expect(out).toMatch(/^ok +signin +people sign in at /m);
});
