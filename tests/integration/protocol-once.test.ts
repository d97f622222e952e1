/** An op's id makes it happen once, however often it is sent, from wherever, before and after a restart. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { messagesIn } from "../support/page.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, gate, goodReply, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

function pathOf(tab: Tab): string {
  return `/conversations/${tab.position.conversation}`;
}

async function pageOf(tab: Tab): Promise<string> {
  return (await loadTab(tab.url, { cookie: tab.cookie, path: pathOf(tab) })).html;
}

function count(app: TestApp, table: "messages" | "generations"): number {
  return Number(app.live.file?.db.query(`SELECT count(*) FROM ${table}`).values()[0]?.[0]);
}

test("the same send ten times from two tabs is one message and one call (P3)", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Once.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  const other = await openTab(app.url, { cookie: tab.cookie });
  const { conversation } = tab.position;
  const id = crypto.randomUUID();
  const op = { op: "message.send", id, conversation, parent: null, text: "Once" } as const;
  for (let time = 0; time < 5; time++) {
    tab.ask(op);
    other.ask(op);
  }
  const acks = (each: Tab) => each.frames.filter((frame) => frame.type === "ack" && frame.id === id).length;
  await Promise.all([tab, other].map((each) => each.until(() => acks(each) === 5)));
  await tab.ended();
  expect(count(app, "messages")).toBe(2);
  expect(upstream.requests.length).toBe(1);
  expect((await pageOf(tab)).match(/data-message=/g)?.length).toBe(2);
});

test("the same id with another text is a message of its own", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Yes.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  const id = await tab.send("The first text");
  tab.ask({
    op: "message.send",
    id,
    conversation: tab.position.conversation,
    parent: id,
    text: "The other text",
  });
  await tab.until(() => tab.frames.filter((frame) => frame.type === "ack").length === 2);
  await tab.until(() => count(app, "messages") === 4);
  const html = await pageOf(tab);
  expect(html).toContain("The first text");
  expect(html).toContain("The other text");
});

test("regenerate, continue and edit sent twice are done once", async () => {
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([delta("Cut"), finish("length"), done()]),
  );
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  const question = await tab.send("Go");
  await tab.ended();
  const reply = messagesIn(await pageOf(tab), "assistant")[0] ?? "";
  const ops = [
    { op: "message.continue", message: reply },
    { op: "message.regenerate", message: reply },
    { op: "message.edit", message: question, text: "Go on" },
  ] as const;
  for (const [index, op] of ops.entries()) {
    const id = crypto.randomUUID();
    for (let time = 0; time < 3; time++) tab.ask({ ...op, id });
    await tab.until(() => tab.frames.filter((frame) => frame.type === "ack" && frame.id === id).length === 3);
    await tab.until(() => count(app, "generations") === index + 2 && app.live.runs.size === 0);
    expect(upstream.requests.length).toBe(index + 2);
  }
});

test("an op whose acknowledgement was lost is sent again, and is there once, after a restart too (P4)", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-once-"));
  const dataPath = join(folder, "banter.db");
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Kept.")));
  const env = { ...upstreamEnv(upstream) };
  const first = await startApp({ env, dataPath });
  const tab = await openTab(first.url);
  const { conversation } = tab.position;
  const op = {
    op: "message.send",
    conversation,
    parent: null,
    text: "Lost?",
    id: crypto.randomUUID(),
  } as const;
  tab.ask(op);
  await tab.until(() => tab.frames.some((frame) => frame.type === "patch"));
  tab.drop();
  await first.stop();
  await using second = await startApp({ env: { ...env, PORT: new URL(first.url).port }, dataPath });
  const again = await openTab(second.url, { cookie: tab.cookie });
  again.ask(op);
  expect(await again.answered(op.id)).toEqual({ type: "ack", id: op.id, conversation });
  const html = (await loadTab(second.url, { cookie: tab.cookie, path: `/conversations/${conversation}` }))
    .html;
  expect(html.match(/data-message=/g)?.length).toBe(2);
  expect(html).toContain("Kept.");
  expect(upstream.requests.length).toBe(1);
  again.drop();
  await second.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a message that is sent again is acknowledged even where there is no room for a new one", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([delta("Slow"), held, finish("stop")]),
  );
  await using app = await startApp({
    env: upstreamEnv(upstream),
    limits: { generationsPerAccount: 1, queuePerAccount: 0 },
  });
  const tab = await openTab(app.url);
  const { conversation } = tab.position;
  const id = await tab.send("Only one at a time");
  const other = tab.ask({
    op: "message.send",
    conversation: crypto.randomUUID(),
    parent: null,
    text: "One more",
  });
  expect(await tab.answered(other)).toMatchObject({ type: "error", code: "busy" });
  const again = await openTab(app.url, { cookie: tab.cookie });
  again.ask({ op: "message.send", id, conversation, parent: null, text: "Only one at a time" });
  expect(await again.answered(id)).toEqual({ type: "ack", id, conversation });
  held.release();
});

test("another person's ids are answered as ids that do not exist (A1)", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Private.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const owner = await openTab(app.url);
  const message = await owner.send("Mine");
  await owner.ended();
  const reply = messagesIn(await pageOf(owner), "assistant")[0] ?? "";
  const stranger = await openTab(app.url);
  const answersTo = async (ids: { conversation: string; message: string; reply: string }) => {
    const ops = [
      { op: "message.send", conversation: ids.conversation, parent: ids.message, text: "Hi" },
      { op: "message.edit", message: ids.message, text: "Hi" },
      { op: "message.regenerate", message: ids.reply },
      { op: "message.continue", message: ids.reply },
      { op: "branch.choose", message: ids.message },
      { op: "generation.stop", message: ids.reply },
    ] as const;
    const answers = ops.map((op) => stranger.answered(stranger.ask(op)));
    return (await Promise.all(answers)).map((answer) => ({ ...answer, id: null }));
  };
  const none = {
    conversation: crypto.randomUUID(),
    message: crypto.randomUUID(),
    reply: crypto.randomUUID(),
  };
  const theirs = await answersTo({ conversation: owner.position.conversation, message, reply });
  expect(theirs).toEqual(await answersTo(none));
  expect(theirs).toEqual(
    Array.from(theirs, () => ({
      type: "error",
      id: null,
      code: "not_found",
      text: "There is no such message.",
    })),
  );
  stranger.position = { ...owner.position, revision: 0 };
  const seen = stranger.frames.length;
  await stranger.join();
  expect(stranger.frames.slice(seen).filter((frame) => frame.type === "thread")).toEqual([]);
  // Whatever happens there from now on is not the stranger's to see (A5).
  await owner.send("Still mine", reply);
  await owner.until(() => upstream.requests.length === 2 && app.live.runs.size === 0);
  await stranger.send("Hello").catch(() => null);
  expect(JSON.stringify(stranger.frames)).not.toContain("mine");
  expect(JSON.stringify(stranger.frames)).not.toContain(reply);
});
