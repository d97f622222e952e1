/** A reply from its first token to its end: thoughts apart, figures told, stopped from anywhere, the same in all tabs. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { connected, resting, startApp, upstreamEnv, type AppSettings, type TestApp } from "../support/app.ts";
import { checkpointed } from "../support/endless.ts";
import { bodiesIn, messagesIn, threadIn } from "../support/page.ts";
import { until } from "../support/process.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import {
  delta,
  done,
  finish,
  gate,
  startUpstream,
  thought,
  usage,
  type Script,
  type Upstream,
} from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

type Scene = AsyncDisposable & { upstream: Upstream; app: TestApp; tab: Tab };

async function scene(script: Script, settings: AppSettings = {}): Promise<Scene> {
  const upstream = await startUpstream(script);
  const app = await startApp({ ...settings, env: { ...upstreamEnv(upstream), ...settings.env } });
  const tab = await openTab(app.url);
  return {
    upstream,
    app,
    tab,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await upstream.stop();
    },
  };
}

function secondTab(tab: Tab): Promise<Tab> {
  return openTab(tab.url, { cookie: tab.cookie, path: `/conversations/${tab.position.conversation}` });
}

async function pageOf(tab: Tab): Promise<string> {
  const path = `/conversations/${tab.position.conversation}`;
  return (await loadTab(tab.url, { cookie: tab.cookie, path })).html;
}

function replyOf(html: string): string {
  return messagesIn(html, "assistant")[0] ?? "";
}

const thoughts: [how: string, pieces: string[]][] = [
  ["reasoning", [thought("Hm, "), thought("two.")]],
  ["reasoning_content", [thought("Hm, ", "reasoning_content"), thought("two.", "reasoning_content")]],
  ["reasoning_text", [thought("Hm, ", "reasoning_text"), thought("two.", "reasoning_text")]],
  ["think tags", [delta("<th"), delta("ink>Hm, tw"), delta("o.</thi"), delta("nk>")]],
];

for (const [how, pieces] of thoughts) {
  test(`thoughts in ${how} are told apart from the answer (U12)`, async () => {
    const script = [...pieces, delta("It is *two*."), finish("stop"), done()];
    await using on = await scene((_, reply) => reply.stream(script));
    await on.tab.send("How many?");
    await on.tab.ended();
    expect(on.tab.body()).toBe('<p dir="auto">It is <em>two</em>.</p>');
    expect([...on.tab.reasoning.values()]).toEqual(["Hm, two."]);
    const html = await pageOf(on.tab);
    expect(html).toContain('data-reasoning-text dir="auto">Hm, two.</div>');
    const [, time = "none"] =
      /<summary id="thought-[^"]+">Thought for (\d\.\d+ s)<\/summary>/.exec(html) ?? [];
    expect([...on.tab.thoughts.values()]).toEqual([time]);
    expect(html).toContain(on.tab.body());
  });
}

test("the receipt tells tokens, speed, cost and who answered; what nobody told is left out", async () => {
  const cost = usage(1200, 34, { cost: 0.0042 });
  const headers = { "x-inference-provider": "acme" };
  await using on = await scene((_, reply) =>
    reply.stream([delta("Well."), finish("stop"), cost, done()], headers),
  );
  await on.tab.send("Go");
  const foot = await on.tab.ended();
  expect(foot).toContain("<li>1,234 tokens</li>");
  expect(foot).toContain("s to first token</li>");
  expect(JSON.stringify(on.tab.steps)).toContain("acme");
  on.upstream.answer((_, reply) => reply.stream([delta("Well."), finish("stop"), done()]));
  on.tab.ask({ op: "message.regenerate", message: replyOf(await pageOf(on.tab)) });
  await on.tab.until(() => on.upstream.requests.length === 2 && on.app.live.runs.size === 0);
  const html = await pageOf(on.tab);
  expect(html).toContain("s to first token</li>");
  expect(html).not.toMatch(/tokens<\/li>|\$0/);
});

test("a stop from another tab reaches the model's server within a second, and keeps what came", async () => {
  await using on = await scene((_, reply) => reply.stream([delta("Some words"), new Promise(() => {})]));
  const { tab, upstream } = on;
  await tab.send("Go on for ever");
  await tab.until(() => tab.body().includes("Some words"));
  const request = await upstream.nextRequest();
  const other = await secondTab(tab);
  const askedMs = performance.now();
  const op = other.ask({ op: "generation.stop", message: replyOf(other.html) });
  await request.closed;
  expect(performance.now() - askedMs).toBeLessThan(1000);
  expect((await other.answered(op)).type).toBe("ack");
  for (const each of [tab, other]) expect(await each.ended()).toContain("Stopped.");
  expect(await pageOf(tab)).toContain('<p dir="auto">Some words</p>');
  // Too late is no fault: it is what was asked for.
  const late = tab.ask({ op: "generation.stop", message: replyOf(other.html) });
  expect((await tab.answered(late)).type).toBe("ack");
  expect(upstream.requests.length).toBe(1);
});

test("a stop before the first word reaches the model's server too", async () => {
  await using on = await scene(() => {});
  await on.tab.send("Go");
  const request = await on.upstream.nextRequest();
  on.tab.ask({ op: "generation.stop", message: replyOf(await pageOf(on.tab)) });
  await request.closed;
  expect(await on.tab.ended()).toContain("Stopped.");
});

test("a closed tab does not stop its generation", async () => {
  const more = gate();
  await using on = await scene((_, reply) =>
    reply.stream([delta("One "), more, delta("two."), finish("stop"), done()]),
  );
  await on.tab.send("Go");
  await on.tab.until(() => on.tab.body().includes("One"));
  on.tab.drop();
  await connected(on.app, 0);
  more.release();
  const back = await secondTab(on.tab);
  await resting(on.app);
  expect(await pageOf(back)).toContain('<p dir="auto">One two.</p>');
});

test("what came while nobody watched is there when somebody looks, without a word more from the model", async () => {
  const [unseen, end] = [gate(), gate()];
  const script = [delta("Seen, "), unseen, delta("and **unseen**."), end, finish("stop"), done()];
  await using on = await scene((_, reply) => reply.stream(script));
  await on.tab.send("Go");
  await on.tab.until(() => on.tab.body().includes("Seen"));
  on.tab.drop();
  await connected(on.app, 0);
  unseen.release();
  const [run] = on.app.live.runs.values();
  while (!run?.text.includes("unseen")) await Bun.sleep(1);
  const whole = '<p dir="auto">Seen, and <strong>unseen</strong>.</p>';
  expect(bodiesIn(await pageOf(on.tab))).toEqual([whole]);
  const back = await secondTab(on.tab);
  expect(back.body()).toBe(whole);
  end.release();
  await back.ended();
});

test("two tabs see the same words in the same order, and a third that comes late catches up", async () => {
  const gates = [gate(), gate(), gate()];
  const words = ["# One\n\n", "two *three* ", "four\n\n- five\n", "- six"];
  const pieces = words.flatMap((word, index) => [delta(word), gates[index] ?? ""]);
  await using on = await scene((_, reply) => reply.stream([...pieces, finish("stop"), done()]));
  const other = await openTab(on.app.url, { cookie: on.tab.cookie });
  other.position = { ...on.tab.position };
  await other.join();
  await on.tab.send("Go");
  const tabs = [on.tab, other];
  for (const [index, held] of gates.entries()) {
    await Promise.all(tabs.map((tab) => tab.until(() => [...tab.seqs.values()].at(-1) === index + 1)));
    tabs.push(await secondTab(on.tab));
    held.release();
  }
  await Promise.all(tabs.map((tab) => tab.ended()));
  const [body = ""] = bodiesIn(await pageOf(on.tab));
  expect(body).toContain("six");
  for (const tab of tabs) expect(tab.body()).toBe(body);
});

test("a new version, and the choice of one, are shown in all tabs", async () => {
  await using on = await scene((request, reply) =>
    reply.stream([delta(`Version ${request.index + 1}`), finish("stop"), done()]),
  );
  const { tab } = on;
  await tab.send("Go");
  await tab.ended();
  const other = await secondTab(tab);
  const first = replyOf(other.html);
  tab.ask({ op: "message.regenerate", message: first });
  const last = (each: Tab) => each.frames.map(threadIn).findLast((html) => html !== null) ?? "";
  await Promise.all([tab, other].map((each) => each.until(() => each.body().includes("Version 2"))));
  for (const each of [tab, other]) expect(last(each)).toContain("<span>2/2</span>");
  await tab.until(() => on.app.live.runs.size === 0);
  other.ask({ op: "branch.choose", message: first });
  for (const each of [tab, other]) {
    await each.until(() => last(each).includes("Version 1"));
    expect(last(each)).not.toContain("Version 2");
    expect(last(each)).toContain("<span>1/2</span>");
  }
  expect(tab.position.revision).toBe(other.position.revision);
  expect(bodiesIn(await pageOf(tab))).toEqual(['<p dir="auto">Version 1</p>']);
});

test("a checkpoint holds all that has come, also what is not told yet because the beat is late [K1]", async () => {
  const held = gate();
  const limits = { patchMs: 60_000, checkpointMs: 20, shutdownMs: 1 };
  const script = [delta("First."), held, delta(" Second."), gate()];
  await using it = await scene((_, reply) => reply.stream(script), { limits });
  await it.tab.send("Go");
  await it.tab.until(() => it.tab.body().includes("First."));
  held.release();
  const path = it.app.config.dataPath;
  await until("the second word", () => checkpointed(path) === "First. Second.", 5000);
});
