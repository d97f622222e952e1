/** The browser's own carrier without a socket, against the real server: what is refused is said, what is not looked at is kept. */
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import type { Carrier } from "../../src/client/carriers/carrier.ts";
import { openStream } from "../../src/client/carriers/stream.ts";
import type { Frame, TurnOp } from "../../src/protocol.ts";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { loadTab } from "../support/tab.ts";
import { delta, finish, gate, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const realFetch = globalThis.fetch;
afterEach(() => void (globalThis.fetch = realFetch));

type Line = {
  carrier: Carrier;
  frames: Frame[];
  isClosed(): boolean;
  until(look: () => unknown): Promise<void>;
};

/** A page's carrier: a browser adds the origin and the cookie by itself. */
async function openLine({ url }: TestApp): Promise<Line> {
  const { cookie, position } = await loadTab(url);
  const ask = (path: string, init: RequestInit) =>
    realFetch(`${url}${path}`, {
      ...init,
      headers: { "Content-Type": "application/json", Cookie: cookie, Origin: url },
    });
  globalThis.fetch = ask as unknown as typeof fetch;
  const frames: Frame[] = [];
  let isClosed = false;
  let wake = () => {};
  const events = {
    opened: () => {},
    frame: (frame: Frame) => (frames.push(frame), wake()),
    closed: () => ((isClosed = true), wake()),
  };
  const carrier = openStream(events, () => position);
  const until = async (look: () => unknown) => {
    while (!look()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const line = { carrier, frames, isClosed: () => isClosed, until };
  await until(() => frames.some(({ type }) => type === "joined"));
  return line;
}

function message(text: string): TurnOp {
  const [id, conversation] = [crypto.randomUUID(), crypto.randomUUID()];
  return { op: "message.send", id, conversation, parent: null, text };
}

test("without a socket, what a busy server refuses is said, and the line stays", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([delta("Slow"), held, finish("stop")]),
  );
  await using app = await startApp({
    env: upstreamEnv(upstream),
    limits: { generationsPerAccount: 1, queuePerAccount: 0 },
  });
  const line = await openLine(app);
  const [first, second] = [message("Go"), message("Go on")];
  const answerTo = (op: TurnOp) =>
    line.frames.find((frame) => (frame.type === "ack" || frame.type === "error") && frame.id === op.id);
  line.carrier.send(first);
  await line.until(() => answerTo(first));
  line.carrier.send(second);
  await line.until(() => answerTo(second));
  expect([answerTo(first)?.type, answerTo(second)]).toMatchObject(["ack", { type: "error", code: "busy" }]);
  expect([line.carrier.isOpen(), line.isClosed()]).toEqual([true, false]);
  held.release();
  line.carrier.close();
});

test("without a socket, a server that is going says nothing of an op, and the line ends", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([delta("Slow"), held, finish("stop")]),
  );
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const line = await openLine(app);
  const [first, second] = [message("Go"), message("Go on")];
  line.carrier.send(first);
  await line.until(() => line.frames.some(({ type }) => type === "ack"));
  const stopped = app.stop();
  line.carrier.send(second);
  await line.until(line.isClosed);
  expect(line.frames.filter((frame) => "id" in frame && frame.id === second.id)).toEqual([]);
  held.release();
  await stopped;
});
