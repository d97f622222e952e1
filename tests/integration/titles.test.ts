/** Titles that a model makes on the side: once, bounded, counted apart, and never over a person's own. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { cleanTitle } from "../../src/chat/titles.ts";
import { startApp, upstreamEnv, type AppSettings, type TestApp } from "../support/app.ts";
import { soleOwner } from "../support/fill.ts";
import { until } from "../support/process.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import {
  delta,
  done,
  finish,
  gate,
  startUpstream,
  usage,
  type Script,
  type Upstream,
} from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

type Body = { model: string; max_tokens: number; messages: { content: string }[] };

const isForTitle = (json: unknown) =>
  (json as Body).messages.at(-1)?.content.includes("Give this conversation a title");

const reply = [delta("The moon pulls."), finish("stop"), usage(10, 4), done()];

/** An app whose model answers, and makes titles as `titled` says. */
async function start(
  titled: Script,
  settings: AppSettings = {},
): Promise<{ upstream: Upstream; app: TestApp; tab: Tab }> {
  const upstream = await startUpstream((request, answer) => {
    return isForTitle(request.json) ? titled(request, answer) : answer.stream(reply);
  });
  const env = { ...upstreamEnv(upstream), TITLE_MODEL: "tiny", ...settings.env };
  const app = await startApp({ ...settings, env });
  return { upstream, app, tab: await openTab(app.url) };
}

async function end({ upstream, app, tab }: Awaited<ReturnType<typeof start>>): Promise<void> {
  tab.drop();
  await app[Symbol.asyncDispose]();
  await upstream.stop();
}

const logged = ({ logged: lines }: TestApp, event: string) =>
  until(event, () => lines.find((line) => line.includes(`"${event}"`)));

const titleIn = (tab: Tab) => String(tab.steps.findLast((step) => step[1] === "title")?.[2] ?? "");

test("after its first reply a conversation gets a model's title, in every tab, and the call is counted apart [C5]", async () => {
  const all = await start((_, answer) =>
    answer.stream([delta('**"Why the'), delta(' tides turn."**\n'), finish("stop"), usage(50, 6), done()]),
  );
  const { app, tab, upstream } = all;
  const text = `Why are there tides? ${"x".repeat(5000)}`;
  await tab.send(text);
  await tab.until(() => titleIn(tab).includes(">Why the tides turn</h1>"));
  const line = JSON.parse(await logged(app, "title.finished"));
  expect(line).toMatchObject({ level: "info", given: true, calls: 1, tokensIn: 50, tokensOut: 6 });
  const [, asked] = upstream.requests.map(({ json }) => json as Body);
  expect(asked).toMatchObject({ model: "tiny", max_tokens: app.config.limits.titleTokens });
  expect(JSON.stringify(asked).length).toBeLessThan(2500);
  const owner = soleOwner(
    app.live.file?.db ??
      (() => {
        throw new Error("no store");
      })(),
  );
  const kinds = app.live.file?.db
    .query("SELECT kind, runs, tokens_in FROM usage WHERE account = ? ORDER BY kind")
    .values(owner);
  expect(kinds).toEqual([
    ["reply", 1, 10],
    ["title", 1, 50],
  ]);
  const { html } = await loadTab(app.url, { cookie: tab.cookie, path: "/usage" });
  expect(html).toContain("<caption>Besides replies, the last 30 days</caption>");
  expect(html).toContain('<th scope="row" dir="auto">Titles</th><td>1</td><td>50</td><td>6</td><td>–</td>');
  // The second reply asks for no other.
  const parent = /id="foot-([^"]+)"/.exec(await tab.ended())?.[1] ?? null;
  const seen = tab.steps.length;
  await tab.send("And why two a day?", parent);
  await tab.until(() =>
    tab.steps.slice(seen).some((step) => step[1].startsWith("foot-") && String(step[2]).includes("receipt")),
  );
  expect(upstream.requests.filter(({ json }) => isForTitle(json))).toHaveLength(1);
  await end(all);
});

test("a name that a person gives meanwhile stays", async () => {
  const held = gate();
  const all = await start((_, answer) =>
    answer.stream([held, delta("A model's title"), finish("stop"), done()]),
  );
  const { app, tab, upstream } = all;
  await tab.send("Why are there tides?");
  await until("a request for a title", () => upstream.requests.some(({ json }) => isForTitle(json)));
  await tab.answered(
    tab.ask({ op: "conversation.rename", conversation: tab.position.conversation, title: "Mine" }),
  );
  held.release();
  expect(JSON.parse(await logged(app, "title.finished"))).toMatchObject({ given: false });
  expect(titleIn(tab)).toContain(">Mine</h1>");
  await end(all);
});

for (const [what, titled] of Object.entries<Script>({
  "an error": (_, answer) => answer.json(503, { error: "no" }),
  silence: () => {},
  "nothing but thoughts": (_, answer) => answer.stream([delta(""), finish("length"), done()]),
})) {
  test(`a model that answers with ${what} leaves the first words, after one call, and nobody is told`, async () => {
    const all = await start(titled, { limits: { titleMs: 300 } });
    const { app, tab, upstream } = all;
    await tab.send("Why are there tides?");
    const line = await until("an end", () =>
      app.logged.find((each) => /"title\.(failed|finished)"/.test(each)),
    );
    expect(line).not.toContain('"given":true');
    expect(titleIn(tab)).toContain("Why are there tides?");
    expect(tab.frames.filter((frame) => frame.type === "error")).toEqual([]);
    expect(upstream.requests.filter(({ json }) => isForTitle(json))).toHaveLength(1);
    await end(all);
  });
}

test("the chat's own model makes titles where none is named, the demo makes none", async () => {
  const all = await start((_, answer) => answer.stream([delta("Tides"), finish("stop"), done()]), {
    env: { TITLE_MODEL: "" },
  });
  await all.tab.send("Why?");
  await logged(all.app, "title.finished");
  expect(all.upstream.requests.map(({ json }) => (json as Body).model)).toEqual(["test-model", "test-model"]);
  await end(all);
  await using demo = await startApp();
  const tab = await openTab(demo.url);
  await tab.send("Men are all alike");
  await tab.ended();
  await until("an end", () => demo.live.runs.size === 0);
  expect(demo.logged.filter((line) => line.includes('"title.'))).toEqual([]);
  tab.drop();
});

test("no call is made for titles where nobody is to make them", async () => {
  const all = await start((_, answer) => answer.json(500, {}), { env: { TITLE_MODEL: "none" } });
  const { app, tab, upstream } = all;
  await tab.send("Why are there tides?");
  await tab.ended();
  await app.stop();
  expect(upstream.requests).toHaveLength(1);
  await end(all);
});

test("what models put around a title is taken off", () => {
  const said: [string, string][] = [
    ["Title: Tides", "Tides"],
    ['\n\n**"Tides and moons."**\nIt is short.', "Tides and moons"],
    ["## Tides", "Tides"],
    ["“Les marées”", "Les marées"],
    ["潮汐", "潮汐"],
    ["C# in depth", "C# in depth"],
    ["word ".repeat(50), `${"word ".repeat(11).trim()}…`],
    ["  \n", ""],
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ];
  for (const [text, title] of said) expect(cleanTitle(text, 60)).toBe(title);
});
