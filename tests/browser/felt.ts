/** How the page feels, in figures: bytes, the time from a key to what it shows, and its own work while text comes. */
import type { Page } from "../support/browser.ts";
import { reload, type Chat } from "./open-chat.ts";

export type Weight = { bytes: number; scriptBytes: number; hosts: string[] };

/** Of the page that is open, loaded anew without what the browser has kept; bodies as they were on the wire. */
export async function weigh({ page }: Chat): Promise<Weight> {
  await page.cdp("Network.setCacheDisabled", { cacheDisabled: true });
  await page.cdp("Network.setBypassServiceWorker", { bypass: true });
  await reload(page);
  const entries = await page.evaluate<{ name: string; bytes: number }[]>(
    `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize }))`,
  );
  const sum = (some: typeof entries) => some.reduce((total, { bytes }) => total + bytes, 0);
  return {
    bytes: sum(entries),
    scriptBytes: sum(entries.filter(({ name }) => name.includes("/assets/app-") && name.endsWith(".js"))),
    hosts: [...new Set(entries.map(({ name }) => new URL(name).host))],
  };
}

/**
 * The milliseconds from an event of that type to the frame that shows its effect, `isShown`, each time that `act`
 * makes one; what it changed is changed back by `undo`.
 */
export async function feel(
  page: Page,
  {
    type,
    isShown,
    act,
    undo,
  }: { type: string; isShown: string; act(): Promise<void>; undo(): Promise<void> },
  times = 9,
): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    await page.evaluate(`(() => {
      const isShown = () => Boolean(${isShown});
      globalThis.felt = new Promise((resolve) => {
        addEventListener(${JSON.stringify(type)}, ({ timeStamp }) => {
          const look = () => {
            // What a frame's callbacks find is painted at its end, and tasks come after that.
            if (isShown()) setTimeout(() => resolve(performance.now() - timeStamp));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }, { once: true, capture: true });
      });
    })()`);
    await act();
    taken.push(await page.evaluate<number>("globalThis.felt"));
    await undo();
  }
  return taken.toSorted((a, b) => a - b);
}

export type Work = {
  tokens: number;
  /** Milliseconds on the page's main thread, while it was so many times slower. */
  longTasksMs: number[];
  scriptMs: number;
  taskMs: number;
  /** How far things outside of the newest reply moved by themselves; see the Layout Instability API. */
  shift: number;
};

/** Streams `tokens` at so many a second into the open chat on a processor that is `slowdown` times slower. */
export async function watchWork(
  { page, model }: Chat,
  { tokens, perSecond, slowdown }: { tokens: number; perSecond: number; slowdown: number },
): Promise<Work> {
  // What was sent has found its place by then.
  await page.until(`document.querySelector("#thread > :last-child [data-running]")`);
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await page.evaluate(`(() => {
    const tail = document.querySelector("#thread > :last-child");
    // Looked at when all is over: this is script, too, and is not to be measured.
    const lists = { longtask: [], "layout-shift": [] };
    for (const [type, kept] of Object.entries(lists)) {
      new PerformanceObserver((list) => void kept.push(list)).observe({ type });
    }
    const entriesOf = (type) => lists[type].flatMap((list) => list.getEntries());
    const isOutside = ({ node }) => node !== null && !tail.contains(node);
    globalThis.work = () => ({
      longTasksMs: entriesOf("longtask").map(({ duration }) => duration),
      shift: entriesOf("layout-shift")
        .filter(({ sources }) => sources.some(isOutside))
        .reduce((sum, { value }) => sum + value, 0),
    });
  })()`);
  await page.cdp("Performance.enable");
  await page.throttle(slowdown);
  const before = await timesOf(page);
  const startMs = performance.now();
  for (let token = 0; token < tokens; token++) {
    await model.say(wordsOf(token));
    const dueMs = ((token + 1) * 1000) / perSecond - (performance.now() - startMs);
    if (dueMs > 0) await Bun.sleep(dueMs);
  }
  await page.until(
    `document.querySelector("#thread > :last-child [data-body]").textContent.includes("word${tokens - 1}")`,
    30_000,
  );
  const after = await timesOf(page);
  await page.throttle(1);
  const { longTasksMs, shift } =
    await page.evaluate<Pick<Work, "longTasksMs" | "shift">>("globalThis.work()");
  return {
    tokens,
    longTasksMs,
    shift,
    scriptMs: (after.script - before.script) * 1000,
    taskMs: (after.task - before.task) * 1000,
  };
}

async function timesOf(page: Page): Promise<{ script: number; task: number }> {
  const { metrics } = (await page.cdp("Performance.getMetrics")) as {
    metrics: { name: string; value: number }[];
  };
  const of = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
  return { script: of("ScriptDuration"), task: of("TaskDuration") };
}

/** Prose with a paragraph about every 40 tokens, and a list now and then. */
function wordsOf(token: number): string {
  if (token % 40 === 39) return `word${token}.\n\n`;
  if (token % 120 > 80 && token % 8 === 0) return `\n- word${token} `;
  return `word${token} `;
}
