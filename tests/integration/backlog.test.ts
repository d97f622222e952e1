/** Readers that read slowly or not at all: what waits for them is bounded, and they come back to the right text. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { openLine } from "../support/line.ts";
import { threadIn } from "../support/page.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { goodReply, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

test("a chat too long for one frame is loaded anew, by who is behind and by who watches", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well. ".repeat(4000))));
  await using app = await startApp({ env: upstreamEnv(upstream), limits: { sentBytesMax: 10_000 } });
  const tab = await openTab(app.url);
  await tab.send("Hello");
  await tab.ended();
  const late = await loadTab(app.url, { cookie: tab.cookie, path: pathOf(tab) });
  late.position.revision -= 1;
  await late.connect();
  expect(late.frames.map(({ type }) => type)).toEqual(["reload", "joined"]);
  tab.frames.length = 0;
  tab.ask({ op: "branch.choose", message: tab.replies()[0]?.message ?? "" });
  await tab.until(() => tab.frames.some(({ type }) => type === "reload"));
  expect(tab.frames.filter((frame) => threadIn(frame) !== null)).toEqual([]);
});

test("readers that stop reading are ended when too much waits for all of them, and come back (O2)", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Right.")));
  const waitingBytesMax = 3_000_000;
  await using app = await startApp({
    env: upstreamEnv(upstream),
    limits: { waitingBytesMax, backpressureBytesMax: 1e9, opsBurst: 1e9 },
  });
  const tab = await openTab(app.url);
  await tab.send("Long ".repeat(19_000));
  await tab.ended();
  const deaf = await Promise.all([1, 2, 3, 4].map(() => openDeaf(app, tab)));
  // The system's own buffers take the first megabytes.
  for (let count = 0; count < 150 && !app.logged.some(isRelief); count++) {
    await tab.answered(tab.ask({ op: "branch.choose", message: tab.replies()[0]?.message ?? "" }));
    tab.frames.length = 0;
  }
  const [told = ""] = app.logged.filter(isRelief);
  const { bytes, slow, ended } = JSON.parse(told) as { bytes: number; slow: number; ended: number };
  expect(bytes).toBeGreaterThan(waitingBytesMax);
  expect(bytes).toBeLessThan(2 * waitingBytesMax);
  expect(ended).toBeGreaterThan(0);
  expect(ended).toBeLessThan(slow);
  expect(waitingIn(app)).toBeLessThan(waitingBytesMax);
  expect(tab.closeCode).toBeNull();
  for (const line of deaf) line.close();
  const back = await openTab(app.url, { cookie: tab.cookie, path: pathOf(tab) });
  expect(back.replies().map((reply) => reply.body.html().join(""))).toEqual(['<p dir="auto">Right.</p>']);
});

function pathOf({ position }: Tab): string {
  return `/conversations/${position.conversation}`;
}

/** Resolves when it has joined, of which it reads nothing. */
async function openDeaf({ url, live }: TestApp, { cookie, position }: Tab) {
  const before = live.connections.sockets.size;
  const opened = Promise.withResolvers<void>();
  const events = { opened: opened.resolve, text: () => {}, closed: () => {} };
  const line = openLine(url, { Origin: url, Cookie: cookie }, events);
  await opened.promise;
  line.stall();
  line.send(JSON.stringify({ op: "conversation.join", id: crypto.randomUUID(), position }));
  while (live.connections.sockets.size <= before) await Bun.sleep(1);
  return line;
}

function isRelief(line: string): boolean {
  return line.includes("backlog.relieved");
}

function waitingIn({ live }: TestApp): number {
  return live.connections.sockets.values().reduce((sum, socket) => sum + socket.getBufferedAmount(), 0);
}
