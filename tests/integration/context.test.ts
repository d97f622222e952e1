/** What goes along to a model: by its context in tokens, in whole turns, shown where it begins; too long alone is refused. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, startUpstream, usage, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let upstream: Upstream;
let app: TestApp;

type Body = { messages: { role: string; content: string }[]; max_tokens: number };

/** A model that holds 1000 tokens, of which a reply gets 500 at most. */
beforeAll(async () => {
  upstream = await startUpstream(answer(0), {
    models: (_, reply) => reply.json(200, { data: [{ id: "small", max_model_len: 1000 }] }),
  });
  const env = {
    INFERENCE_URL: upstream.url,
    MODEL: "small",
    TITLE_MODEL: "none",
    SYSTEM_PROMPT: "Be brief.",
  };
  app = await startApp({ env });
  await fetch(app.url);
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(1);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

/** Tells so many times the tokens that were estimated; 0 tells nothing. */
function answer(times: number): Parameters<typeof startUpstream>[0] {
  return (request, reply) => {
    const { messages } = request.json as Body;
    const estimate = messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4) + 4, 0);
    const told = times === 0 ? [] : [usage(Math.round(estimate * times), 1)];
    return reply.stream([delta("Yes."), finish("stop"), ...told, done()]);
  };
}

const lastBody = () => upstream.requests.at(-1)?.json as Body;

async function turn(tab: Tab, text: string): Promise<string[]> {
  const { html } = await page(tab);
  const parent = [...html.matchAll(/id="m-([^"]+)"/g)].at(-1)?.[1] ?? null;
  const before = upstream.requests.length;
  await tab.send(text, parent);
  await tab.until(() => upstream.requests.length > before);
  await resting(app);
  return lastBody().messages.map(({ content }) => content.slice(0, 3));
}

async function page(tab: Tab): Promise<{ html: string }> {
  const path = `/conversations/${tab.position.conversation}`;
  const isThere = (await fetch(app.url + path, { headers: { cookie: tab.cookie } })).ok;
  return isThere ? loadTab(app.url, { cookie: tab.cookie, path }) : { html: "" };
}

const words = (name: string, tokens: number) => name.padEnd((tokens - 4) * 4, ".");

test("whole turns leave from the oldest, the system prompt stays, and the page shows where what goes along begins", async () => {
  upstream.answer(answer(0));
  const tab = await openTab(app.url);
  expect(await turn(tab, words("one", 200))).toEqual(["Be ", "one"]);
  expect(lastBody().max_tokens).toBe(500);
  expect(await turn(tab, words("two", 200))).toEqual(["Be ", "one", "Yes", "two"]);
  const isMarked = (html: string) =>
    html.split("<article").filter((one) => /^[^>]*>\s*<p class="message__from"/.test(one));
  expect(isMarked((await page(tab)).html)).toEqual([]);
  expect(await turn(tab, words("six", 200))).toEqual(["Be ", "two", "Yes", "six"]);
  const marked = isMarked((await page(tab)).html);
  expect(marked).toHaveLength(1);
  expect(marked[0]).toContain(">two...");
  tab.drop();
});

test("what the provider counted corrects the estimate from then on", async () => {
  upstream.answer(answer(2));
  const tab = await openTab(app.url);
  await turn(tab, words("one", 150));
  // 150 + 5 + 150 and the system prompt are some 312 as estimated, but 624 as counted.
  expect(await turn(tab, words("two", 150))).toEqual(["Be ", "two"]);
  expect((await page(tab)).html).toMatch(/data-used="3\d\d" data-correction="2.000"/);
  tab.drop();
});

test("a message that can't fit alone is refused, nothing is written, and its length is told", async () => {
  upstream.answer(answer(0));
  const tab = await openTab(app.url);
  const before = upstream.requests.length;
  const id = tab.ask({
    op: "message.send",
    conversation: tab.position.conversation,
    parent: null,
    text: words("long", 600),
  });
  expect(await tab.answered(id)).toMatchObject({
    type: "error",
    code: "too_long",
    text: "It is about 600 tokens; the model takes 493. Shorten it.",
  });
  expect((await page(tab)).html).toBe("");
  expect(upstream.requests).toHaveLength(before);
  expect(tab.html).toContain('data-room="500" data-alone="493"');
  tab.drop();
});
