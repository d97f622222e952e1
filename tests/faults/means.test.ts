/** The means to break things do what they say, and tell what they did. */
import { expect, test } from "bun:test";
import { randomOf } from "../support/random.ts";
import { startFaultyModel, textSent } from "./means/model.ts";
import { goodPlan, plansOf, type Fault } from "./means/plan.ts";
import { startProxy } from "./means/proxy.ts";
import { piecesOf, stretchesIn } from "./means/words.ts";

/** Sends back what it hears, ten frames for each. */
function startEcho() {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("page")),
    websocket: {
      message: (socket, message) => {
        for (let count = 0; count < 10; count++) socket.send(message);
      },
    },
  });
}

type Heard = { frames: string[]; code: number };

/** Opens a WebSocket, says something, and resolves when it is closed. */
function hear(url: string, text: string): Promise<Heard> {
  const socket = new WebSocket(url.replace("http", "ws"));
  const frames: string[] = [];
  return new Promise((resolve) => {
    socket.addEventListener("open", () => socket.send(text));
    socket.addEventListener("message", ({ data }) => frames.push(String(data)));
    socket.addEventListener("close", ({ code }) => resolve({ frames, code }));
  });
}

test("a line is cut after so many frames, and inside one, either way", async () => {
  await using echo = startEcho();
  const text = "x".repeat(300);
  const cuts = [
    { way: "down", frames: 1, bytes: 0, how: "end" },
    { way: "down", frames: 4, bytes: 0, how: "end" },
    { way: "down", frames: 4, bytes: 303, how: "reset" },
    { way: "up", frames: 1, bytes: 20, how: "end" },
    { way: "up", frames: 2, bytes: 0, how: "reset" },
  ] as const;
  await using proxy = await startProxy({ target: () => echo.url.href, cutOf: (n) => cuts[n] ?? null });
  const heard: number[] = [];
  for (const _ of cuts) {
    const { frames, code } = await hear(proxy.url, text);
    expect(code).toBe(1006);
    for (const frame of frames) expect(frame).toBe(text);
    heard.push(frames.length);
  }
  // A cut of the way up may overtake what had been on its way down.
  expect(heard.slice(0, 4)).toEqual([0, 3, 3, 0]);
  expect(proxy.cuts).toEqual({ down: 3, up: 2 });
  expect(await (await fetch(proxy.url)).text()).toBe("page");
});

test("a silent line stays open and lets nothing through, a slow one takes its time", async () => {
  await using echo = startEcho();
  await using proxy = await startProxy({ target: () => echo.url.href });
  proxy.pace = { latencyMs: 40, jitterMs: 20, bytesPerSecond: 100_000 };
  const socket = new WebSocket(proxy.url.replace("http", "ws"));
  const times: number[] = [];
  let isClosed = false;
  socket.addEventListener("message", () => times.push(performance.now()));
  socket.addEventListener("close", () => (isClosed = true));
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const startMs = performance.now();
  socket.send("y".repeat(1000));
  while (times.length < 10) await Bun.sleep(1);
  expect((times[0] ?? 0) - startMs).toBeGreaterThan(80);
  // Ten frames of 1,000 bytes at 100 a millisecond.
  expect((times[9] ?? 0) - startMs).toBeGreaterThan(80 + 90);
  for (const line of proxy.lines) line.silence();
  socket.send("z");
  await Bun.sleep(200);
  expect([times.length, isClosed]).toEqual([10, false]);
  proxy.isDown = true;
  expect(fetch(proxy.url)).rejects.toThrow();
});

test("a model tells what it sent of a call, and when it was left", async () => {
  const faults: Fault[] = [
    { kind: "none" },
    { kind: "cut", atByte: 1000 },
    { kind: "reset", atByte: 1000 },
    { kind: "unfinished" },
    { kind: "silent", atByte: 1000 },
    { kind: "lingering" },
  ];
  const pieces = piecesOf(0, 20, randomOf(3));
  await using model = await startFaultyModel((index) => {
    return { ...goodPlan(pieces, () => 77), fault: faults[index] ?? { kind: "none" } };
  });
  for (const { kind } of faults) {
    const isEndless = kind === "silent" || kind === "lingering";
    const text = await ask(model.url, kind, isEndless);
    const [call] = model.asked(kind);
    if (call === undefined) throw new Error("no call");
    // What came just before the line broke, fetch may throw away.
    if (kind === "reset" || kind === "cut") expect(textSent(call)).toStartWith(text);
    else expect([kind, text]).toEqual([kind, textSent(call)]);
    const isWhole = !["cut", "reset", "silent"].includes(kind);
    expect([kind, textSent(call) === pieces.join("")]).toEqual([kind, isWhole]);
    if (!isEndless) continue;
    await call.closed;
    expect(call.closedMs).toBeWithin(call.atMs, performance.now() + 1);
  }
});

/** The text of the reply as far as it comes; one without end is left when nothing more comes. */
async function ask(url: string, content: string, isEndless: boolean): Promise<string> {
  const leave = new AbortController();
  const body = JSON.stringify({ messages: [{ role: "user", content }] });
  const answer = await fetch(url, { method: "POST", body, signal: leave.signal });
  let text = "";
  let timer = setTimeout(() => {}, 0);
  try {
    for await (const bytes of answer.body ?? []) {
      text += Buffer.from(bytes).toString("latin1");
      clearTimeout(timer);
      if (isEndless) timer = setTimeout(() => leave.abort(), 150);
    }
  } catch {
    // Cut, or left.
  }
  const events = Buffer.from(text, "latin1").toString().split("\n\n").slice(0, -1);
  const chunks = events.filter((event) => event.includes("{"));
  return chunks.map((event) => contentOf(JSON.parse(event.slice("data: ".length)))).join("");
}

function contentOf(chunk: { choices: { delta: { content?: string } }[] }): string {
  return chunk.choices[0]?.delta.content ?? "";
}

test("words tell their calls, in a text as in its HTML, and what is missing or doubled", () => {
  const [first = "", second = "", third = ""] = piecesOf(70_000, 3, randomOf(1));
  const before = piecesOf(3, 2, randomOf(2)).join("");
  const whole = [
    { call: 3, words: 2 },
    { call: 70_000, words: 3 },
  ];
  expect(stretchesIn(before + first + second + third)).toEqual(whole);
  expect(stretchesIn(`<p class="Xaaaaaaaa">${before}&amp; <b>${first}</b>&#x27;${second}${third}`)).toEqual(
    whole,
  );
  expect(stretchesIn("")).toEqual([]);
  for (const wrong of [
    first + third,
    first + first,
    second,
    first + before + second,
    `${first}!a`,
    first.slice(0, 7),
  ])
    expect(stretchesIn(wrong)).toBeNull();
});

test("plans of the same seed are the same, of many calls all kinds", () => {
  const kinds = (seed: number) => Array.from({ length: 400 }, (_, call) => plansOf(seed)(call).fault.kind);
  expect(kinds(5)).toEqual(kinds(5));
  expect(kinds(5)).not.toEqual(kinds(6));
  const all = ["cut", "html", "lingering", "none", "reset", "status", "unfinished"];
  expect([...new Set<string>(kinds(5))].toSorted()).toEqual(all);
});
