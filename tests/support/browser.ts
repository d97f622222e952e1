/** A real browser for tests: pages that a person clicks and types in, and what goes wrong in them. */
import { afterAll, test } from "bun:test";
import { type Chromium, startChromium } from "./chromium.ts";
import { type Browser, findBrowser } from "./find-browser.ts";

export type PageOptions = {
  /** 1280 × 800 where nothing is said. */
  width?: number;
  height?: number;
  dark?: boolean;
  reducedMotion?: boolean;
  /** A touch screen of 390 × 844 with a mobile viewport. */
  phone?: boolean;
  /** False: the page's own scripts do not run; those of `evaluate` and `until` do. */
  javascript?: boolean;
};

export type Problem = { kind: "console" | "exception" | "log" | "csp"; text: string };

export type Cookie = { name: string; value: string; httpOnly: boolean; secure: boolean; sameSite?: string };

/** An expression, or a function that is sent as text: it sees the page, not the test's variables. */
export type Script<T> = string | (() => T | Promise<T>);

export type Page = {
  /** Resolves when the page has loaded; rejects where it can't be reached. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  url(): Promise<string>;
  /** Waits until the element is there, stands still and is not covered; scrolls to it. */
  click(selector: string): Promise<void>;
  /** Into what has the focus, as one insertion without key events. */
  type(text: string): Promise<void>;
  /** "Enter", "Tab", "Escape", "ArrowUp" …, or a character with modifiers. */
  press(key: string, modifiers?: Bun.WebView.Modifier[]): Promise<void>;
  evaluate<T = unknown>(script: Script<T>): Promise<T>;
  /** Resolves with the first truthy value; survives navigations. */
  until<T = unknown>(script: Script<T>, timeoutMs?: number): Promise<T>;
  /** The element's visible text, or null where there is none. */
  text(selector: string): Promise<string | null>;
  /** A PNG; written where a path is given. */
  screenshot(path?: string): Promise<Uint8Array>;
  /** All since the page was opened, or since they were forgotten. */
  problems(): Promise<Problem[]>;
  forgetProblems(): void;
  untilProblem(pattern: RegExp, timeoutMs?: number): Promise<Problem>;
  /** Requests and new WebSockets fail; an open WebSocket falls silent, without closing, until online again. */
  offline(isOffline: boolean): Promise<void>;
  /** 4 is a processor four times slower; 1 is none. */
  throttle(rate: number): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  cookies(): Promise<Cookie[]>;
  /** Another tab of the same person. A second `openPage` is another person. */
  openTab(url: string, options?: PageOptions): Promise<Page>;
  /** A command of the DevTools protocol to this page. */
  cdp(method: string, params?: Record<string, unknown>): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
};

const TEST_TIMEOUT_MS = 30_000;
const POLL_MS = 15;
const ONLINE = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

const browser = await findBrowser();
let running: Promise<Chromium> | null = null;
const ends: Promise<void>[] = [];

/** A test that is skipped where no browser runs; tests/run.ts says why. Chromium ends with the file. */
export function browserTest(name: string, fn: () => Promise<void>, timeoutMs = TEST_TIMEOUT_MS): void {
  test.skipIf(browser === null)(name, fn, timeoutMs);
  afterAll(closeBrowser);
}

/** Opens the page as a new person, with no cookies or storage. */
export async function openPage(url: string, options: PageOptions = {}): Promise<Page> {
  if (!browser) throw new Error("No browser runs here.");
  running ??= start(browser);
  const chromium = await running;
  const { browserContextId } = await chromium.call("Target.createBrowserContext");
  const contextId = String(browserContextId);
  const page = await openInContext(chromium, contextId, url, options);
  return {
    ...page,
    async [Symbol.asyncDispose]() {
      await page[Symbol.asyncDispose]();
      // Fails where Chromium has died; the test has heard of that already.
      await chromium.call("Target.disposeBrowserContext", { browserContextId }).catch(() => null);
    },
  };
}

/** A browser that died (of a test's time limit, say) does not take the next tests with it. */
function start(found: Browser): Promise<Chromium> {
  const starting = startChromium(found, () => {
    if (running === starting) running = null;
  });
  ends.push(starting.then((chromium) => chromium.ended).catch(() => {}));
  return starting;
}

export async function closeBrowser(): Promise<void> {
  const closing = running;
  running = null;
  await (await closing)?.close();
  await Promise.all(ends);
}

async function openInContext(
  chromium: Chromium,
  contextId: string,
  url: string,
  options: PageOptions,
): Promise<Page> {
  const problems: Problem[] = [];
  const { width, height } = {
    ...(options.phone ? { width: 390, height: 844 } : { width: 1280, height: 800 }),
    ...options,
  };
  const view = await chromium.openView(contextId, {
    width,
    height,
    console(type, ...args) {
      if (type === "error" || type === "assert")
        problems.push({ kind: "console", text: args.map(String).join(" ") });
    },
  });
  const page = drive(view, problems, (tabUrl, tabOptions = {}) =>
    openInContext(chromium, contextId, tabUrl, tabOptions),
  );
  await collectProblems(view, problems);
  await emulate(view, { ...options, width, height });
  await page.goto(url);
  return page;
}

/** WebView refuses a second command while one is under way, so they take turns here. */
function drive(view: Bun.WebView, problems: Problem[], openTab: Page["openTab"]): Page {
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(command: () => Promise<T>): Promise<T> {
    const result = last.then(command);
    last = result.catch(() => null);
    return result;
  }
  const cdp: Page["cdp"] = (method, params = {}) => inTurn(() => view.cdp(method, params));
  const order = async (method: string, params: Record<string, unknown>) => void (await cdp(method, params));
  const evaluate = <T>(script: Script<T>) => inTurn(() => view.evaluate<T>(source(script)));
  async function until<T>(script: Script<T>, timeoutMs = 10_000): Promise<T> {
    let failure: unknown = null;
    const value = await poll(timeoutMs, () =>
      evaluate(script).catch((error: unknown) => {
        failure = error;
        return null;
      }),
    );
    if (value) return value;
    throw new Error(`Not within ${timeoutMs} ms: ${source(script)}`, { cause: failure });
  }

  return {
    goto: (url) => inTurn(() => view.navigate(url)),
    reload: () => inTurn(() => view.reload()),
    url: () => evaluate<string>("location.href"),
    async click(selector) {
      const [x, y] = await until<[number, number]>(standsAt(selector));
      await inTurn(() => view.click(x, y));
    },
    type: (text) => inTurn(() => view.type(text)),
    press: (key, modifiers = []) => inTurn(() => view.press(key, { modifiers })),
    evaluate,
    until,
    text: (selector) => evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? null`),
    async screenshot(path) {
      const png = await inTurn(() => view.screenshot({ encoding: "buffer" }));
      if (path) await Bun.write(path, png);
      return png;
    },
    async problems() {
      await evaluate("0");
      return [...problems];
    },
    forgetProblems: () => void problems.splice(0),
    async untilProblem(pattern, timeoutMs = 10_000) {
      const found = await poll(timeoutMs, async () => problems.find(({ text }) => pattern.test(text)));
      if (found) return found;
      throw new Error(`No problem like ${pattern} within ${timeoutMs} ms, but: ${JSON.stringify(problems)}`);
    },
    offline: (isOffline) => order("Network.emulateNetworkConditions", { ...ONLINE, offline: isOffline }),
    throttle: (rate) => order("Emulation.setCPUThrottlingRate", { rate }),
    resize: (width, height) => order("Emulation.setDeviceMetricsOverride", screen(width, height)),
    cookies: async () => ((await cdp("Network.getCookies")) as { cookies: Cookie[] }).cookies,
    openTab,
    cdp,
    async [Symbol.asyncDispose]() {
      view.close();
    },
  };
}

async function poll<T>(timeoutMs: number, look: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value || performance.now() > endMs) return value;
    await Bun.sleep(POLL_MS);
  }
}

/**
 * The middle of an element that was there at the last look too and gets the click. WebView's own click by selector
 * waits for animation frames, which a page without JavaScript does not run, and does not scroll.
 */
function standsAt(selector: string): string {
  return `((selector) => {
    const element = document.querySelector(selector);
    element?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const { x, y, width, height } = element?.getBoundingClientRect() ?? { width: 0, height: 0 };
    const place = [selector, x, y, width, height].join();
    const isStill = globalThis.lastPlace === place;
    globalThis.lastPlace = place;
    if (!isStill || width * height === 0) return null;
    const middle = [x + width / 2, y + height / 2];
    return element.contains(document.elementFromPoint(...middle)) ? middle : null;
  })(${JSON.stringify(selector)})`;
}

function source(script: Script<unknown>): string {
  return typeof script === "string" ? script : `(${script})()`;
}

async function collectProblems(view: Bun.WebView, problems: Problem[]): Promise<void> {
  const listen = <T>(event: string, read: (data: T) => Problem | null) =>
    view.addEventListener(event, (message) => {
      const problem = read((message as MessageEvent<T>).data);
      if (problem) problems.push(problem);
    });
  listen<ExceptionThrown>("Runtime.exceptionThrown", ({ exceptionDetails: { text, exception } }) => ({
    kind: "exception",
    text: exception?.description ?? text,
  }));
  listen<EntryAdded>("Log.entryAdded", ({ entry }) =>
    entry.level === "error" ? { kind: "log", text: `${entry.text} ${entry.url ?? ""}`.trim() } : null,
  );
  listen<IssueAdded>("Audits.issueAdded", ({ issue }) =>
    issue.code === "ContentSecurityPolicyIssue" ? { kind: "csp", text: JSON.stringify(issue.details) } : null,
  );
  for (const domain of ["Runtime", "Log", "Audits", "Page", "Network"]) await view.cdp(`${domain}.enable`);
}

type ExceptionThrown = { exceptionDetails: { text: string; exception?: { description?: string } } };
type EntryAdded = { entry: { level: string; text: string; url?: string } };
type IssueAdded = { issue: { code: string; details: unknown } };

async function emulate(
  view: Bun.WebView,
  options: PageOptions & { width: number; height: number },
): Promise<void> {
  const { width, height } = options;
  const features = [
    { name: "prefers-color-scheme", value: options.dark ? "dark" : "light" },
    { name: "prefers-reduced-motion", value: options.reducedMotion ? "reduce" : "no-preference" },
  ];
  await view.cdp("Emulation.setEmulatedMedia", { features });
  await view.cdp("Emulation.setDeviceMetricsOverride", screen(width, height, options.phone));
  if (options.phone) await view.cdp("Emulation.setTouchEmulationEnabled", { enabled: true });
  if (options.javascript === false) await view.cdp("Emulation.setScriptExecutionDisabled", { value: true });
}

/** WebView's own width and height are those of the window, of which Chromium's bars take a part. */
function screen(width: number, height: number, isPhone = false): Record<string, unknown> {
  return { width, height, deviceScaleFactor: isPhone ? 2 : 1, mobile: isPhone };
}
