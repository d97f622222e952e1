/** The rest of a reply that was cut off may come from another provider, or another model, when its reader asks for it. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { messagesIn, unescapeHtml } from "../support/page.ts";
import { routerList } from "../support/router-list.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import {
  delta,
  done,
  finish,
  gate,
  goodReply,
  startUpstream,
  usage,
  type Upstream,
} from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const oss = "openai/gpt-oss-120b";
const deepseek = "deepseek-ai/DeepSeek-V3.2";
let router: Upstream;
let app: TestApp;
/** What groq waits for before it hangs up, or ends. */
let held = gate();

beforeAll(async () => {
  const script: Parameters<typeof startUpstream>[0] = async (request, reply) => {
    const { model } = request.json as { model: string };
    if (!model.endsWith(":groq"))
      return reply.stream(goodReply("and a half."), { "x-inference-provider": model.split(":")[1] ?? "" });
    reply.open({ "x-inference-provider": "groq" });
    await reply.write(delta("One "));
    await held;
    if (JSON.stringify(request.json).includes("briefly")) {
      await reply.write(finish("length") + usage(10, 7) + done());
      return reply.end();
    }
    reply.reset();
  };
  router = await startUpstream(script, { models: (_, reply) => reply.json(200, routerList()) });
  app = await startApp({ env: { HF_TOKEN: "hf_scripted", TITLE_MODEL: "none" }, hub: router.url });
  await fetch(app.url);
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(1);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await router.stop();
});

async function ask(tab: Tab, op: string, fields: Record<string, unknown>) {
  const id = crypto.randomUUID();
  tab.raw(JSON.stringify({ op, id, ...fields }));
  return tab.answered(id);
}

/** A conversation whose reply groq has begun and not ended; resolves with the reply's id. */
async function begin(tab: Tab, text = "Hello"): Promise<string> {
  held = gate();
  const { conversation } = tab.position;
  await ask(tab, "message.send", { conversation, parent: null, text, model: `huggingface/${oss}:groq` });
  await tab.until(() => tab.body().includes("One"));
  held.release();
  await resting(app);
  return messagesIn(await page(tab), "assistant")[0] ?? "";
}

async function page(tab: Tab): Promise<string> {
  const path = `/conversations/${tab.position.conversation}`;
  return (await loadTab(tab.url, { cookie: tab.cookie, path })).html;
}

function line(html: string, label: string): string | undefined {
  return new RegExp(`<dt>${label}</dt><dd>([^<]*)</dd>`).exec(html)?.[1];
}

test("a reply that was cut off goes on with another provider, live, and its receipt names both [U6]", async () => {
  const tab = await openTab(app.url);
  const message = await begin(tab);
  const before = await page(tab);
  expect(before).toContain("The reply was cut off");
  const [, link = ""] = /href="(\/models\?[^"]*continue[^"]*)"/.exec(before) ?? [];
  const picker = await (
    await fetch(app.url + unescapeHtml(link), { headers: { cookie: tab.cookie } })
  ).text();
  expect(picker).toContain("Continue this reply with");
  expect(picker).toContain('action="/ops/message.continue"');
  expect(picker).toContain(`value="huggingface/${oss}:nscale"`);
  expect(picker).not.toContain(deepseek);
  const answer = await ask(tab, "message.continue", { message, model: `huggingface/${oss}:nscale` });
  expect(answer.type).toBe("ack");
  await tab.ended();
  await resting(app);
  const request = router.requests.at(-1)?.json as {
    model: string;
    messages: { role: string; content: string }[];
  };
  expect(request.model).toBe(`${oss}:nscale`);
  expect(request.messages.at(-2)).toMatchObject({ role: "assistant", content: "One " });
  expect(tab.body()).toContain("One and a half.");
  const html = await page(tab);
  expect(messagesIn(html, "assistant")).toEqual([message]);
  expect(html).toContain("One and a half.");
  expect(html).toContain("<li>begun by groq</li>");
  expect(line(html, "Begun by")).toBe(`${oss}:groq at groq`);
  expect(line(html, "Model")).toBe(`${oss}:nscale at huggingface`);
  tab.drop();
});

test("a reply that came to its limit goes on with another model, and the chat's own model stays", async () => {
  const tab = await openTab(app.url);
  const message = await begin(tab, "briefly");
  expect(await page(tab)).toContain("Continue elsewhere");
  await ask(tab, "message.continue", { message, model: `huggingface/${deepseek}:novita` });
  await tab.ended();
  await resting(app);
  const html = await page(tab);
  expect(html).toContain("<li>begun by gpt-oss-120b</li>");
  expect(line(html, "Begun by")).toBe(`${oss}:groq at groq: 7 tokens, ≈ $0.0000067`);
  expect(/name="model" form="composer" value="([^"]+)"/.exec(html)?.[1]).toBe(`huggingface/${oss}:groq`);
  tab.drop();
});

test("the same provider goes on without a word of who began, and forms continue elsewhere too (B1)", async () => {
  const tab = await openTab(app.url);
  const message = await begin(tab, "briefly");
  const visitor = await visit(app.url, tab.cookie);
  held = gate();
  held.release();
  const again = { id: crypto.randomUUID(), message };
  const answer = await visitor.post("message.continue", again);
  expect(answer.headers.get("location")).toBe(`/conversations/${tab.position.conversation}#m-${message}`);
  await resting(app);
  expect(await page(tab)).not.toContain("begun by");
  const elsewhere = { id: crypto.randomUUID(), message, model: `huggingface/${oss}:nscale` };
  expect((await visitor.post("message.continue", elsewhere)).status).toBe(303);
  // The same form sent again makes no second run.
  expect((await visitor.post("message.continue", elsewhere)).status).toBe(303);
  const asked = router.requests.length;
  await resting(app);
  expect(router.requests.length).toBeLessThanOrEqual(asked + 1);
  const html = await page(tab);
  expect(html).toContain("One One and a half.");
  expect(line(html, "Begun by")).toStartWith(`${oss}:groq at groq: 7 tokens`);
  expect(line(html, "Begun by")?.split("; ")).toHaveLength(2);
  tab.drop();
});
