/** Budgets: kept before a reply begins, settled when it ends, never gone past, and shown before they are hit. */
import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { startServer } from "../support/command.ts";
import { visit } from "../support/form.ts";
import { openTab } from "../support/tab.ts";
import { delta, done, finish, startUpstream, usage, type Script } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

const answer: Script = (_, reply) => reply.stream([delta("Well."), finish("stop"), usage(10, 5), done()]);
const held: Script = (_, reply) => {
  reply.open();
  void reply.write(delta("Well"));
};
const limits = { opsBurst: 10_000, shutdownMs: 50 };

type Row = { account: string; turns: number; tokens: number; costUsd: number };

function spent({ live }: TestApp): Row[] {
  const rows = live.file?.db.query<Row, []>(
    "SELECT account, turns, tokens, round(cost_usd, 9) AS costUsd FROM budgets ORDER BY account",
  );
  return rows?.all() ?? [];
}

function kept({ live }: TestApp): number {
  return live.file?.db.query("SELECT 1 FROM reservations").all().length ?? -1;
}

async function ask(app: TestApp, cookie: string, more: Record<string, string> = {}): Promise<Response> {
  const { post } = await visit(app.url, cookie);
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  return post("message.send", { ...ids, parent: "", text: "Hello", ...more });
}

test("of 100 turns sent at once just as many are taken as the budget has, and the others are told [C1]", async () => {
  await using upstream = await startUpstream(answer);
  await using app = await startApp({
    env: { ...upstreamEnv(upstream), BUDGET_TURNS: "7", QUEUE_PER_ACCOUNT: "100" },
    limits,
  });
  const { cookie } = await visit(app.url);
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(app, cookie)));
  expect(answers.filter(({ status }) => status === 303).length).toBe(7);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBe(93);
  expect(await refused[0]?.text()).toContain("past your 7 turns for today. They begin anew at midnight UTC");
  await resting(app);
  expect(upstream.requests.length).toBe(7);
  expect(spent(app).map(({ turns }) => turns)).toEqual([7, 7]);
  expect(kept(app)).toBe(0);
  expect(app.live.file?.db.query("SELECT 1 FROM messages").all().length).toBe(14);
});

test("tokens and dollars are kept at the most a reply can take, and settled by what it took [C1]", async () => {
  const offers = [
    { provider: "cheap", pricing: { input: 1, output: 2 } },
    { provider: "dear", pricing: { input: 10, output: 40 } },
  ];
  await using upstream = await startUpstream(held, {
    models: (_, reply) => reply.json(200, { data: [{ id: "test-model", providers: offers }] }),
  });
  const env = { ...upstreamEnv(upstream), MAX_TOKENS: "1000", BUDGET_USD: "0.09", BUDGET_TOKENS: "9000" };
  await using app = await startApp({ env, limits });
  const { cookie } = await visit(app.url);
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(5);
  const first = await ask(app, cookie);
  expect(first.status).toBe(303);
  // "Hello" and its frame: 19 tokens at the most; a thousand to come, at the dearest price.
  const most = { turns: 1, tokens: 1019, costUsd: 0.04019 };
  expect(spent(app)).toMatchObject([most, most]);
  expect((await ask(app, cookie)).status).toBe(303);
  const third = await ask(app, cookie);
  expect([third.status, await third.text()]).toEqual([
    429,
    expect.stringContaining("past your $0.09 for today"),
  ]);
  upstream.answer(answer);
  const isQuiet = () => [...app.live.runs.values()].some(({ firstTokenMs }) => firstTokenMs === null);
  while (isQuiet()) await Bun.sleep(1);
  await app.live.generations?.interrupt();
  await resting(app);
  // Cut off after a word of four letters: so many tokens at the most, and the prompt as it was kept.
  expect(spent(app)[1]).toMatchObject({ turns: 2, tokens: 2 * (19 + 4) });
  expect((await ask(app, cookie)).status).toBe(303);
  await resting(app);
  expect(spent(app)[1]).toMatchObject({ turns: 3, tokens: 2 * 23 + 15 });
  expect(kept(app)).toBe(0);
});

test("the budget of all bounds everybody together, temporary chats and all [C1]", async () => {
  await using upstream = await startUpstream(answer);
  await using app = await startApp({ env: { ...upstreamEnv(upstream), BUDGET_ALL_TURNS: "3" }, limits });
  const people = await Promise.all([1, 2, 3, 4].map(async () => (await visit(app.url)).cookie));
  const statuses = [];
  for (const cookie of people) statuses.push((await ask(app, cookie, { temporary: "on" })).status);
  expect(statuses).toEqual([303, 303, 303, 429]);
  await resting(app);
  expect(spent(app)[0]).toMatchObject({ account: "", turns: 3, tokens: 45 });
  // What was refused is nowhere, in memory neither.
  expect(app.live.memory?.db.query("SELECT 1 FROM conversations").all().length).toBe(3);
  expect(kept(app)).toBe(0);
});

test("what was kept for a reply that a kill ended counts as spent [C2, K1]", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "banter-budget-"));
  await using upstream = await startUpstream(held);
  const env = { ...upstreamEnv(upstream), MAX_TOKENS: "100", BUDGET_TOKENS: "400" };
  const first = await startServer({ cwd, env });
  const sent = { parent: "", text: "Hello", id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  expect((await (await visit(first.url)).post("message.send", sent)).status).toBe(303);
  await upstream.nextRequest();
  await first.end("SIGKILL");
  const second = await startServer({ cwd, env });
  await second.end();
  using db = new Database(join(cwd, "banter.db"), { readonly: true });
  expect(db.query("SELECT state FROM generations").all()).toEqual([{ state: "interrupted" }]);
  expect(db.query("SELECT turns, tokens FROM budgets").all()).toEqual([
    { turns: 1, tokens: 119 },
    { turns: 1, tokens: 119 },
  ]);
  expect(db.query("SELECT 1 FROM reservations").all()).toEqual([]);
  await rm(cwd, { recursive: true });
});

test("a reply that its provider refused costs its turn, and no tokens", async () => {
  await using upstream = await startUpstream((_, reply) => reply.json(400, { error: "no" }));
  await using app = await startApp({ env: { ...upstreamEnv(upstream), BUDGET_TOKENS: "9000" }, limits });
  const { cookie } = await visit(app.url);
  await ask(app, cookie);
  await resting(app);
  expect(spent(app)[1]).toMatchObject({ turns: 1, tokens: 0, costUsd: 0 });
  expect(kept(app)).toBe(0);
});

test("a title counts, and is not asked for where it would go past [C5]", async () => {
  await using upstream = await startUpstream(answer);
  const env = {
    ...upstreamEnv(upstream),
    TITLE_MODEL: "test-model",
    MAX_TOKENS: "100",
    BUDGET_TOKENS: "600",
  };
  await using app = await startApp({ env, limits });
  const { cookie } = await visit(app.url);
  await ask(app, cookie);
  while (!app.logged.some((line) => line.includes("title.finished"))) await Bun.sleep(5);
  expect(spent(app)[1]).toMatchObject({ turns: 1, tokens: 30 });
  app.live.file?.db.run("UPDATE budgets SET tokens = 430");
  await ask(app, cookie);
  await resting(app);
  await Bun.sleep(50);
  expect(upstream.requests.length).toBe(3);
  expect(kept(app)).toBe(0);
});

test("what is left stands under the composer in every tab and among what replies took, before it is hit", async () => {
  await using upstream = await startUpstream(answer);
  await using app = await startApp({ env: { ...upstreamEnv(upstream), BUDGET_TURNS: "2" }, limits });
  const tab = await openTab(app.url);
  expect(tab.html).toContain('id="budget">0 of 2 turns today</p>');
  await tab.send("Hello");
  const told = (text: string) =>
    tab.until(() =>
      tab.steps.some((step) => step[1] === "budget" && step[0] === "replace" && step[2].includes(text)),
    );
  await told("1 of 2 turns today</p>");
  await ask(app, tab.cookie);
  await told("2 of 2 turns today. A new day begins at midnight UTC");
  const own = await (await visit(app.url, tab.cookie)).get("/usage");
  expect(await own.text()).toContain("2 of 2 turns today (UTC)");
  const other = await openTab(app.url);
  expect(other.html).toContain('id="budget">0 of 2 turns today</p>');
});

test("without a budget nothing is counted for one, and nothing is said", async () => {
  await using upstream = await startUpstream(answer);
  await using app = await startApp({ env: upstreamEnv(upstream), limits });
  const tab = await openTab(app.url);
  await tab.send("Hello");
  await resting(app);
  expect(spent(app)).toEqual([]);
  expect(tab.html).toContain('id="budget" hidden></p>');
});
