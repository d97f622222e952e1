/** Two languages: pages, frames, faults and forms in the one that their reader has chosen, or his browser asks for. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { bodiesIn } from "../support/page.ts";
import { openTab, type FrameOf, type Tab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream, type Gate, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let upstream: Upstream;
let app: TestApp;
let held: Gate;

beforeAll(async () => {
  upstream = await startUpstream((request, reply) => {
    if (JSON.stringify(request.body).includes("refuse me")) {
      return reply.json(429, { error: "slower" });
    }
    return reply.stream([delta("Well, **yes**."), held, delta(" And no."), finish("stop"), done()]);
  });
  app = await startApp({ env: upstreamEnv(upstream) });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

const german = { "Accept-Language": "de-DE,de;q=0.9,en;q=0.8" };

test("a browser that asks for German gets German, and one that has chosen gets its choice", async () => {
  const page = async (headers: Record<string, string>) => {
    const response = await fetch(app.url, { headers });
    expect(response.headers.get("vary")).toContain("Accept-Language");
    return response.text();
  };
  const own = await page(german);
  expect(own).toContain('<html lang="de">');
  expect(own).toContain("Was beschäftigt dich?");
  expect(own).not.toContain("New chat");
  expect(await page({ ...german, Cookie: "banter_language=en" })).toContain("What is on your mind?");
  expect(await page({ Cookie: "banter_language=de" })).toContain("Was beschäftigt dich?");
  expect(await page({ Cookie: "banter_language=../x" })).toContain("What is on your mind?");
});

test("pages that say what is wrong say it in the reader's language", async () => {
  const { post, get } = await visit(app.url);
  const missing = await get("/conversations/none", german);
  expect([missing.status, await missing.text()]).toEqual([
    404,
    expect.stringContaining("Diese Seite gibt es nicht"),
  ]);
  const empty = { id: crypto.randomUUID(), conversation: crypto.randomUUID(), parent: "", text: " " };
  const refused = await post("message.send", empty, german);
  expect([refused.status, await refused.text()]).toEqual([
    400,
    expect.stringContaining("Die Nachricht ist leer."),
  ]);
  const json = { ...german, "Content-Type": "application/json" };
  const foreign = await fetch(`${app.url}/ops/message.send`, { method: "POST", headers: json, body: "{}" });
  expect(await foreign.text()).toContain("Das kam von einer anderen Seite.");
});

test("a choice is kept by a cookie and leads back to the page, and to no other site", async () => {
  const choose = (language: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/language`, {
      method: "POST",
      redirect: "manual",
      headers: { Origin: app.url, ...headers },
      body: new URLSearchParams({ language }),
    });
  const chosen = await choose("de", { Referer: `${app.url}/search?q=a` });
  expect([chosen.status, chosen.headers.get("location")]).toEqual([303, "/search?q=a"]);
  const cookie = chosen.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^banter_language=de; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  for (const from of [
    "//evil.example/",
    `${app.url}//evil.example/x`,
    "javascript:alert(1)",
    "",
    "http://[",
  ]) {
    const { headers } = await choose("de", { Referer: from });
    expect([from, headers.get("location")]).toEqual([from, "/"]);
  }
  const none = await choose("xx", german);
  expect([none.status, await none.text()]).toEqual([400, expect.stringContaining("Diese Sprache")]);
  const foreign = await choose("de", { Origin: "http://evil.example" });
  expect([foreign.status, foreign.headers.get("set-cookie")]).toEqual([403, null]);
});

test("two tabs in two languages see one conversation, each in its own, and the same reply", async () => {
  held = gate();
  await using english = await tabIn("en");
  const { conversation } = english.position;
  english.ask({ op: "message.send", conversation, parent: null, text: "Is it so?" });
  await english.until(() => shownBy(english).includes("yes"));
  const path = `/conversations/${conversation}`;
  await using own = await tabIn("de", english.cookie, path);
  expect(htmlOf(own)).not.toContain("Copy");
  held.release();
  await Promise.all([english, own].map((tab) => tab.until(() => shownBy(tab).includes("And no."))));
  await Promise.all(
    [english, own].map((tab) => tab.until(() => /data-outcome=\\?"complete/.test(htmlOf(tab)))),
  );
  expect(htmlOf(english)).toContain("Regenerate");
  expect(htmlOf(english)).not.toContain("Neu schreiben");
  expect(htmlOf(own)).toContain("Neu schreiben");
  expect(htmlOf(own)).not.toContain("Regenerate");
  const bodies = await Promise.all(
    [english, own].map(async (tab) =>
      bodiesIn(await (await fetch(app.url + path, { headers: { Cookie: tab.cookie } })).text()),
    ),
  );
  expect(bodies[0]).toEqual(bodies[1] ?? []);
  expect(bodies[0]?.length).toBe(1);
});

test("what a socket is refused, and a reply that fails, is told in the language of its page", async () => {
  await using tab = await tabIn("de");
  const { conversation } = tab.position;
  const id = tab.ask({ op: "message.send", conversation, parent: null, text: " " });
  const refused = await tab.until(() =>
    tab.frames.find((frame): frame is FrameOf<"error"> => frame.type === "error"),
  );
  expect(refused).toMatchObject({ id, code: "bad_op", text: "Die Nachricht ist leer." });
  tab.ask({ op: "message.send", conversation, parent: null, text: "refuse me" });
  await tab.until(() => htmlOf(tab).includes("Im Moment zu viele Anfragen"));
  expect(htmlOf(tab)).toContain("hat mit 429 geantwortet.");
});

/** A person's tab that reads this language by choice. */
async function tabIn(language: string, cookie?: string, path = "/"): Promise<TestTab> {
  const bare = (cookie ?? (await visit(app.url)).cookie).replace(/; banter_language=.*/, "");
  const tab = await openTab(app.url, { cookie: `${bare}; banter_language=${language}`, path });
  return Object.assign(tab, {
    async [Symbol.asyncDispose]() {
      tab.drop();
    },
  });
}

type TestTab = Tab & AsyncDisposable;

/** All the HTML that it was sent. */
function htmlOf(tab: Tab): string {
  return JSON.stringify(tab.frames.filter(({ type }) => type === "patch" || type === "thread"));
}

/** All that it shows, as it came. */
function shownBy(tab: Tab): string {
  return tab.html + JSON.stringify(tab.frames);
}
