/** A provider that is busy, down or late is left for the next before the first token, and everybody is told. */
import { afterAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { routerList } from "../support/router-list.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import {
  delta,
  done,
  finish,
  gate,
  goodReply,
  startUpstream,
  type Script,
  type Upstream,
} from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const oss = "openai/gpt-oss-120b";
let scene: { app: TestApp; router: Upstream } | null = null;

/** Each test has providers that have never failed before. */
async function begin(script: Script, firstByteMs = 10_000): Promise<{ app: TestApp; router: Upstream }> {
  const router = await startUpstream(script, { models: (_, reply) => reply.json(200, routerList()) });
  const env = { HF_TOKEN: "hf_scripted", TITLE_MODEL: "none" };
  const limits = { upstreamFirstByteMs: firstByteMs };
  const app = await startApp({ env, hub: router.url, limits });
  scene = { app, router };
  await fetch(app.url);
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(1);
  return scene;
}
async function end(): Promise<void> {
  await scene?.app[Symbol.asyncDispose]();
  await scene?.router.stop();
  scene = null;
}
beforeEach(end);
afterAll(end);

/** By the provider that a request names: what it answers. */
function byProvider(scripts: Record<string, Script>): Script {
  return (request, reply) => {
    const { model } = request.json as { model: string };
    return scripts[model.slice(oss.length + 1)]?.(request, reply);
  };
}
const busy: Script = (_, reply) => reply.json(429, { error: "slow down" }, { "retry-after": "30" });
const down: Script = (_, reply) => reply.json(502, { error: "bad gateway" });
const silent: Script = () => {};
const good: Script = (_, reply) => reply.stream(goodReply("Yes indeed."));

async function send(tab: Tab, model: string): Promise<void> {
  const id = crypto.randomUUID();
  const { conversation } = tab.position;
  const fields = { conversation, parent: null, text: "Hello", model: `huggingface/${oss}:${model}` };
  tab.raw(JSON.stringify({ op: "message.send", id, ...fields }));
  await tab.answered(id);
}

async function configure(tab: Tab, fields: Record<string, string>): Promise<void> {
  const id = crypto.randomUUID();
  tab.raw(JSON.stringify({ op: "model.configure", id, conversation: tab.position.conversation, ...fields }));
  await tab.answered(id);
}

async function page(tab: Tab): Promise<string> {
  const path = `/conversations/${tab.position.conversation}`;
  return (await loadTab(tab.url, { cookie: tab.cookie, path })).html;
}

function line(html: string, label: string): string | undefined {
  return new RegExp(`<dt>${label}</dt><dd>([^<]*)</dd>`).exec(html)?.[1];
}

const named = ({ requests }: Upstream) =>
  requests.map(({ json }) => (json as { model: string }).model.slice(oss.length + 1));

test("who is busy or down is left for the next, which each tab is told while it happens, and the receipt after", async () => {
  const held = gate();
  const answer: Script = (_, reply) => reply.stream([held, delta("Yes."), finish("stop"), done()]);
  const { app, router } = await begin(byProvider({ groq: busy, cerebras: down, nscale: answer }));
  const tab = await openTab(app.url);
  await send(tab, "groq");
  await tab.until(() => tab.placesTold.length === 2);
  expect(tab.placesTold).toEqual([
    "groq was busy: cerebras is asked",
    "groq was busy, cerebras was down: nscale is asked",
  ]);
  expect(await page(tab)).toContain(">groq was busy, cerebras was down: nscale is asked</p>");
  const late = await openTab(app.url, {
    cookie: tab.cookie,
    path: `/conversations/${tab.position.conversation}`,
  });
  expect(late.placesTold).toEqual(["groq was busy, cerebras was down: nscale is asked"]);
  held.release();
  await resting(app);
  expect(named(router)).toEqual(["groq", "cerebras", "nscale"]);
  const html = await page(tab);
  expect(html).toContain(">Yes.</p>");
  expect(line(html, "Left before")).toMatch(/^groq, busy after \d+\.\d+ s; cerebras, down after \d+\.\d+ s$/);
  expect(line(html, "Provider")).toBe("nscale");
  expect(line(html, "Requests")).toBe("3");
  for (const each of [tab, late]) each.drop();
});

test("three calls are all that one reply makes, whoever is left [U5]", async () => {
  const { app, router } = await begin(
    byProvider({ fastest: down, groq: down, nscale: busy, cerebras: good }),
  );
  const tab = await openTab(app.url);
  await send(tab, "fastest");
  await resting(app);
  expect(named(router)).toEqual(["fastest", "groq", "nscale"]);
  const html = await page(tab);
  expect(html).toContain("Too many requests for now");
  expect(html).toContain('data-wait="30"');
  expect(line(html, "Left before")).toMatch(
    /^a provider without a name, down after .*; groq, down after [\d.]+ s$/,
  );
  tab.drop();
});

test("who does not answer in time is left", async () => {
  const { app, router } = await begin(byProvider({ groq: silent, cerebras: good }), 200);
  const tab = await openTab(app.url);
  await send(tab, "groq");
  await resting(app);
  expect(named(router)).toEqual(["groq", "cerebras"]);
  expect(line(await page(tab), "Left before")).toMatch(/^groq, no answer in time after 0\.[23]\d s$/);
  tab.drop();
});

test("after the first token nobody takes another's place: the reply is cut off, and can be continued [U6]", async () => {
  const held = gate();
  const half: Script = async (_, reply) => {
    reply.open();
    await reply.write(delta("Half a "));
    await held;
    reply.reset();
  };
  const { app, router } = await begin(byProvider({ groq: half, cerebras: good, nscale: good }));
  const tab = await openTab(app.url);
  await send(tab, "groq");
  await tab.until(() => [...tab.bodies.values()].at(-1)?.html().join("").includes("Half a"));
  held.release();
  await resting(app);
  expect(named(router)).toEqual(["groq"]);
  expect(await page(tab)).toContain("The reply was cut off");
  tab.drop();
});

test("a price limit holds for the first call and for those after it", async () => {
  const { app, router } = await begin(byProvider({ cerebras: down, nscale: good }));
  const tab = await openTab(app.url);
  await configure(tab, { usdOutMax: "0.7" });
  await send(tab, "fastest");
  await resting(app);
  expect(named(router)).toEqual(["cerebras", "nscale"]);
  expect((router.requests[0]?.json as object) ?? {}).not.toContainAnyKeys(["usdOutMax", "providers"]);
  await configure(tab, { usdOutMax: "0.1" });
  const other = await openTab(app.url, { cookie: tab.cookie });
  await configure(other, { usdOutMax: "0.1" });
  await send(other, "fastest");
  await resting(app);
  expect(router.requests).toHaveLength(2);
  const html = await page(other);
  expect(html).toContain("Nobody serves it for that price");
  expect(html).toContain(`href="/parameters?conversation=${other.position.conversation}"`);
  for (const each of [tab, other]) each.drop();
});

test("only the chosen provider answers where that is set", async () => {
  const { app, router } = await begin(byProvider({ groq: busy, cerebras: good }));
  const tab = await openTab(app.url);
  await configure(tab, { providers: "chosen" });
  await send(tab, "groq");
  await resting(app);
  expect(named(router)).toEqual(["groq"]);
  tab.drop();
});

test("who failed often is rested, and the picker says so", async () => {
  const { app, router } = await begin(byProvider({ groq: down, cerebras: good }));
  const tab = await openTab(app.url);
  const path = `/models?conversation=${tab.position.conversation}`;
  const picker = async () => (await fetch(app.url + path, { headers: { cookie: tab.cookie } })).text();
  expect(await picker()).not.toContain("resting</span>");
  for (let n = 0; n < 3; n++) {
    await send(tab, "groq");
    await resting(app);
  }
  expect((await picker()).match(/resting<\/span>/g)).toHaveLength(1);
  await send(tab, "groq");
  await resting(app);
  expect(named(router)).toEqual(["groq", "cerebras", "groq", "cerebras", "groq", "cerebras", "cerebras"]);
  expect(await page(tab)).toContain("groq, at rest after failing often");
  tab.drop();
});
