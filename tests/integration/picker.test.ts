/** The picker as a page: what endpoints tell, found, ordered and chosen by forms, however long the list. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";
import { known, routerList } from "../support/router-list.ts";
import { openTab } from "../support/tab.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let router: Upstream;
let box: Upstream;
let app: TestApp;
let visitor: Visitor;
const conversation = crypto.randomUUID();

beforeAll(async () => {
  router = await startUpstream(() => {}, { models: (_, reply) => reply.json(200, routerList()) });
  const own = { data: [{ id: "llama3.2:1b" }, { id: "<b>hostile" }, { id: "qwen:free", is_free: true }] };
  box = await startUpstream(() => {}, { models: (_, reply) => reply.json(200, own) });
  const env = { HF_TOKEN: "hf_scripted", ENDPOINTS: `box=${box.url}` };
  app = await startApp({ env, hub: router.url });
  visitor = await visit(app.url);
  await listed(app, 2);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await Promise.all([router.stop(), box.stop()]);
});

async function listed({ logged }: TestApp, count: number): Promise<void> {
  const isTold = (line: string) => line.includes("catalogue.refreshed");
  while (logged.filter(isTold).length < count) await Bun.sleep(1);
}

async function page(asked: Record<string, string> = {}, who = visitor): Promise<string> {
  const response = await who.get(`/models?${new URLSearchParams({ conversation, ...asked })}`);
  expect(response.status).toBe(200);
  return response.text();
}

/** What can be chosen, in order, the stars aside. */
async function choices(asked: Record<string, string> = {}): Promise<string[]> {
  const buttons = (await page(asked)).matchAll(/name="model" value="([^"]+)"(?! formaction)/g);
  return [...buttons].map(([, value = ""]) => value);
}

const oss = "huggingface/openai/gpt-oss-120b";

test("each model stands with its providers, their prices, context and pace", async () => {
  const html = await page();
  const row = html.slice(html.indexOf(`value="${oss}:groq"`)).split("</tr>", 1)[0];
  const cells = [...(row ?? "").matchAll(/<td[^>]*>([^<]+)</g)].map(([, text]) => text);
  expect(cells).toEqual(["0.15", "0.75", "131k", "0.30 s", "468"]);
  expect(await choices()).toEqual([
    `${oss}:fastest`,
    `${oss}:cheapest`,
    ...["cerebras", "groq", "nscale"].map((provider) => `${oss}:${provider}`),
    ...["fastest", "cheapest", "novita"].map((each) => `huggingface/deepseek-ai/DeepSeek-V3.2:${each}`),
    ...["fastest", "cheapest", "together", "bolt"].map((each) => `huggingface/google/gemma-4-31B-it:${each}`),
    ...["fastest", "cheapest", "cerebras"].map(
      (each) => `huggingface/meta-llama/Llama-3.1-8B-Instruct:${each}`,
    ),
    "box/llama3.2:1b",
    "box/&lt;b&gt;hostile",
    "box/qwen:free",
  ]);
});

test("words find models by name, endpoint and provider, and all of them are to be found", async () => {
  const found = async (q: string) => [
    ...new Set((await choices({ q })).map((value) => value.replace(/:[a-z]+$/, ""))),
  ];
  expect(await found("GPT")).toEqual([oss]);
  expect(await found("llama cerebras")).toEqual(["huggingface/meta-llama/Llama-3.1-8B-Instruct"]);
  expect(await found("box llama")).toEqual(["box/llama3.2:1b"]);
  expect(await page({ q: `"><script>alert(1)</script>` })).not.toContain("<script>alert");
  expect(await page({ q: "nothing at all" })).toContain("No model is like that.");
});

test("an order by any figure puts the best offer of each model first, and what is not told last", async () => {
  const first = async (sort: string) =>
    (await choices({ sort })).filter((value) => !/:(fast|cheap)est$/.test(value));
  expect((await first("in"))[0]).toBe("huggingface/google/gemma-4-31B-it:together");
  expect((await first("out")).slice(-2)).toEqual(["box/llama3.2:1b", "box/&lt;b&gt;hostile"]);
  expect((await first("context"))[0]).toBe("huggingface/deepseek-ai/DeepSeek-V3.2:novita");
  expect((await first("first")).slice(0, 3)).toEqual([`${oss}:cerebras`, `${oss}:groq`, `${oss}:nscale`]);
  expect((await first("speed"))[0]).toBe("huggingface/meta-llama/Llama-3.1-8B-Instruct:cerebras");
  expect((await first("name"))[0]).toBe("box/&lt;b&gt;hostile");
  expect(await first("nonsense")).toEqual(await first(""));
});

test("filters leave the offers that are so, and only those", async () => {
  const offers = async (asked: Record<string, string>) =>
    (await choices(asked)).filter((value) => !/:(fast|cheap)est$/.test(value));
  expect(await offers({ free: "1" })).toEqual([
    "huggingface/google/gemma-4-31B-it:together",
    "box/qwen:free",
  ]);
  expect(await offers({ images: "1", free: "1" })).toEqual(["huggingface/google/gemma-4-31B-it:together"]);
  expect(await offers({ tools: "1" })).toEqual([
    `${oss}:cerebras`,
    `${oss}:groq`,
    "huggingface/deepseek-ai/DeepSeek-V3.2:novita",
  ]);
  expect(await offers({ long: "1", q: "gemma" })).toEqual(["huggingface/google/gemma-4-31B-it:together"]);
});

test("favourites come first, and what was chosen lately; both are each person's own", async () => {
  const anna = await visit(app.url);
  const post = (op: string, model: string) => anna.post(op, { id: crypto.randomUUID(), conversation, model });
  await post("model.choose", "box/llama3.2:1b");
  const favoured = await post("model.favour", "huggingface/google/gemma-4-31B-it");
  expect(favoured.headers.get("location")).toBe(`/models?conversation=${conversation}`);
  const names = async (who: Visitor, asked = {}) =>
    [...(await page(asked, who)).matchAll(/aria-label="Favourite: ([^"]+)"/g)].map(([, name]) => name);
  expect((await names(anna)).slice(0, 3)).toEqual([
    "google/gemma-4-31B-it",
    "llama3.2:1b",
    "openai/gpt-oss-120b",
  ]);
  expect(await names(anna, { favourites: "1" })).toEqual(["google/gemma-4-31B-it"]);
  expect((await names(visitor))[0]).toBe("openai/gpt-oss-120b");
  await post("model.unfavour", "huggingface/google/gemma-4-31B-it");
  expect(await names(anna, { favourites: "1" })).toEqual([]);
});

test("a star changes in all tabs at once", async () => {
  const tab = await openTab(app.url);
  const html = await page({}, await visit(app.url, tab.cookie));
  const star = /id="(f-[^"]+)"><button name="model" value="box\/llama3.2:1b"/.exec(html)?.[1];
  const id = crypto.randomUUID();
  tab.raw(JSON.stringify({ op: "model.favour", id, conversation, model: "box/llama3.2:1b" }));
  const step = await tab.until(() => tab.steps.find((each) => each[1] === star));
  expect(step[2]).toContain('aria-pressed="true"');
  tab.drop();
});

test("the same list chooses for one reply, to be written anew", async () => {
  const message = crypto.randomUUID();
  const html = await page({ message });
  expect(html).toContain('action="/ops/message.regenerate"');
  expect(html).toContain(`name="message" value="${message}"`);
});

test("parts of it come alone, for the sheet over a chat", async () => {
  expect(await page({ part: "list" })).toStartWith('<form class="models"');
  expect(await page({ part: "sheet" })).not.toContain("<html");
  expect(await page({ part: "constructor" })).toContain("<html");
});

test("without a conversation to choose for there is no such page", async () => {
  for (const query of ["", "?conversation=", "?conversation=../x"]) {
    expect((await visitor.get(`/models${query}`)).status).toBe(404);
  }
});

test("ten thousand models take a moment, and no more of them are shown than people can read", async () => {
  const models = (_: unknown, reply: { json(status: number, body: unknown): void }) =>
    reply.json(200, routerList(known, 9996));
  await using long = await startUpstream(() => {}, { models });
  await using other = await startApp({ env: { HF_TOKEN: "hf_scripted" }, hub: long.url });
  const anna = await visit(other.url);
  await listed(other, 1);
  const html = await page({}, anna);
  expect(html.match(/<tbody>/g)).toHaveLength(200);
  expect(html).toContain("The first 200 of 10,000");
  const before = process.cpuUsage();
  expect(await page({ q: "model-9995", sort: "in", part: "list" }, anna)).toContain("many/model-9995");
  const { user, system } = process.cpuUsage(before);
  // It takes some 30 ms; server and test are one process.
  expect((user + system) / 1000).toBeLessThan(500);
});

test("the default can be chosen again where no list has it", async () => {
  await using other = await startApp({ env: { INFERENCE_URL: box.url, MODEL: "unlisted" } });
  const anna = await visit(other.url);
  await listed(other, 1);
  await anna.post("model.choose", { id: crypto.randomUUID(), conversation, model: "local/qwen:free" });
  const html = await page({}, anna);
  expect(html).toContain('value="local/unlisted"');
  expect(html).toContain('value="local/qwen:free" aria-current="true"');
});

test("an endpoint whose list can't be had is said so, beside the others'", async () => {
  await using broken = await startUpstream(() => {}, { models: (_, reply) => reply.json(500, {}) });
  const env = { INFERENCE_URL: box.url, MODEL: "qwen:free", ENDPOINTS: `odd=${broken.url}` };
  await using other = await startApp({ env });
  const anna = await visit(other.url);
  await listed(other, 1);
  while (!other.logged.some((line) => line.includes("catalogue.failed"))) await Bun.sleep(1);
  const html = await page({}, anna);
  expect(html).toContain("odd: It answered 500.");
  expect(html).toContain('value="local/qwen:free" aria-current="true"');
});
