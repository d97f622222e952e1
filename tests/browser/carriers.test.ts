/** Where WebSockets don't get through, the same chat by other ways, chosen by itself (N3). */
import { expect } from "bun:test";
import { startApp, upstreamEnv } from "../support/app.ts";
import { startProxy } from "../faults/means/proxy.ts";
import { browserTest, openPage } from "../support/browser.ts";
import { newest, newestHtml, reload, send, startModel, untilEnded, untilSaid } from "./open-chat.ts";

for (const [what, keepsAnswers, path] of [
  ["strips the upgrade", false, "POST /stream"],
  ["strips the upgrade and keeps answers until they end", true, "POST /poll"],
] as const) {
  browserTest(
    `through a proxy that ${what}, a reply streams, stops and is whole (N3)`,
    async () => {
      let target = "";
      await using proxy = await startProxy({ target: () => target, exchanges: { keepsAnswers } });
      await using model = await startModel();
      const env = { ...upstreamEnv(model.upstream), PUBLIC_URL: proxy.url };
      await using app = await startApp({ env, limits: { shutdownMs: 50 } });
      target = `http://127.0.0.1:${app.live.server?.port}`;
      await using page = await openPage(proxy.url, {});
      await send(page, "Count");
      await model.say("One, **two**,\n\n- three\n- fo");
      await page.until(`${newest}?.innerText.includes("fo")`, 20_000);
      await model.say("ur\n\nFive");
      await untilSaid(page, "four");
      await page.click(".composer__button");
      await untilEnded(page);
      expect(proxy.sockets).toBeGreaterThan(0);
      expect(proxy.requests).toContain(path);
      const streamed = await page.evaluate(newestHtml);
      expect(streamed).toContain("<strong>two</strong>");
      expect(await page.text(".message__note")).toBe("Stopped.");
      await reload(page);
      expect(await page.evaluate(newestHtml)).toBe(streamed);
      // Once it is known what gets through, a new page has it at once.
      await model.end();
      await send(page, "And on");
      await model.say("Six");
      await untilSaid(page, "Six");
      expect(await page.problems().then((all) => all.filter(({ kind }) => kind === "csp"))).toEqual([]);
    },
    60_000,
  );
}
