/** A person at a chat page in a real browser, and a model that says what the test tells it to. */
import { startApp, upstreamEnv, type AppSettings, type TestApp } from "../support/app.ts";
import { openPage, type Page, type PageOptions } from "../support/browser.ts";
import type { Reply } from "../support/upstream-reply.ts";
import { delta, done, finish, startUpstream, thought, usage, type Upstream } from "../support/upstream.ts";

export type Model = {
  upstream: Upstream;
  /** Each waits for the request that it answers. */
  say(text: string): Promise<void>;
  think(text: string): Promise<void>;
  /** Ends the reply; what is said next answers the next request. */
  end(reason?: string): Promise<void>;
  /** Breaks off in mid-reply. */
  breakOff(): Promise<void>;
  /** Answers the next requests with this status. */
  refuse(status: number, sentence: string, headers?: Record<string, string>): void;
  /** After `refuse`: speaks again. */
  listen(): void;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Chat = AsyncDisposable & { app: TestApp; model: Model; page: Page };

/** `models` is the list that the model's endpoint tells. */
export type ChatOptions = PageOptions & AppSettings & { path?: string; models?: unknown };

/** Everything started, the model in the place of Hugging Face's router where that is set, and the home page open. */
export async function openChat(options: ChatOptions = {}): Promise<Chat> {
  const model = await startModel(options.models);
  const env = { ...upstreamEnv(model.upstream), ...options.env };
  const limits = { shutdownMs: 50, ...options.limits };
  const app = await startApp({ hub: model.upstream.url, ...options, env, limits });
  const page = await openPage(app.url, options);
  return {
    app,
    model,
    page,
    async [Symbol.asyncDispose]() {
      await page[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

export async function startModel(models: unknown = { data: [{ id: "test-model" }] }): Promise<Model> {
  let asked = Promise.withResolvers<Reply>();
  let isAsked = false;
  const upstream = await startUpstream(() => {}, { models: (_, reply) => reply.json(200, models) });
  const listen = () => {
    upstream.answer((_request, reply) => {
      reply.open({ "x-inference-provider": "cerebras" });
      if (isAsked) asked = Promise.withResolvers();
      isAsked = true;
      asked.resolve(reply);
    });
  };
  const forget = () => {
    asked = Promise.withResolvers();
    isAsked = false;
  };
  listen();
  return {
    upstream,
    listen,
    say: async (text) => (await asked.promise).write(delta(text)),
    think: async (text) => (await asked.promise).write(thought(text)),
    async end(reason = "stop") {
      const reply = await asked.promise;
      await reply.write(finish(reason) + usage(30, 1174, { estimated_cost: 0.0007 }) + done());
      reply.end();
      forget();
    },
    async breakOff() {
      (await asked.promise).hangUp();
      forget();
    },
    refuse(status, sentence, headers = {}) {
      upstream.answer((_request, reply) => reply.json(status, { error: sentence }, headers));
    },
    [Symbol.asyncDispose]: () => upstream.stop(),
  };
}

/** Resolves when the page has been loaded anew; a view's own word for it may come while there is none. */
export async function reload(page: Page): Promise<void> {
  await leave(page, () => page.reload());
}

/** The same for another address. */
export async function visit(page: Page, url: string): Promise<void> {
  await leave(page, () => page.goto(url));
}

async function leave(page: Page, navigate: () => Promise<void>): Promise<void> {
  await page.evaluate("globalThis.isOld = true");
  await navigate();
  await page.until(
    `!globalThis.isOld && document.readyState === "complete" && document.querySelector("main")`,
  );
}

/** Types into the composer and presses Enter. */
export async function send(page: Page, text: string): Promise<void> {
  await page.click("#text");
  await page.type(text);
  await page.press("Enter");
}

/** Resolves when the newest reply's text contains this; the text is the page's, not a pattern. */
export async function untilSaid(page: Page, text: string): Promise<void> {
  await page.until(`${newest}?.innerText.includes(${JSON.stringify(text)})`);
}

/** Resolves when no reply runs and the composer can send. */
export async function untilEnded(page: Page): Promise<void> {
  await page.until(
    `document.querySelector(".message--assistant") && !document.querySelector("[data-running]") &&
      document.querySelector('.composer__button[aria-label="Send"]')`,
  );
}

/** The newest reply's body, as an expression of the page. */
export const newest = `[...document.querySelectorAll("#thread [data-body]")].at(-1)`;

/** The newest reply's body without what the page's own code adds to it. */
export const newestHtml = `(() => {
  const body = ${newest}.cloneNode(true);
  for (const added of body.querySelectorAll("[data-code-tools]")) added.remove();
  for (const block of body.querySelectorAll("[data-equipped]")) block.removeAttribute("data-equipped");
  return body.innerHTML;
})()`;

/** Resolves when the endpoint's list of models has come. */
export async function untilListed({ logged }: TestApp): Promise<void> {
  while (!logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(5);
}
