/** Many who send at once where a budget ends: as many are taken as fit, and at no moment is more kept or spent than may be. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { openTab } from "../support/tab.ts";
import { delta, startUpstream, type Script } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(60_000);

/** Nothing is settled meanwhile. */
const held: Script = (_, reply) => {
  reply.open();
  void reply.write(delta("Well"));
};

/** Of "Hello" and its frame 19 at the most, and a thousand to come. */
const tokens = 1019;
const usd = 19e-5 + 0.04;

const offers = [
  { provider: "cheap", pricing: { input: 1, output: 2 } },
  { provider: "dear", pricing: { input: 10, output: 40 } },
];

async function startBounded(env: Record<string, string>) {
  const models: Script = (_, reply) => reply.json(200, { data: [{ id: "test-model", providers: offers }] });
  const upstream = await startUpstream(held, { models });
  const wide = { QUEUE_PER_ACCOUNT: "100", MAX_TOKENS: "1000" };
  const app = await startApp({
    env: { ...upstreamEnv(upstream), ...wide, ...env },
    limits: { opsBurst: 10_000, shutdownMs: 50 },
  });
  const first = await openTab(app.url);
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(5);
  return {
    ...{ app, first },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await upstream.stop();
    },
  };
}

/** Notes each change; afterwards those by which an account, or all together, had more than that. */
function watchOver({ live }: TestApp, measure: "tokens" | "cost_usd", account: number, all: number) {
  const db = live.file?.db;
  db?.run("CREATE TEMP TABLE moments (account TEXT, spent REAL)");
  for (const change of ["INSERT", "UPDATE"]) {
    db?.run(`CREATE TEMP TRIGGER moment_${change} AFTER ${change} ON main.budgets
      BEGIN INSERT INTO moments VALUES (new.account, new.${measure}); END`);
  }
  return () => {
    const moments = db?.query<{ account: string; spent: number }, []>("SELECT * FROM moments").all() ?? [];
    expect(moments.length).toBeGreaterThan(9);
    return moments.filter((each) => each.spent > (each.account === "" ? all : account) + 1e-9);
  };
}

/** As a form, or as JSON where there is no socket; whether it was taken. Neither gives up by itself on a busy machine. */
async function ask(
  app: TestApp,
  cookie: string,
  op: string,
  fields: Record<string, string>,
  isForm: boolean,
) {
  const headers = { Cookie: cookie, Origin: app.url };
  const json = { ...headers, "Content-Type": "application/json" };
  const sent = isForm
    ? { headers, body: new URLSearchParams(fields) }
    : { headers: json, body: JSON.stringify(fields) };
  const answer = await fetch(`${app.url}/ops/${op}`, { method: "POST", redirect: "manual", ...sent });
  const { status } = answer;
  await answer.text();
  expect([200, 303, 429]).toContain(status);
  return status !== 429;
}

/** Half as forms, half as JSON, all at once; how many were taken. */
async function sendMany(app: TestApp, people: { cookie: string }[], count: number): Promise<number> {
  const sends = Array.from({ length: count }, async (_, n) => {
    const cookie = people[n % people.length]?.cookie ?? "";
    const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
    const isForm = Math.floor(n / people.length) % 2 === 0;
    return ask(app, cookie, "message.send", { ...ids, parent: "", text: "Hello" }, isForm);
  });
  return (await Promise.all(sends)).filter(Boolean).length;
}

test("a hundred sends of one account at once take its tokens to the last, and none more [C1]", async () => {
  await using bounded = await startBounded({ BUDGET_TOKENS: String(5 * tokens) });
  const over = watchOver(bounded.app, "tokens", 5 * tokens, 5 * tokens);
  expect(await sendMany(bounded.app, [bounded.first], 100)).toBe(5);
  expect(over()).toEqual([]);
  bounded.first.drop();
});

test("a hundred sends of ten accounts at once take the dollars of all to the last, and none more [C1]", async () => {
  await using bounded = await startBounded({
    BUDGET_ALL_USD: (7.5 * usd).toFixed(5),
    BUDGET_USD: (2.5 * usd).toFixed(5),
  });
  const { app, first } = bounded;
  const others = await Promise.all(Array.from({ length: 9 }, () => visit(app.url)));
  const over = watchOver(app, "cost_usd", 2.5 * usd, 7.5 * usd);
  expect(await sendMany(app, [first, ...others], 100)).toBe(7);
  expect(over()).toEqual([]);
  const rows = app.live.file?.db.query<{ turns: number }, []>(
    "SELECT turns FROM budgets WHERE account <> ''",
  );
  expect(Math.max(...(rows?.all() ?? []).map(({ turns }) => turns))).toBeLessThanOrEqual(2);
  first.drop();
});

test("a storm of regenerations costs what a budget of turns has, whatever number comes [C4]", async () => {
  await using bounded = await startBounded({ BUDGET_TURNS: "4" });
  const { app, first } = bounded;
  await first.send("Hello");
  const find = app.live.file?.db.query<{ id: string }, []>(
    "SELECT id FROM messages WHERE role = 'assistant'",
  );
  const message = find?.get()?.id ?? "";
  const asked = Array.from({ length: 100 }, (_, n) => {
    return ask(app, first.cookie, "message.regenerate", { id: crypto.randomUUID(), message }, n % 2 === 0);
  });
  expect((await Promise.all(asked)).filter(Boolean).length).toBe(3);
  first.drop();
});
