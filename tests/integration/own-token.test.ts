/** A token of one's own: pays for its owner's replies alone, and is nowhere to be read. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openVault } from "../../src/auth/vault.ts";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { delta, done, finish, startUpstream, usage, type Script } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

const token = "hf_OwnTokenCanary4471";
const newer = "hf_NewerTokenCanary9913";
const shared = "hf_sharedtoken";

const answer: Script = (_, reply) => reply.stream([delta("Well."), finish("stop"), usage(10, 5), done()]);

async function give(
  app: TestApp,
  cookie: string,
  fields: Record<string, string>,
  origin = app.url,
): Promise<Response> {
  const headers = { Cookie: cookie, Origin: origin };
  const body = new URLSearchParams(fields);
  return fetch(`${app.url}/token`, { method: "POST", headers, body, redirect: "manual" });
}

async function ask(app: TestApp, cookie: string): Promise<void> {
  const { post } = await visit(app.url, cookie);
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  expect((await post("message.send", { ...ids, parent: "", text: "Hello" })).status).toBe(303);
  await resting(app);
}

test("it pays for its owner's replies and titles, can be replaced, and is gone when it is removed", async () => {
  await using upstream = await startUpstream(answer);
  const env = { OWN_TOKENS: "yes", HF_TOKEN: shared, MODEL: "org/model" };
  await using app = await startApp({ env, hub: upstream.url });
  const [ann, bob] = await Promise.all([visit(app.url), visit(app.url)]);
  const paid = async (count: number) => {
    while (upstream.requests.length < count) await Bun.sleep(5);
    return upstream.requests.slice(-2).map(({ headers }) => headers["authorization"]);
  };
  expect(await (await ann.get("/usage")).text()).toContain('<a href="/token">A token of your own</a>');
  expect((await give(app, ann.cookie, { token: ` ${token} ` })).status).toBe(303);
  await ask(app, ann.cookie);
  expect(await paid(2)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  await ask(app, bob.cookie);
  expect(await paid(4)).toEqual([`Bearer ${shared}`, `Bearer ${shared}`]);
  await give(app, ann.cookie, { token: newer });
  await ask(app, ann.cookie);
  expect(await paid(6)).toEqual([`Bearer ${newer}`, `Bearer ${newer}`]);
  await give(app, ann.cookie, { remove: "on" });
  await ask(app, ann.cookie);
  expect(await paid(8)).toEqual([`Bearer ${shared}`, `Bearer ${shared}`]);
});

test("it is in no page, log, error or file, however its provider repeats it [I4]", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-token-"));
  await using upstream = await startUpstream((_, reply) => reply.json(401, { error: `bad ${token}` }));
  const env = { OWN_TOKENS: "yes", MODEL: "org/model", TITLE_MODEL: "none" };
  const app = await startApp({ env, hub: upstream.url, dataPath: join(folder, "banter.db") });
  const { cookie, get } = await visit(app.url);
  expect((await give(app, cookie, { token })).status).toBe(303);
  await ask(app, cookie);
  expect(upstream.requests.length).toBe(1);
  const page = await (await get("/token")).text();
  expect(page).toContain("Your replies use the token that you gave on");
  const conversation = app.live.file?.db.query<{ id: string }, []>("SELECT id FROM conversations").get()?.id;
  const chat = await (await get(`/conversations/${conversation}`)).text();
  const failure = app.live.file?.db.query<{ failure: string }, []>("SELECT failure FROM generations").get();
  expect(failure?.failure).toContain("bad [token]");
  const metrics = await (await get("/metrics")).text();
  await app.stop();
  const names = await readdir(folder);
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")));
  const everywhere = [page, chat, metrics, app.logged.join(""), ...files];
  expect(everywhere.filter((text) => text.includes(token.slice(3)))).toEqual([]);
  expect((await stat(join(folder, "banter.db.key"))).mode & 0o777).toBe(0o600);
  await rm(folder, { recursive: true });
});

test("what is no token is refused and not repeated, and so is another site that gives one [A3]", async () => {
  await using app = await startApp({ env: { OWN_TOKENS: "yes", HF_TOKEN: shared, MODEL: "org/model" } });
  const { cookie } = await visit(app.url);
  for (const wrong of ["", "sk-1234567890123", "hf_short", `hf_${"a".repeat(300)}`, `${token} <b>`]) {
    const refused = await give(app, cookie, { token: wrong });
    expect([wrong, refused.status]).toEqual([wrong, 400]);
    const text = await refused.text();
    expect(text).toContain("That is no token");
    if (wrong !== "") expect(text).not.toContain(wrong);
  }
  expect((await give(app, cookie, { token }, "https://evil.example")).status).toBe(403);
  expect((await give(app, "", { token })).status).toBe(403);
  expect(app.live.file?.db.query("SELECT 1 FROM tokens").all()).toEqual([]);
});

test("where it is not asked for there is no such page", async () => {
  await using app = await startApp();
  const { cookie, get } = await visit(app.url);
  expect((await get("/token")).status).toBe(404);
  expect((await give(app, cookie, { token })).status).toBe(404);
});

test("a sealed token opens for its own account and by its own key alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-vault-"));
  const path = join(folder, "a.db");
  const vault = await openVault(null, path);
  const sealed = await vault.seal("ann", token);
  expect(await vault.seal("ann", token)).not.toBe(sealed);
  const again = await openVault(null, path);
  expect(await again.open("ann", sealed)).toBe(token);
  expect(await again.open("bob", sealed)).toBeNull();
  expect(await again.open("ann", `${sealed.slice(0, -4)}AAAA`)).toBeNull();
  expect(await again.open("ann", "")).toBeNull();
  const [one, other] = ["1".repeat(32), "2".repeat(32)];
  const bySecret = await (await openVault(one, path)).seal("ann", token);
  expect(await (await openVault(one, path)).open("ann", bySecret)).toBe(token);
  expect(await (await openVault(other, path)).open("ann", bySecret)).toBeNull();
  await rm(folder, { recursive: true });
});
