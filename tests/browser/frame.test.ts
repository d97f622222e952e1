/** Within a page of another site, as a Hugging Face Space is shown: a chat there, where cookies of others are blocked. */
import { expect } from "bun:test";
import { connected, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { browserTest, openPage, type Page } from "../support/browser.ts";
import { frameIn, type Frame } from "../support/frame.ts";
import { oauthEnv, startProvider } from "../support/oauth.ts";
import { startTls } from "../support/tls.ts";
import { startModel } from "./open-chat.ts";

/** A site that shows a frame, and one that it shows, each with a name and a certificate of its own. */
async function startSites(env: Record<string, string>) {
  let app: TestApp | null = null;
  const chat = await startTls("chat.test", () => app?.live.server?.port ?? 0);
  const hub = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      const html = `<!doctype html><title>Hub</title><iframe src="${chat.url}/" width="1200" height="700"></iframe>`;
      return new Response(html, { headers: { "Content-Type": "text/html" } });
    },
  });
  const front = await startTls("hub.test", () => hub.port ?? 0);
  const other = await startTls("other.test", () => hub.port ?? 0);
  const model = await startModel();
  app = await startApp({
    env: { ...upstreamEnv(model.upstream), PUBLIC_URL: chat.url, FRAME_ANCESTORS: front.url, ...env },
    limits: { shutdownMs: 50 },
  });
  const running = app;
  return {
    app: running,
    model,
    chatUrl: chat.url,
    hubUrl: front.url,
    otherUrl: other.url,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await hub.stop(true);
      for (const each of [front, other, chat]) await each[Symbol.asyncDispose]();
    },
  };
}

browserTest(
  "in a frame of a site that may show it one chats, and comes back to the same chats",
  async () => {
    await using sites = await startSites({ ANONYMOUS: "yes" });
    const { app, model, chatUrl } = sites;
    await using page = await openPage(sites.hubUrl);
    const frame = frameIn(page, chatUrl);
    await frame.until(`document.querySelector(".composer")`);
    await connected(app, 1);
    // Cookies of other sites are blocked here, but for those that are each framing site's own.
    const kept = `document.cookie = "plain=1; Path=/; Secure; SameSite=None";
    document.cookie = "__Host-own=1; Path=/; Secure; SameSite=None; Partitioned";
    document.cookie`;
    expect(await frame.evaluate<string>(kept)).toBe("__Host-own=1");
    const { cookies } = (await page.cdp("Network.getCookies", { urls: [chatUrl] })) as { cookies: Kept[] };
    const ours = cookies.find(({ name }) => name.includes("banter"));
    expect(ours).toMatchObject({ secure: true, httpOnly: true, sameSite: "None" });
    expect(ours?.partitionKey?.topLevelSite).toBe("https://hub.test");
    await say(page, frame, "Count");
    await model.say("One, two,");
    await frame.until(said("One, two,"));
    // The frame begins at its first page again: its chats are listed there.
    await page.reload();
    await frame.click('#sidebar a[href^="/conversations/"]');
    await frame.until(said("One, two,"));
    await connected(app, 1);
    await model.say(" three.");
    await frame.until(said("three."));
    await model.end();
    await frame.until(`!document.querySelector("[data-running]")`);
    expect([app.live.connections.sockets.size, app.live.connections.streams.size]).toEqual([1, 0]);
    expect(await page.problems()).toEqual([]);
  },
  60_000,
);

browserTest(
  "in a frame the password lets one in, and a site that is not named shows nothing [I13]",
  async () => {
    await using sites = await startSites({ PASSWORD: "a red bicycle" });
    await using page = await openPage(sites.hubUrl);
    const frame = frameIn(page, sites.chatUrl);
    await frame.click("#password");
    await page.type("a red bicycle");
    await page.press("Enter");
    await frame.until(`document.querySelector(".composer")`);
    // The browser tells that no frame may take the focus by itself.
    expect((await page.problems()).filter(({ text }) => !text.includes("autofocus"))).toEqual([]);
    await using other = await openPage(sites.otherUrl);
    const refused = await other.untilProblem(/frame-ancestors/);
    expect(refused.text).toContain("chat.test");
  },
  60_000,
);

browserTest(
  "from a frame one signs in with the provider in a tab of its own",
  async () => {
    await using provider = await startProvider();
    await using sites = await startSites(oauthEnv(provider, { INFERENCE_URL: "", MODEL: "org/model" }));
    await using page = await openPage(sites.hubUrl);
    const frame = frameIn(page, sites.chatUrl);
    await frame.until(`document.querySelector('a.button[href^="/signin/start"]')?.target === "_blank"`);
    expect(await frame.evaluate<string>("document.body.innerText")).toContain("a tab of its own");
    await using tab = await page.openTab(sites.chatUrl);
    await tab.until(`document.querySelector('a.button[href^="/signin/start"]')?.target === ""`);
    await tab.click("a.button");
    await tab.until(`document.querySelector(".composer")`);
    expect(await tab.problems()).toEqual([]);
    expect(await page.problems()).toEqual([]);
  },
  60_000,
);

type Kept = {
  name: string;
  secure: boolean;
  httpOnly: boolean;
  sameSite?: string;
  partitionKey?: { topLevelSite: string };
};

async function say(page: Page, frame: Frame, text: string): Promise<void> {
  await frame.click("#text");
  await frame.until(`document.activeElement?.id === "text"`);
  await page.type(text);
  await page.press("Enter");
}

function said(text: string): string {
  return `document.querySelector("#thread")?.innerText.includes(${JSON.stringify(text)})`;
}
