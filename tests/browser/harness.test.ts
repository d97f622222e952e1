/** The browser wrapper itself: what the other browser tests rely on. */
import { afterAll, expect } from "bun:test";
import { browserTest, openPage } from "../support/browser.ts";

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  routes: {
    "/": () =>
      html(`<h1>Hello</h1><form><input id="name"><button>Greet</button></form><p id="out">nobody</p>
      <noscript>no scripts</noscript><script src="/page.js"></script>`),
    "/page.js": new Response(
      `document.querySelector("form").onsubmit = (event) => {
        event.preventDefault();
        document.querySelector("#out").textContent = "Hello, " + document.querySelector("#name").value;
      };
      document.onkeydown = (event) => document.title = (event.shiftKey ? "Shift+" : "") + event.key;`,
      { headers: { "content-type": "text/javascript" } },
    ),
    "/inline": () => html(`<script>document.title = "ran"</script>`),
    "/faulty": () => html(`<script src="/faulty.js"></script>`),
    "/faulty.js": new Response(`console.error("went", "wrong"); undefined.nothing;`, {
      headers: { "content-type": "text/javascript" },
    }),
    "/cookie": (request) => html(`<p>${request.cookies.get("who") ?? "nobody"}</p>`),
    "/sign-in": (request) => {
      request.cookies.set("who", "anna", { httpOnly: true });
      return html("<p>welcome</p>");
    },
    "/ping": new Response("pong"),
    "/favicon.ico": new Response(null, { status: 204 }),
  },
});
const url = (path: string) => new URL(path, server.url).href;

afterAll(() => server.stop(true));

function html(body: string): Response {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": CSP };
  return new Response(`<!doctype html><meta name="viewport" content="width=device-width"><body>${body}`, {
    headers,
  });
}

browserTest("a person clicks, types and presses keys, and the page answers", async () => {
  await using page = await openPage(url("/"));
  await page.click("#name");
  await page.type("Änne 🦊");
  await page.click("button");
  expect(await page.text("#out")).toBe("Hello, Änne 🦊");
  await page.press("Enter", ["Shift"]);
  expect(await page.until(`document.title === "Shift+Enter" && document.title`)).toBe("Shift+Enter");
  expect(await page.text("#absent")).toBeNull();
  expect(await page.problems()).toEqual([]);
});

browserTest("commands given at once take turns", async () => {
  await using page = await openPage(url("/"));
  const sums = [1, 2, 3].map((n) => page.evaluate(`new Promise((done) => setTimeout(done, 5, ${n}))`));
  expect(await Promise.all([...sums, page.text("h1")])).toEqual([1, 2, 3, "Hello"]);
});

browserTest("a wait for what does not come ends and says what it was", async () => {
  await using page = await openPage(url("/"));
  await expect(page.until("window.never", 50)).rejects.toThrow("Not within 50 ms: window.never");
});

browserTest("a screenshot is a PNG of the page's size, dark where dark is asked for", async () => {
  await using page = await openPage(url("/"), { width: 320, height: 200, dark: true });
  const png = Buffer.from(await page.screenshot());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([320, 200]);
  expect(await page.evaluate(`matchMedia("(prefers-color-scheme: dark)").matches`)).toBe(true);
});

browserTest("a phone has a small touch screen", async () => {
  await using page = await openPage(url("/"), { phone: true });
  expect(await page.evaluate("[innerWidth, navigator.maxTouchPoints > 0]")).toEqual([390, true]);
  await page.click("#name");
  expect(await page.evaluate("document.activeElement.id")).toBe("name");
});

browserTest("errors of the page's scripts are collected", async () => {
  await using page = await openPage(url("/faulty"));
  expect(await page.problems()).toContainEqual({ kind: "console", text: "went wrong" });
  expect(await page.untilProblem(/TypeError/)).toMatchObject({ kind: "exception" });
  page.forgetProblems();
  await page.goto(url("/"));
  expect(await page.problems()).toEqual([]);
});

browserTest("what the content security policy stops is collected", async () => {
  await using page = await openPage(url("/inline"));
  expect(await page.untilProblem(/kInlineViolation/)).toMatchObject({ kind: "csp" });
  expect(await page.evaluate("document.title")).not.toBe("ran");
});

browserTest("two tabs of a person share cookies, two persons do not", async () => {
  await using anna = await openPage(url("/sign-in"));
  await using tab = await anna.openTab(url("/cookie"));
  await using bert = await openPage(url("/cookie"));
  expect([await tab.text("p"), await bert.text("p")]).toEqual(["anna", "nobody"]);
  expect(await tab.cookies()).toMatchObject([{ name: "who", value: "anna", httpOnly: true }]);
  expect(await bert.cookies()).toEqual([]);
});

browserTest("without JavaScript the page's scripts stay still and the test's own run", async () => {
  await using page = await openPage(url("/"), { javascript: false });
  expect(await page.text("noscript")).toBe("no scripts");
  await page.click("#name");
  await page.type("x");
  await page.click("button");
  expect(await page.until(`document.querySelector("#name").value === "" && 1`)).toBe(1);
  expect(await page.text("#out")).toBe("nobody");
});

browserTest("an offline page reaches nothing until it is online again", async () => {
  await using page = await openPage(url("/"));
  const ping = `fetch("/ping").then((response) => response.text(), () => "unreachable")`;
  expect(await page.evaluate(ping)).toBe("pong");
  await page.offline(true);
  expect(await page.evaluate(`${ping}.then((reply) => [reply, navigator.onLine])`)).toEqual([
    "unreachable",
    false,
  ]);
  await page.offline(false);
  expect(await page.evaluate(ping)).toBe("pong");
});

browserTest("a browser that dies fails what waits for it, and the next page has a new one", async () => {
  await using page = await openPage(url("/"));
  await using tab = await page.openTab(url("/"));
  const failure = page.evaluate("new Promise(() => {})").catch((error: unknown) => error);
  await expect(tab.cdp("Browser.crash")).rejects.toThrow();
  expect(await failure).toBeInstanceOf(Error);
  await using next = await openPage(url("/"));
  expect(await next.text("h1")).toBe("Hello");
});
