/** Bad networks in a real browser: silent, slow, gone for minutes, asleep. */
import { expect } from "bun:test";
import { startProxy, type Proxy } from "../faults/means/proxy.ts";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { browserTest, openPage, type Page } from "../support/browser.ts";
import {
  newest,
  newestHtml,
  reload,
  send,
  startModel,
  untilEnded,
  untilSaid,
  visit,
  type Model,
} from "./open-chat.ts";

type Scene = { app: TestApp; model: Model; proxy: Proxy; page: Page };

/** `speed`: the page's clock goes so many times faster than ours. */
async function behindProxy(speed: number, work: (scene: Scene) => Promise<void>): Promise<void> {
  const target = { url: "" };
  await using proxy = await startProxy({ target: () => target.url });
  await using model = await startModel();
  const env = { ...upstreamEnv(model.upstream), PUBLIC_URL: proxy.url };
  await using app = await startApp({ env, limits: { shutdownMs: 50 } });
  target.url = `http://localhost:${app.live.server?.port}`;
  await using page = await openPage(proxy.url);
  await page.cdp("Page.addScriptToEvaluateOnNewDocument", { source: fasterClock(speed) });
  await visit(page, proxy.url);
  await work({ app, model, proxy, page });
}

/** Not the lines that the next page would come by. */
function silenceSockets({ lines }: Proxy): void {
  for (const line of lines) if (line.isSocket) line.silence();
}

function fasterClock(speed: number): string {
  return `for (const name of ["setTimeout", "setInterval"]) {
    const own = window[name].bind(window);
    window[name] = (work, ms = 0, ...more) => own(work, ms / ${speed}, ...more);
  }`;
}

browserTest(
  "a line that falls silent is noticed by the page within two pings, and nothing is missing (N2)",
  async () => {
    await behindProxy(10, async ({ model, proxy, page }) => {
      await send(page, "Count");
      await model.say("One,");
      await untilSaid(page, "One,");
      silenceSockets(proxy);
      const { sockets } = proxy;
      const silentMs = performance.now();
      await model.say(" two.");
      await page.until(`${newest}?.innerText.includes("two.")`, 20_000);
      // Two pings are 40 s, on a clock ten times faster; half a second is for this machine.
      expect(performance.now() - silentMs).toBeLessThan(4500);
      expect(proxy.sockets).toBeGreaterThan(sockets);
      await model.end();
      await untilEnded(page);
      const streamed = await page.evaluate(newestHtml);
      await reload(page);
      expect(await page.evaluate(newestHtml)).toBe(streamed);
    });
  },
);

browserTest("what is sent in ten minutes without a network goes out once (N4)", async () => {
  await behindProxy(100, async ({ model, proxy, page }) => {
    await send(page, "Before");
    await model.say("Yes.");
    await model.end();
    await untilEnded(page);
    proxy.isDown = true;
    for (const line of proxy.lines) line.cut("reset");
    await page.until(`document.querySelector("[data-state]").innerText.startsWith("Connection lost")`);
    // The page tries again so often here that it would soon be said anew.
    await page.evaluate(`new MutationObserver(([change]) => (globalThis.hasHidden ||= change.target.hidden))
      .observe(document.querySelector("[data-state]"), { attributes: true })`);
    await send(page, "Meanwhile");
    expect(await page.text("[data-outbox]")).toBe("Meanwhile");
    expect(await page.text("[data-state]")).toContain("Connection lost");
    // Ten minutes of the page's.
    await Bun.sleep(6000);
    expect(await page.text("[data-outbox]")).toBe("Meanwhile");
    expect(await page.evaluate("Boolean(globalThis.hasHidden)")).toBe(false);
    proxy.isDown = false;
    await model.say("Now I hear you.");
    await model.end();
    await untilSaid(page, "Now I hear you.");
    await untilEnded(page);
    await reload(page);
    const own = `[...document.querySelectorAll(".message__own")].map((each) => each.innerText)`;
    expect(await page.evaluate<string[]>(own)).toEqual(["Before", "Meanwhile"]);
    expect(model.upstream.requests.length).toBe(2);
  });
});

browserTest(
  "after a sleep in which the line died, what came meanwhile is there in seconds (N5)",
  async () => {
    await behindProxy(1, async ({ model, proxy, page }) => {
      await send(page, "Count");
      await model.say("One,");
      await untilSaid(page, "One,");
      // Asleep, nobody hears of the end: as if the router had forgotten the line.
      silenceSockets(proxy);
      await model.say(" two, three.");
      await model.end();
      await Bun.sleep(500);
      expect(await page.evaluate(`${newest}.innerText`)).toBe("One,");
      const awakeMs = performance.now();
      await page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
      await page.until(`${newest}?.innerText === "One, two, three."`, 15_000);
      expect(performance.now() - awakeMs).toBeLessThan(5000);
      await untilEnded(page);
    });
  },
);

browserTest("over a line of 300 ms, sending and stopping are felt at once (N7)", async () => {
  await behindProxy(1, async ({ model, proxy, page }) => {
    proxy.pace = { latencyMs: 150, jitterMs: 60, bytesPerSecond: 1e6 };
    const shown = await page.evaluate<{ outbox: string; draft: string; ms: number }>(`(() => {
      const startMs = performance.now();
      const field = document.querySelector("#text");
      field.value = "Count";
      field.form.requestSubmit();
      const outbox = document.querySelector("[data-outbox]").innerText;
      return { outbox, draft: field.value, ms: performance.now() - startMs };
    })()`);
    expect(shown).toMatchObject({ outbox: "Count", draft: "" });
    expect(shown.ms).toBeLessThan(50);
    await model.say("One, two, ");
    await untilSaid(page, "One, two,");
    const stopped = await page.evaluate<{ isFelt: boolean; opacity: string; ms: number }>(`(() => {
      const startMs = performance.now();
      document.querySelector(".composer__button").click();
      const isFelt = document.querySelector("[data-composer]").matches("[data-stopping]");
      const { opacity } = getComputedStyle(document.querySelector(".composer__button"));
      return { isFelt, opacity, ms: performance.now() - startMs };
    })()`);
    expect(stopped).toMatchObject({ isFelt: true, opacity: "0.45" });
    expect(stopped.ms).toBeLessThan(50);
    await untilEnded(page);
    expect(await page.text(".message__note")).toBe("Stopped.");
    expect(await page.evaluate(`document.querySelector("[data-composer]").matches("[data-stopping]")`)).toBe(
      false,
    );
    expect(await page.problems()).toEqual([]);
  });
});

for (const [years, told] of [
  [-1, "behind"],
  [1, "ahead"],
] as const) {
  browserTest(`a page whose clock is a year ${told} chats like any other (N8)`, async () => {
    await behindProxy(1, async ({ model, proxy, page }) => {
      await page.cdp("Page.addScriptToEvaluateOnNewDocument", { source: shiftedClock(years) });
      for (const text of ["First", "Second"]) {
        await visit(page, proxy.url);
        await send(page, text);
        await model.say(`${text} heard.`);
        await untilSaid(page, `${text} heard.`);
        if (text === "First") await model.end();
        else await page.click("[data-stop]");
        await untilEnded(page);
      }
      const rows = `[...document.querySelectorAll(".sidebar__row .sidebar__link")].map((each) => each.innerText.trim())`;
      expect(await page.evaluate<string[]>(rows)).toEqual(["Second", "First"]);
      expect(await page.problems()).toEqual([]);
    });
  });
}

function shiftedClock(years: number): string {
  return `const now = Date.now.bind(Date);
    Date = class extends Date {
      constructor(...parts) { super(...(parts.length > 0 ? parts : [Date.now()])); }
      static now() { return now() + ${years} * 365 * 86_400_000; }
    };`;
}
