/** Limits of the edge and of runs: each is reached, said, and harms nobody else. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { connected, resting, startApp, upstreamEnv } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";
import { loadTab, openTab, type FrameOf, type Tab } from "../support/tab.ts";
import { delta, finish, gate, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

function errorsOf(tab: Tab): FrameOf<"error">[] {
  return tab.frames.filter((frame) => frame.type === "error");
}

test("a frame over the limit closes its socket with 1009, and no other", async () => {
  await using app = await startApp();
  const tab = await openTab(app.url);
  const neighbour = await openTab(app.url, { cookie: tab.cookie });
  const { frameBytesMax } = app.config.limits;
  tab.raw("x".repeat(frameBytesMax));
  expect((await tab.until(() => errorsOf(tab)[0])).text).toBe("That is not JSON.");
  tab.raw("x".repeat(frameBytesMax + 1));
  expect(await tab.closed()).toBe(1009);
  neighbour.ask({ op: "ping" });
  await neighbour.until(() => neighbour.frames.some((frame) => frame.type === "pong"));
  expect(neighbour.closeCode).toBeNull();
});

test("the longest message there may be fits a frame, in the widest letters too", async () => {
  await using app = await startApp();
  const { messageChars } = app.config.limits;
  const tab = await openTab(app.url);
  for (const letter of ["深", "😀", '"', "\n"]) {
    const text = `a${letter.repeat((messageChars - 2) / letter.length)}a`;
    const id = tab.ask({ op: "message.send", conversation: crypto.randomUUID(), parent: null, text });
    expect([letter, (await tab.answered(id)).type]).toEqual([letter, "ack"]);
  }
});

test("who sends too fast is told so, then closed with 1008, and no other (O3)", async () => {
  await using app = await startApp({ limits: { opsBurst: 5, opsPerSecond: 1, refusalsMax: 10 } });
  const tab = await openTab(app.url);
  const neighbour = await openTab(app.url, { cookie: tab.cookie });
  for (let count = 0; count < 200; count++) tab.raw(JSON.stringify({ op: "ping" }));
  expect(await tab.closed()).toBe(1008);
  expect(tab.frames.filter((frame) => frame.type === "pong").length).toBe(4);
  const told = errorsOf(tab);
  expect(told.length).toBe(10);
  expect(told[0]).toEqual({
    type: "error",
    id: null,
    code: "too_fast",
    text: "That was too fast. Wait a moment.",
  });
  neighbour.ask({ op: "ping" });
  await neighbour.until(() => neighbour.frames.some((frame) => frame.type === "pong"));
  expect(neighbour.closeCode).toBeNull();
  const { sockets, perAccount } = app.live.connections;
  expect([sockets.size, [...perAccount.values()]]).toEqual([1, [1]]);
});

test("an account asks so fast at most, over all its tabs, forms and programs, and another is not held up [O3]", async () => {
  await using app = await startApp({ limits: { opsBurst: 6, opsPerSecond: 1 } });
  const tab = await openTab(app.url);
  const second = await openTab(app.url, { cookie: tab.cookie });
  const visitor = await visit(app.url, tab.cookie);
  const fields = () => ({ id: crypto.randomUUID(), message: crypto.randomUUID() });
  const ask = (from: Tab) => from.answered(from.ask({ op: "branch.choose", ...fields() }));
  const post = (from: Visitor) => from.post("branch.choose", fields());
  const json = { "Content-Type": "application/json", Origin: app.url, Cookie: tab.cookie };
  const postJson = () =>
    fetch(`${app.url}/ops/branch.choose`, { method: "POST", headers: json, body: JSON.stringify(fields()) });
  for (const from of [tab, second, tab]) expect(await ask(from)).toMatchObject({ code: "not_found" });
  for (let count = 0; count < 3; count++) expect((await post(visitor)).status).toBe(404);
  const [page, program] = [await post(visitor), await postJson()];
  for (const each of [page, program])
    expect([each.status, each.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await page.text()).toContain("That was too fast. Wait a moment.");
  expect(await program.json()).toMatchObject({ type: "error", code: "too_fast" });
  expect(await ask(second)).toMatchObject({ code: "too_fast" });
  expect((await post(await visit(app.url))).status).toBe(404);
  expect(app.live.buckets.size).toBe(2);
});

test("of a thousand messages posted at once as many are taken as a burst, and the rest refused unwritten [O3]", async () => {
  await using app = await startApp({ limits: { opsPerSecond: 1 } });
  const visitor = await visit(app.url);
  const send = () => {
    const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
    return visitor.post("message.send", { ...ids, parent: "", text: "Go" });
  };
  const startMs = Date.now();
  const answers = await Promise.all(Array.from({ length: 1000 }, send));
  const burst = app.config.limits.opsBurst + Math.ceil((Date.now() - startMs) / 1000);
  const statuses = Object.groupBy(answers, ({ status }) => status);
  const taken = statuses[303]?.length ?? 0;
  expect((statuses[429]?.length ?? 0) + (statuses[503]?.length ?? 0) + taken).toBe(1000);
  expect((statuses[503]?.length ?? 0) + taken).toBeWithin(app.config.limits.opsBurst, burst + 1);
  expect(app.live.file?.db.query("SELECT count(*) FROM messages").values()).toEqual([[2 * taken]]);
});

test("an account has as many sockets as it may, and one more when one is closed", async () => {
  await using app = await startApp({ limits: { socketsPerAccount: 2 } });
  const tab = await openTab(app.url);
  const second = await openTab(app.url, { cookie: tab.cookie });
  await expect(openTab(app.url, { cookie: tab.cookie })).rejects.toThrow();
  const stranger = await openTab(app.url);
  expect(stranger.closeCode).toBeNull();
  second.drop();
  await connected(app, 2);
  await openTab(app.url, { cookie: tab.cookie });
});

test("a server has as many sockets as it may", async () => {
  await using app = await startApp({ limits: { socketsMax: 1 } });
  await openTab(app.url);
  await expect(openTab(app.url)).rejects.toThrow();
  const late = await loadTab(app.url);
  const response = await fetch(`${app.url}/socket`, { headers: { Origin: app.url, Cookie: late.cookie } });
  expect(response.status).toBe(503);
});

test("one address has as many sockets as it may, by as many accounts as it likes; others have theirs", async () => {
  await using app = await startApp({ env: { TRUST_PROXY: "1" }, limits: { socketsPerAddress: 2 } });
  const statusFrom = async (address: string) => {
    const { cookie } = await loadTab(app.url);
    const headers = { Cookie: cookie, Origin: app.url, "Content-Type": "application/json" };
    const position = (await loadTab(app.url, { cookie })).position;
    const body = JSON.stringify(position);
    const forwarded = { ...headers, "X-Forwarded-For": `203.0.113.9, ${address}` };
    return (await fetch(`${app.url}/stream`, { method: "POST", headers: forwarded, body })).status;
  };
  expect(await statusFrom("192.0.2.7")).toBe(200);
  expect(await statusFrom("192.0.2.7")).toBe(200);
  expect(await statusFrom("192.0.2.7")).toBe(429);
  expect(await statusFrom("192.0.2.8")).toBe(200);
});

test("more replies of one account at once than there may be: busy, by socket and by form", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([delta("Slow"), held, finish("stop")]),
  );
  await using app = await startApp({
    env: upstreamEnv(upstream),
    limits: { generationsPerAccount: 3, queuePerAccount: 0 },
  });
  const tab = await openTab(app.url);
  const send = () => {
    const conversation = crypto.randomUUID();
    return tab.answered(tab.ask({ op: "message.send", conversation, parent: null, text: "Go" }));
  };
  // All in one go: there is no moment between them for a run to begin.
  const answers = await Promise.all(Array.from({ length: 12 }, send));
  const busy = {
    type: "error",
    code: "busy",
    text: "3 of your replies are being written or wait in line. Wait for one, or stop one.",
  };
  expect(answers.filter((answer) => answer.type === "ack").length).toBe(3);
  for (const answer of answers) if (answer.type === "error") expect(answer).toMatchObject(busy);
  const visitor = await visit(app.url, tab.cookie);
  const fields = { id: crypto.randomUUID(), conversation: crypto.randomUUID(), parent: "", text: "Go" };
  const refused = await visitor.post("message.send", fields);
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain(busy.text);
  const stranger = await openTab(app.url);
  await stranger.send("Go");
  held.release();
  await resting(app);
  expect((await send()).type).toBe("ack");
});

test("more replies on the whole server than there may be: busy, and nothing is stored", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([delta("Slow"), held, finish("stop")]),
  );
  await using app = await startApp({
    env: upstreamEnv(upstream),
    limits: { generationsMax: 2, queueMax: 0 },
  });
  const tabs = await Promise.all([1, 2, 3].map(() => openTab(app.url)));
  const answers = await Promise.all(
    tabs.map((tab) => {
      const { conversation } = tab.position;
      return tab.answered(tab.ask({ op: "message.send", conversation, parent: null, text: "Go" }));
    }),
  );
  const refused = answers.filter((answer) => answer.type === "error");
  expect(refused).toMatchObject([{ code: "busy" }]);
  expect(app.live.file?.db.query("SELECT count(*) FROM messages").values()).toEqual([[4]]);
  held.release();
});
