/** More replies than may be written at once: they wait in a fair line, say where they stand, and begin by themselves (O5). */
import { expect, setDefaultTimeout, test } from "bun:test";
import { start } from "../../src/app.ts";
import { createLog } from "../../src/log.ts";
import { resting, startApp, upstreamEnv, type AppSettings, type TestApp } from "../support/app.ts";
import { bodiesIn, fieldsOf, messagesIn } from "../support/page.ts";
import { visit } from "../support/form.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

type Scene = AsyncDisposable & {
  app: TestApp;
  upstream: Upstream;
  /** Lets the reply to the nth question end. */
  end(index: number): void;
};

/** One reply at a time, which says what it was asked and then waits to be let go. */
async function scene(settings: AppSettings = {}): Promise<Scene> {
  const gates = Array.from({ length: 40 }, gate);
  const upstream = await startUpstream((request, reply) => {
    const { messages } = request.json as { messages: { content: string }[] };
    const held = gates[request.index] ?? "";
    const answer = delta(`On ${messages.at(-1)?.content}.`);
    return reply.stream([answer, held, finish("stop"), done()]);
  });
  const limits = { generationsMax: 1, placeMs: 20, ...settings.limits };
  const app = await startApp({ ...settings, limits, env: { ...upstreamEnv(upstream), ...settings.env } });
  return {
    app,
    upstream,
    end: (index) => gates[index]?.release(),
    async [Symbol.asyncDispose]() {
      for (const each of gates) each.release();
      await app[Symbol.asyncDispose]();
      await upstream.stop();
    },
  };
}

function askedOf({ requests }: Upstream): string[] {
  return requests.map(
    ({ json }) => (json as { messages: { content: string }[] }).messages.at(-1)?.content ?? "",
  );
}

const place = (tab: Tab) => [...tab.places.values()].at(-1);

function pathOf(tab: Tab): string {
  return `/conversations/${tab.position.conversation}`;
}

async function pageOf(tab: Tab): Promise<string> {
  return (await loadTab(tab.url, { cookie: tab.cookie, path: pathOf(tab) })).html;
}

async function replyOf(tab: Tab): Promise<string> {
  return messagesIn(await pageOf(tab), "assistant")[0] ?? "";
}

/** In a conversation of its own, and resolves when it is acknowledged. */
async function openAndSend(app: TestApp, text: string, cookie?: string): Promise<Tab> {
  const tab = await openTab(app.url, cookie === undefined ? {} : { cookie });
  await tab.send(text);
  return tab;
}

test("turns past the limit wait in order, are shown their place as it changes, and begin by themselves [O5]", async () => {
  await using on = await scene();
  const anna = await openAndSend(on.app, "Anna's");
  await anna.until(() => anna.body().includes("Anna"));
  const bert = await openAndSend(on.app, "Bert's");
  const cleo = await openAndSend(on.app, "Cleo's");
  await cleo.until(() => place(cleo) === "all-2");
  expect(place(bert)).toBe("all-1");
  expect(on.upstream.requests.length).toBe(1);
  on.end(0);
  await bert.until(() => bert.body().includes("Bert"));
  await cleo.until(() => place(cleo) === "all-1");
  expect(place(bert)).toBe("");
  on.end(1);
  on.end(2);
  for (const tab of [anna, bert, cleo]) await tab.ended();
  expect(askedOf(on.upstream)).toEqual(["Anna's", "Bert's", "Cleo's"]);
  expect(cleo.placesTold).toEqual(["Waiting: 2nd in line", "Waiting: 1st in line"]);
  expect(bodiesIn(await pageOf(cleo))).toEqual(['<p dir="auto">On Cleo&#x27;s.</p>']);
});

test("the time in line is told apart, and is in no other", async () => {
  await using on = await scene();
  await openAndSend(on.app, "First");
  const second = await openAndSend(on.app, "Second");
  await Bun.sleep(1100);
  on.end(0);
  on.end(1);
  expect(await second.ended()).toMatch(/<li>1\.\d s in line<\/li><li>[^<]* s to first token<\/li>/);
  const row = on.app.live.file?.db
    .query<{ waited: number; first: number; whole: number }, []>(
      "SELECT waited_ms AS waited, first_token_ms AS first, duration_ms AS whole FROM generations ORDER BY number DESC",
    )
    .get();
  expect(row?.waited).toBeGreaterThan(1000);
  expect(row?.whole).toBeLessThan(1000);
  expect(row?.first).toBeLessThan(1000);
});

test("a flood from one account does not keep another waiting: they take turns", async () => {
  await using on = await scene({ limits: { opsBurst: 99 } });
  const anna = await openAndSend(on.app, "a0");
  const mine = ["a1", "a2", "a3"];
  const tabs = [];
  for (const text of mine) tabs.push(await openAndSend(on.app, text, anna.cookie));
  const bert = await openAndSend(on.app, "b0");
  await bert.until(() => place(bert) === "all-2");
  for (const index of [0, 1, 2, 3, 4]) on.end(index);
  await resting(on.app);
  await Promise.all(tabs.map((tab) => tab.ended()));
  expect(askedOf(on.upstream)).toEqual(["a0", "a1", "b0", "a2", "a3"]);
});

test("who waits for replies of his own is told so, and others pass", async () => {
  await using on = await scene({ limits: { generationsMax: 9, generationsPerAccount: 1 } });
  const anna = await openAndSend(on.app, "One");
  const second = await openAndSend(on.app, "Two", anna.cookie);
  const third = await openAndSend(on.app, "Three", anna.cookie);
  expect(second.placesTold).toEqual(["Waiting for your other replies: 1st in line"]);
  expect(third.placesTold).toEqual(["Waiting for your other replies: 2nd in line"]);
  const bert = await openAndSend(on.app, "Bert's");
  await bert.until(() => bert.body().includes("Bert"));
  expect(bert.placesTold).toEqual([]);
  on.end(0);
  await second.until(() => second.body().includes("Two"));
});

test("a stop takes a turn out of line: nothing was asked of the model, and who stood behind moves up", async () => {
  await using on = await scene();
  await openAndSend(on.app, "First");
  const second = await openAndSend(on.app, "Second");
  const third = await openAndSend(on.app, "Third");
  const message = await replyOf(second);
  const twice = [0, 1].map(() => second.ask({ op: "generation.stop", message }));
  for (const op of twice) expect((await second.answered(op)).type).toBe("ack");
  expect(await second.ended()).toContain("Stopped.");
  await third.until(() => place(third) === "all-1");
  on.end(0);
  await third.until(() => third.body().includes("Third"));
  on.end(1);
  await third.ended();
  expect(askedOf(on.upstream)).toEqual(["First", "Third"]);
  // What was stopped may be asked for once more.
  second.ask({ op: "message.continue", message });
  await second.until(() => second.body().includes("Second"));
});

test("edit, regenerate and continue wait too, and a stop then leaves what was there", async () => {
  await using on = await scene();
  const tab = await openAndSend(on.app, "First");
  await tab.until(() => tab.body().includes("First"));
  const message = await replyOf(tab);
  tab.ask({ op: "generation.stop", message });
  await tab.ended();
  const other = await openAndSend(on.app, "Other");
  await other.until(() => other.body().includes("Other"));
  const goOn = tab.ask({ op: "message.continue", message });
  await tab.answered(goOn);
  expect(await pageOf(tab)).toContain("Waiting: 1st in line");
  const again = await openTab(tab.url, { cookie: tab.cookie, path: pathOf(tab) });
  expect([place(again), again.body()]).toEqual(["all-1", '<p dir="auto">On First.</p>']);
  await tab.answered(tab.ask({ op: "generation.stop", message }));
  expect(bodiesIn(await pageOf(tab))).toEqual(['<p dir="auto">On First.</p>']);
  await tab.answered(tab.ask({ op: "message.regenerate", message }));
  expect(await pageOf(tab)).toContain("Waiting: 1st in line");
  const [question = ""] = messagesIn(await pageOf(tab), "user");
  await tab.answered(tab.ask({ op: "message.edit", message: question, text: "Edited" }));
  expect(await pageOf(tab)).toContain("Waiting: 2nd in line");
  for (const index of [1, 2, 3]) on.end(index);
  await resting(on.app);
  expect(askedOf(on.upstream)).toEqual(["First", "Other", "First", "Edited"]);
});

test("a tab that was away is led to the present place, and to a reply that has begun", async () => {
  await using on = await scene();
  await openAndSend(on.app, "First");
  const second = await openAndSend(on.app, "Second");
  const third = await openAndSend(on.app, "Third");
  await third.until(() => place(third) === "all-2");
  for (const tab of [second, third]) tab.drop();
  on.end(0);
  while (on.upstream.requests.length < 2) await Bun.sleep(1);
  for (const tab of [second, third]) await tab.connect();
  await second.until(() => second.body().includes("Second"));
  expect([place(second), place(third)]).toEqual(["", "all-1"]);
  while ([...on.app.live.queue.lines.values()][0]?.[0]?.told?.number !== 1) await Bun.sleep(1);
  await third.join();
  // With nothing new, nothing is told: a poll would come back at once, again and again.
  const seen = third.frames.length;
  await third.join();
  expect(JSON.stringify(third.frames.slice(seen))).not.toContain("place-");
});

test("another's place is not told, whatever a page says that it shows", async () => {
  await using on = await scene();
  await openAndSend(on.app, "First");
  const second = await openAndSend(on.app, "Second");
  const [generation = ""] = second.places.keys();
  const pry = await openTab(on.app.url);
  const replies = [{ generation, blocks: 0, seq: 0, place: "all-9" }];
  const seen = pry.frames.length;
  for (const conversation of [pry.position.conversation, second.position.conversation]) {
    pry.ask({ op: "conversation.join", position: { ...pry.position, conversation, replies } });
  }
  await pry.until(() => pry.frames.slice(seen).filter(({ type }) => type === "joined").length === 2);
  expect(JSON.stringify(pry.frames)).not.toContain("place-");
});

test("without scripts the page shows the place, comes again, and stops", async () => {
  await using on = await scene();
  await openAndSend(on.app, "First");
  const visitor = await visit(on.app.url);
  const conversation = crypto.randomUUID();
  const fields = { id: crypto.randomUUID(), conversation, parent: "", text: "By form" };
  const sent = await visitor.post("message.send", fields);
  expect(sent.status).toBe(303);
  const path = `/conversations/${conversation}`;
  const html = await (await visitor.get(path)).text();
  expect(html).toMatch(/data-standing="all-1" data-place>Waiting: 1st in line<\/p>/);
  expect(html).toContain('http-equiv="refresh"');
  const { id = "", message = "" } = fieldsOf(html, "message.send");
  expect((await visitor.post("generation.stop", { id, message })).status).toBe(303);
  expect(await (await visitor.get(path)).text()).toContain("Stopped.");
  expect(on.upstream.requests.length).toBe(1);
});

test("who stops the server ends at once what waits, and lets run what runs", async () => {
  await using on = await scene();
  const first = await openAndSend(on.app, "First");
  const second = await openAndSend(on.app, "Second");
  await first.until(() => first.body().includes("First"));
  const stopped = on.app.stop();
  expect(await second.ended()).toContain("The reply did not begin");
  const late = first.ask({
    op: "message.send",
    conversation: crypto.randomUUID(),
    parent: null,
    text: "Late",
  });
  on.end(0);
  await first.ended();
  await stopped;
  expect(first.frames.some((frame) => "id" in frame && frame.id === late)).toBe(false);
  expect(on.upstream.requests.length).toBe(1);
});

test("a reload of the code loses nobody's turn, and places go on being told", async () => {
  await using on = await scene();
  await openAndSend(on.app, "First");
  const second = await openAndSend(on.app, "Second");
  const third = await openAndSend(on.app, "Third");
  await third.until(() => place(third) === "all-2");
  const { config, live } = on.app;
  const before = live.admission;
  await start({ config, live, log: createLog({ level: "error", format: "json", write: () => {} }) });
  expect(live.admission).not.toBe(before);
  on.end(0);
  await second.until(() => second.body().includes("Second"));
  await third.until(() => place(third) === "all-1");
  on.end(1);
  on.end(2);
  await third.ended();
  expect(askedOf(on.upstream)).toEqual(["First", "Second", "Third"]);
});

test("a turn that can't be read when it comes keeps its place, and begins when it can", async () => {
  await using on = await scene();
  await openAndSend(on.app, "First");
  const second = await openAndSend(on.app, "Second");
  const { conversations } = on.app.live.admission?.parts.store ?? {};
  if (conversations === undefined) throw new Error("no store");
  const { path } = conversations;
  let faults = 3;
  conversations.path = async (owner, message) => {
    if (faults-- > 0) throw new Error("not now");
    return path(owner, message);
  };
  on.end(0);
  await second.until(() => second.body().includes("Second"));
  expect(faults).toBe(-1);
});

test("probes tell how many wait", async () => {
  await using on = await scene();
  for (const text of ["First", "Second", "Third"]) await openAndSend(on.app, text);
  const health = (await (await fetch(`${on.app.url}/healthz`)).json()) as { queued: number };
  const metrics = await (await fetch(`${on.app.url}/metrics`)).text();
  expect(health).toMatchObject({ queued: 2, generations: { running: 1 } });
  expect(metrics).toContain("\nbanter_queue 2\n");
});
