/** A reply that fails or ends early: one card that says what happened, with one thing to do, and nothing lost. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { bodiesIn, fieldsOf } from "../support/page.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import {
  chunk,
  delta,
  done,
  finish,
  goodReply,
  startUpstream,
  thought,
  type Script,
  type Upstream,
} from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let upstream: Upstream;
let app: TestApp;

beforeAll(async () => {
  upstream = await startUpstream(() => {});
  const limits = { upstreamCallsMax: 1, upstreamFirstByteMs: 700, upstreamIdleMs: 700 };
  app = await startApp({ env: upstreamEnv(upstream), limits });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

async function pageOf(tab: Tab): Promise<string> {
  const path = `/conversations/${tab.position.conversation}`;
  return (await loadTab(tab.url, { cookie: tab.cookie, path })).html;
}

type Card = {
  title: string;
  text: string;
  detail: string;
  ops: string[];
  href: string | null;
  wait: string | null;
};

function cardsIn(html: string): Card[] {
  return [
    ...html.matchAll(/<div class="card".*?<\/footer>|<div class="card".*?<div class="message__actions"/gs),
  ].map(([card]) => {
    const words = (name: string) =>
      new RegExp(`class="card__${name}"[^>]*>(.*?)</p>`, "s").exec(card)?.[1] ?? "";
    const own = card.split('<div class="message__actions"')[0] ?? "";
    return {
      title: words("title"),
      text: words("text"),
      detail: words("detail"),
      ops: [...own.matchAll(/data-op="([^"]+)"/g)].map((match) => match[1] ?? ""),
      href: / href="([^"]+)"/.exec(own)?.[1] ?? null,
      wait: / data-wait="([^"]+)"/.exec(own)?.[1] ?? null,
    };
  });
}

/** A message whose reply goes as scripted: the frame that was patched in, and the page made anew. */
async function fail(script: Script): Promise<{ tab: Tab; foot: string; html: string }> {
  upstream.answer(script);
  const tab = await openTab(app.url);
  await tab.send("Please answer");
  const foot = await tab.ended();
  const html = await pageOf(tab);
  expect(html).toContain('dir="auto">Please answer</div>');
  expect(bodiesIn(html)).toEqual([tab.body()]);
  return { tab, foot, html };
}

const again = { ops: ["message.regenerate"], href: null, wait: null };
const otherModel = {
  title: "The server does not have this model",
  ops: [],
  href: expect.stringMatching(/^\/models\?conversation/),
};
const shorten = expect.stringMatching(/^\/conversations\/.*edit/);
const json = (status: number, error: string, headers = {}): Script => {
  return (_, reply) => reply.json(status, { error }, headers);
};

const failures: [what: string, script: Script, card: Partial<Card>][] = [
  ["401", json(401, "Invalid username or password."), { title: "INFERENCE_KEY was not accepted", ...again }],
  [
    "402",
    json(402, "You have depleted your credits"),
    { title: "The server wants to be paid first", ...again },
  ],
  ["403", json(403, "lacks permission to call"), { title: "The key may not use this model", ...again }],
  [
    "403 of a gated model",
    json(403, "Cannot access gated repo"),
    { title: "This model asks for your agreement first", ...again },
  ],
  ["404", json(404, "Not found"), otherModel],
  ["400 model_not_supported", json(400, "model_not_supported"), otherModel],
  [
    "413",
    json(413, "Too large"),
    { title: "The conversation is too long for this model", ops: [], href: shorten, wait: null },
  ],
  [
    "400 context_length_exceeded",
    json(400, "context_length_exceeded"),
    { title: "The conversation is too long for this model", ops: [], href: shorten },
  ],
  [
    "422",
    json(422, "Unexpected key"),
    { title: "The provider refused the request", detail: "Unexpected key", ...again },
  ],
  [
    "429 with Retry-After",
    json(429, "Slow down", { "retry-after": "30" }),
    { title: "Too many requests for now", ...again, wait: "30" },
  ],
  ["429 without", json(429, "Slow down"), { title: "Too many requests for now", ...again }],
  ["500", json(500, "Oh no"), { title: "The provider can&#x27;t be reached", detail: "Oh no", ...again }],
  ["503", json(503, "Busy"), { title: "The provider can&#x27;t be reached", ...again }],
  [
    "a reset before the answer",
    (_, reply) => reply.reset(),
    { title: "The provider can&#x27;t be reached", detail: "The connection broke.", ...again },
  ],
  [
    "a connection closed without a word",
    (_, reply) => reply.hangUp(),
    { title: "The provider can&#x27;t be reached", ...again },
  ],
  [
    "nothing at all",
    () => {},
    { title: "The provider can&#x27;t be reached", detail: "No answer came in time.", ...again },
  ],
  [
    "a head and nothing more",
    (_, reply) => reply.open(),
    { title: "The provider can&#x27;t be reached", ...again },
  ],
  [
    "bytes that are not HTTP",
    (_, reply) => reply.raw("SSH-2.0-OpenSSH\r\n\r\n"),
    { title: "The provider can&#x27;t be reached", ...again },
  ],
  [
    "a redirect to another host",
    (_, reply) => reply.redirect("http://127.0.0.1:1/v1"),
    { title: "The provider can&#x27;t be reached", ...again },
  ],
  [
    "a page of HTML with 200",
    (_, reply) => reply.send(200, "text/html", "<title>Log in</title><p>x"),
    { title: "The answer could not be read", ...again },
  ],
  [
    "an event that is not JSON",
    (_, reply) => reply.stream(["data: {what\n\n"]),
    { title: "The answer could not be read", ...again },
  ],
];

for (const [what, script, expected] of failures) {
  test(`${what}: a card that says so, with one thing to do, and the message is kept (U2)`, async () => {
    const { foot, html } = await fail(script);
    const [card] = cardsIn(html);
    expect(card).toMatchObject(expected);
    expect(cardsIn(html).length).toBe(1);
    expect(cardsIn(foot)).toEqual(cardsIn(html));
    expect(card?.text).toMatch(/^The server (answered \d+|did not answer|sent something)/);
    expect(html).not.toContain("127.0.0.1");
  });
}

test("what the card offers works: the same message is answered again", async () => {
  const { tab, html } = await fail(json(503, "Busy"));
  upstream.answer((_, reply) => reply.stream(goodReply("There you go.")));
  const visitor = await visit(app.url, tab.cookie);
  expect((await visitor.post("message.regenerate", fieldsOf(html, "message.regenerate"))).status).toBe(303);
  await tab.until(() => tab.body().includes("There you go."));
  await tab.until(() => app.live.runs.size === 0);
  const after = await pageOf(tab);
  expect(cardsIn(after)).toEqual([]);
  expect(after).toContain("<span>2/2</span>");
});

test("an error inside the stream keeps what came, and says who gave up (U8)", async () => {
  const error = chunk({ error: { message: "The GPU is on fire", code: 500 }, choices: [] });
  const { tab, html } = await fail((_, reply) => reply.stream([delta("Half a sen"), error]));
  expect(tab.body()).toBe('<p dir="auto">Half a sen</p>');
  expect(cardsIn(html)).toMatchObject([
    {
      title: "The provider gave up in mid-reply",
      text: "What came before is kept.",
      detail: "The GPU is on fire",
      ...again,
    },
  ]);
});

const cutOff = {
  title: "The reply was cut off",
  text: "What had come is kept.",
  ops: ["message.continue"],
  href: expect.stringMatching(/^\/models\?.*continue/),
};

const ends: [what: string, script: Script][] = [
  ["no finish_reason (U4)", (_, reply) => reply.stream([delta("Half a sen"), done()])],
  ["the end of the body (U4)", (_, reply) => reply.stream([delta("Half a sen")])],
  ["silence (U3)", (_, reply) => reply.stream([delta("Half a sen"), new Promise(() => {})])],
  [
    "a reset in the middle (U6)",
    async (_, reply) => {
      reply.open();
      await reply.write(delta("Half a sen"));
      while (![...app.live.runs.values()].some((run) => run.text !== "")) await Bun.sleep(1);
      reply.reset();
    },
  ],
];

for (const [what, script] of ends) {
  test(`a reply that ends by ${what} is cut off, keeps its text and can go on`, async () => {
    const { tab, html } = await fail(script);
    expect(tab.body()).toBe('<p dir="auto">Half a sen</p>');
    expect(cardsIn(html)).toMatchObject([cutOff]);
    upstream.answer((_, reply) => reply.stream([delta("tence."), finish("stop"), done()]));
    const visitor = await visit(app.url, tab.cookie);
    expect((await visitor.post("message.continue", fieldsOf(html, "message.continue"))).status).toBe(303);
    await tab.until(() => tab.body().includes("Half a sentence."));
    await tab.until(() => app.live.runs.size === 0);
    const after = await pageOf(tab);
    expect(bodiesIn(after)).toEqual(['<p dir="auto">Half a sentence.</p>']);
    expect(cardsIn(after)).toEqual([]);
    expect(tab.body()).toBe('<p dir="auto">Half a sentence.</p>');
  });
}

const notes: [what: string, pieces: string[], note: string, goesOn: boolean][] = [
  ["its limit", [delta("And so"), finish("length")], "Ended at the limit of 4,096 tokens a reply.", true],
  [
    "a filter",
    [delta("And so"), finish("content_filter")],
    "Ended by the provider&#x27;s content filter.",
    false,
  ],
  ["thoughts alone", [thought("Hm."), finish("stop")], "The model thought, but gave no answer.", false],
];

for (const [what, pieces, note, goesOn] of notes) {
  test(`a reply that ends by ${what} is complete, and says so`, async () => {
    const { html, foot } = await fail((_, reply) => reply.stream([...pieces, done()]));
    for (const each of [html, foot]) {
      expect(each).toContain(`<p class="message__note">${note}</p>`);
      expect(each.includes('data-op="message.continue"')).toBe(goesOn);
      expect(each).toContain('data-op="message.regenerate"');
    }
    expect(cardsIn(html)).toEqual([]);
  });
}
