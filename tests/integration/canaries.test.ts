/** Secrets and words planted everywhere, and looked for where they must not be: the log, error pages, the probe. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { messagesIn } from "../support/page.ts";
import { loadTab, openTab } from "../support/tab.ts";
import {
  chunk,
  delta,
  done,
  finish,
  startUpstream,
  thought,
  usage,
  type Script,
} from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const canaries = {
  key: "key-canary-8c1f5e",
  prompt: "PROMPTCANARY4471",
  reply: "REPLYCANARY9913",
  thought: "THOUGHTCANARY5520",
  system: "SYSTEMCANARY7702",
  draft: "DRAFTCANARY3318",
  share: "SHARECANARY8846".padEnd(43, "x"),
};

/** Good, then broken in several ways that repeat what they were asked and the key they were asked with. */
const scripts: Script[] = [
  (_, reply) =>
    reply.stream(
      [
        thought(canaries.thought),
        delta(canaries.reply),
        finish("stop"),
        usage(12, 34, { cost: 0.01 }),
        done(),
      ],
      { "x-inference-provider": "acme" },
    ),
  (request, reply) => reply.json(400, { error: `bad key ${canaries.key} in ${request.body}` }),
  (_, reply) =>
    reply.stream([delta(canaries.reply), chunk({ error: { message: canaries.prompt }, choices: [] })]),
  (request, reply) => reply.stream([delta(canaries.reply), `data: {"${request.body}\n\n`]),
  (_, reply) => reply.send(200, "text/html", `<title>${canaries.reply}</title>`),
  (_, reply) => reply.reset(),
];

function linesOf(app: TestApp): Record<string, unknown>[] {
  return app.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("no key, cookie, prompt or reply is in the log at its most talkative, an error page or the probe (I4)", async () => {
  await using upstream = await startUpstream((request, reply) =>
    scripts[request.index % scripts.length]?.(request, reply),
  );
  const env = {
    ...upstreamEnv(upstream),
    INFERENCE_KEY: canaries.key,
    SYSTEM_PROMPT: `Be kind, ${canaries.system}.`,
  };
  await using app = await startApp({ env, limits: { upstreamCallsMax: 1, opsBurst: 60, refusalsMax: 5 } });
  const tab = await openTab(app.url);
  const session = tab.cookie.split("=")[1] ?? "";
  const message = await tab.send(`Tell me, ${canaries.prompt}`);
  await tab.ended();
  const path = `/conversations/${tab.position.conversation}`;
  const page = async () => (await loadTab(app.url, { cookie: tab.cookie, path })).html;
  const [reply = ""] = messagesIn(await page(), "assistant");
  for (let count = 1; count < scripts.length; count++) {
    await tab.answered(tab.ask({ op: "message.regenerate", message: reply }));
    await resting(app);
  }
  expect(upstream.requests.length).toBe(scripts.length);
  expect(await page()).toContain(canaries.prompt);
  await tab.answered(tab.ask({ op: "message.edit", message, text: canaries.draft.repeat(9000) }));
  const visitor = await visit(app.url, tab.cookie);
  const errors = [
    await visitor.post("message.send", { text: canaries.draft, conversation: canaries.draft }),
    await visitor.post("message.send", { text: canaries.draft }, { Cookie: `other=${canaries.draft}` }),
    await visitor.get(`/conversations/${canaries.draft}`),
    await visitor.get(`/${canaries.draft}?token=${canaries.draft}`),
    await visitor.get("/healthz"),
  ];
  app.live.file?.db.run("ALTER TABLE conversations RENAME TO hidden");
  errors.push(await visitor.get(path), await visitor.get("/"), await visitor.get(`/s/${canaries.share}`));
  tab.raw(JSON.stringify({ op: "message.edit", id: crypto.randomUUID(), message, text: canaries.draft }));
  tab.raw(`{"op": "${canaries.draft}`);
  await tab.until(() => tab.frames.some((frame) => frame.type === "error" && frame.code === "internal"));
  app.live.file?.db.run("ALTER TABLE hidden RENAME TO conversations");
  for (let count = 0; count < 100; count++) tab.raw(canaries.draft);
  await tab.closed();
  await app.stop();
  const log = app.logged.join("");
  expect(app.logged.length).toBeGreaterThan(15);
  expect(log).toContain("op.failed");
  expect(log).toContain("request.failed");
  const secrets = { ...canaries, session };
  for (const [name, canary] of Object.entries(secrets)) {
    expect([name, app.logged.filter((line) => line.includes(canary))]).toEqual([name, []]);
  }
  for (const response of errors) {
    const text = `${JSON.stringify([...response.headers])}${await response.text()}`;
    for (const canary of Object.values(secrets))
      expect([response.url, text.includes(canary)]).toEqual([response.url, false]);
  }
});

test("each call to a model is one line: model, provider, status, first token, tokens, duration", async () => {
  await using upstream = await startUpstream((request, reply) =>
    scripts[request.index === 0 ? 0 : 5]?.(request, reply),
  );
  await using app = await startApp({ env: upstreamEnv(upstream), limits: { upstreamCallsMax: 1 } });
  const tab = await openTab(app.url);
  const id = await tab.send("Go");
  await tab.ended();
  await tab.answered(tab.ask({ op: "message.edit", message: id, text: "Again" }));
  await tab.until(() => upstream.requests.length === 2 && app.live.runs.size === 0);
  const calls = linesOf(app).filter((line) => line["event"] === "upstream.call");
  expect(calls).toMatchObject([
    {
      level: "info",
      endpoint: "local",
      model: "test-model",
      provider: "acme",
      status: 200,
      tokensIn: 12,
      tokensOut: 34,
      costUsd: 0.01,
      outcome: "complete",
      call: 1,
    },
    {
      model: "test-model",
      provider: null,
      status: 0,
      tokensIn: null,
      firstTokenMs: null,
      outcome: "provider_down",
    },
  ]);
  for (const call of calls) expect(call["durationMs"]).toBeNumber();
  expect(calls[0]?.["firstTokenMs"]).toBeNumber();
  const ended = linesOf(app).filter((line) => line["event"] === "generation.finished");
  expect(ended).toMatchObject([
    { state: "complete", failure: null, tokensIn: 12, calls: 1 },
    { state: "failed", failure: "provider_down", calls: 1 },
  ]);
});
