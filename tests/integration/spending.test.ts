/** Receipts and totals: what replies took and cost, as providers say or by the list, and never by guess. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { routerList } from "../support/router-list.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, startUpstream, usage, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let router: Upstream;
let app: TestApp;

beforeAll(async () => {
  router = await startUpstream(() => {}, { models: (_, reply) => reply.json(200, routerList()) });
  app = await startApp({ env: { HF_TOKEN: "hf_scripted", TITLE_MODEL: "none" }, hub: router.url });
  await fetch(app.url);
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(1);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await router.stop();
});

/** One turn; the provider tells these tokens, and more of them by `told`. */
async function turn(tab: Tab, model: string, provider: string | null, told: string[]): Promise<void> {
  const before = router.requests.length;
  const headers = provider === null ? {} : { "x-inference-provider": provider };
  router.answer((_, reply) => reply.stream([delta("Yes."), finish("stop"), ...told, done()], headers));
  const id = crypto.randomUUID();
  const { conversation } = tab.position;
  const fields = { conversation, parent: null, text: "Hello", model: `huggingface/${model}` };
  tab.raw(JSON.stringify({ op: "message.send", id, ...fields }));
  await tab.answered(id);
  await tab.until(() => router.requests.length > before);
  await resting(app);
}

/** The last receipt of the tab's page, by its labels. */
async function receipt(tab: Tab): Promise<Record<string, string>> {
  const path = `/conversations/${tab.position.conversation}`;
  const { html } = await loadTab(app.url, { cookie: tab.cookie, path });
  const last = html.slice(html.lastIndexOf('<dl class="receipt__all">'));
  const lines = last.split("</dl>", 1)[0]?.matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*)<\/dd>/g) ?? [];
  return Object.fromEntries([...lines].map(([, label = "", text = ""]) => [label, text]));
}

const oss = "openai/gpt-oss-120b:fastest";

test("a cost that the provider tells is taken; else the list's price is, and marked as an estimate", async () => {
  const tab = await openTab(app.url);
  await turn(tab, oss, "groq", [usage(30, 1174, { estimated_cost: 0.0007 })]);
  expect(await receipt(tab)).toMatchObject({
    Model: "openai/gpt-oss-120b:fastest at huggingface",
    Provider: "groq",
    "Tokens in": "30",
    "Tokens out": "1,174",
    Cost: "$0.00070, as the provider says",
    "Ended by": "stop",
  });
  await turn(tab, oss, "groq", [usage(30, 1174)]);
  // 30 × 0.15 $/M + 1174 × 0.75 $/M = 0.000885 $.
  expect((await receipt(tab))["Cost"]).toBe("≈ $0.00089, an estimate by list prices");
  await turn(tab, "google/gemma-4-31B-it:fastest", "together", [usage(1000, 1000)]);
  expect((await receipt(tab))["Cost"]).toBe("≈ $0.00, an estimate by list prices");
  tab.drop();
});

test("what nobody told is left out, not guessed", async () => {
  const tab = await openTab(app.url);
  await turn(tab, oss, null, [usage(30, 1174)]);
  expect(Object.keys(await receipt(tab))).not.toContain("Cost");
  await turn(tab, oss, "groq", []);
  const unknown = Object.keys(await receipt(tab));
  expect(unknown).not.toContainAnyValues(["Cost", "Tokens in", "Tokens out"]);
  expect(unknown).toContain("Whole reply");
  tab.drop();
});

test("cached tokens and those of reasoning are told where the provider tells them", async () => {
  const tab = await openTab(app.url);
  const details = {
    prompt_tokens_details: { cached_tokens: 20 },
    completion_tokens_details: { reasoning_tokens: 7 },
  };
  await turn(tab, oss, "groq", [usage(30, 10, details)]);
  expect(await receipt(tab)).toMatchObject({
    "Tokens in": "30, 20 of them from a cache",
    "Tokens out": "10, 7 of them of reasoning",
  });
  await turn(tab, oss, "groq", [usage(30, 10, { prompt_tokens_details: { cached_tokens: "many" } })]);
  expect(await receipt(tab)).toMatchObject({ "Tokens in": "30", "Tokens out": "10" });
  tab.drop();
});

test("totals add up by day, model, month and conversation, each person's own", async () => {
  const tab = await openTab(app.url);
  await turn(tab, oss, "groq", [usage(1000, 100, { estimated_cost: 0.25 })]);
  await turn(tab, oss, "groq", [usage(1000, 100)]);
  await turn(tab, oss, null, [usage(1000, 100)]);
  await turn(tab, "deepseek-ai/DeepSeek-V3.2", "novita", [usage(500, 50, { estimated_cost: 0.5 })]);
  const { html } = await loadPage("/usage", tab.cookie);
  const rows = [...html.matchAll(/<tr><th scope="row"[^>]*>(.*?)<\/th>(.*?)<\/tr>/gs)].map(
    ([, name, cells]) => [
      (name ?? "").replace(/<[^>]+>/g, ""),
      ...[...(cells ?? "").matchAll(/<td>([^<]*)<\/td>/g)].map(([, text]) => text),
    ],
  );
  const day = new Date().toISOString().slice(0, 10);
  const all = ["4", "3,500", "350", "≈ $0.75"];
  expect(rows).toEqual([
    [day, ...all],
    ["deepseek-ai/DeepSeek-V3.2 (huggingface)", "1", "500", "50", "$0.50"],
    ["openai/gpt-oss-120b:fastest (huggingface)", "3", "3,000", "300", "≈ $0.25"],
    [day.slice(0, 7), ...all],
    ["Hello", ...all],
  ]);
  expect(html).toContain("Of 1 of 4 replies no price is known.");
  expect(html.match(/<rect /g)).toHaveLength(30);
  expect(html).not.toMatch(/style=/);
  const stranger = await openTab(app.url);
  expect((await loadPage("/usage", stranger.cookie)).html).toContain("Nothing yet.");
  for (const each of [tab, stranger]) each.drop();
});

async function loadPage(path: string, cookie: string): Promise<{ html: string }> {
  const response = await fetch(app.url + path, { headers: { cookie } });
  expect(response.status).toBe(200);
  return { html: await response.text() };
}
