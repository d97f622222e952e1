/** Sockets and requests without a model: made-up messages, idle ones, floods, drips, and more than may be open. */
import { connect } from "node:net";
import { memoryOf, quantile, watchMemory } from "../../bench/usage.ts";
import { frames } from "../../support/chance.ts";
import { sourceCommand, startProgram } from "../../support/process.ts";
import { openTab, type Tab } from "../../support/tab.ts";
import type { Came, Coming, Sending, Some } from "./crowd.ts";
import { wrongOf } from "./expected.ts";
import type { PersonState } from "./person.ts";
import { startCrowd, startModel, startServer } from "./programs.ts";

export type Sent = { frames: number; answers: Record<string, number>; heapMb: number[]; troubles: string[] };

/** So many a person: each then has a chat of its own, which does not grow for ever. */
const perPerson = 5000;
const atOnce = 500;

/** To a server of its own; each frame is answered before the next lot goes out. */
export async function sendMany(count: number, seed: number): Promise<Sent> {
  const limits = { opsBurst: 1e9, generationsPerAccount: 1000, backpressureBytesMax: 1e9 };
  await using server = await startServer({ limits });
  const sent: Sent = { frames: 0, answers: {}, heapMb: [], troubles: [] };
  for (let from = 0; from < count; from += perPerson) {
    const tab = await openTab(server.url);
    await sendLots(tab, Math.min(perPerson, count - from), seed + from, sent);
    tab.drop();
    sent.heapMb.push((await server.memory()).heapBytes / 1e6);
  }
  sent.troubles = [...(await server.ask<string[]>("troubles"))];
  await server.end();
  if (server.stderr() !== "") sent.troubles.push(server.stderr());
  return sent;
}

async function sendLots(tab: Tab, count: number, seed: number, sent: Sent): Promise<void> {
  const message = await tab.send("Hello");
  const reply = /id="foot-([^"]+)"/.exec(await tab.ended())?.[1] ?? "";
  const ids = [message, reply, tab.position.conversation];
  const made = frames(ids, tab.position.version, { count, seed });
  for (let from = 0; from < count; from += atOnce) {
    for (const text of made.slice(from, from + atOnce)) tab.raw(text);
    // Ops are begun in order, and this one is answered at once.
    await tab.answered(tab.ask({ op: "branch.choose", message: crypto.randomUUID() }));
    for (const frame of tab.frames) {
      const kind = frame.type === "error" ? frame.code : frame.type;
      sent.answers[kind] = (sent.answers[kind] ?? 0) + 1;
    }
    tab.frames.length = 0;
  }
  sent.frames += made.length;
}

export type IdlePlan = { sockets: number; holdMs: number };

export type IdleFigures = {
  joined: number;
  refused: Record<string, number>;
  perSecond: number;
  /** Of the whole process: started, and the most it had. */
  startedMb: number;
  peakMb: number;
  /** Sockets that answered at the end, and how late. */
  answered: number;
  answerP99Ms: number;
};

/** The program as it is: each socket is somebody's own, joined to his own empty chat. */
export async function measureIdle({ sockets, holdMs }: IdlePlan): Promise<IdleFigures> {
  await using server = await startProgram();
  await using crowd = startCrowd();
  const startedMb = memoryOf(server.pid).rssMb;
  const memory = watchMemory(server.pid);
  const all: Some = { from: 0, count: sockets };
  const came = await crowd.ask<Came>("come", { ...all, url: server.url } satisfies Coming);
  await Bun.sleep(holdMs);
  const answersMs = await crowd.ask<number[]>("ping", all);
  return {
    joined: came.joined,
    refused: came.refused,
    perSecond: Math.round((sockets * 1000) / came.tookMs),
    startedMb,
    peakMb: memory.peakMb(),
    answered: answersMs.length,
    answerP99Ms: quantile(answersMs, 0.99),
  };
}

export type FloodFigures = {
  answers: Record<string, number>;
  codes: (number | null)[];
  /** The longest that one of the others waited for an answer, before and meanwhile. */
  beforeMaxMs: number;
  othersMaxMs: number;
};

/** One person sends a thousand messages in one go [O3], while others ask whether the server is there. */
export async function measureFlood({ messages }: { messages: number }): Promise<FloodFigures> {
  await using server = await startServer();
  await using crowd = startCrowd();
  await crowd.ask<Came>("come", { from: 0, count: 20, url: server.url } satisfies Coming);
  const beforeMs = await crowd.ask<number[]>("ping", { from: 0, count: 20 });
  const tab = await openTab(server.url);
  for (let sent = 0; sent < messages; sent++) {
    tab.ask({ op: "message.send", conversation: crypto.randomUUID(), parent: null, text: "Hello" });
  }
  const pingsMs = await crowd.ask<number[]>("ping", { from: 0, count: 20 });
  await tab.closed();
  const answers: Record<string, number> = {};
  for (const frame of tab.frames) {
    const kind = frame.type === "error" ? frame.code : frame.type;
    answers[kind] = (answers[kind] ?? 0) + 1;
  }
  return {
    answers,
    codes: [tab.closeCode],
    beforeMaxMs: Math.max(...beforeMs),
    othersMaxMs: Math.max(...pingsMs),
  };
}

export type DripFigures = {
  /** Connections that the server ended, and when the last of them. */
  cut: number;
  lastCutMs: number;
  pageMaxMs: number;
};

/** Connections that send their head or body a byte at a time [O7]; pages go on meanwhile. */
export async function measureDrips(plan: {
  connections: number;
  idleRequestS: number;
  waitMs: number;
}): Promise<DripFigures> {
  const { connections, idleRequestS, waitMs } = plan;
  await using server = await startServer({ limits: { idleRequestS } });
  const { port, host } = new URL(server.url);
  const startMs = performance.now();
  const cutsMs: number[] = [];
  const beginnings = [
    `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `,
    `POST /ops/message.send HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${server.url}\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\r\n`,
  ];
  const sockets = Array.from({ length: connections }, (_, index) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(beginnings[index % 2] ?? ""));
    const drip = setInterval(() => socket.write("a"), 500);
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(drip);
      cutsMs.push(performance.now() - startMs);
    });
    return socket;
  });
  let pageMaxMs = 0;
  while (performance.now() - startMs < waitMs && cutsMs.length < connections) {
    const askedMs = performance.now();
    await (await fetch(server.url)).text();
    pageMaxMs = Math.max(pageMaxMs, performance.now() - askedMs);
    await Bun.sleep(100);
  }
  const figures = { cut: cutsMs.length, lastCutMs: Math.max(0, ...cutsMs), pageMaxMs };
  for (const socket of sockets) socket.destroy();
  return figures;
}

export type FilesFigures = {
  joined: number;
  refused: Record<string, number>;
  /** What is wrong with the replies that those who are in then ask for. */
  wrong: string[];
  /** Of ten who come when the others have gone. */
  joinedAfter: number;
};

/** More people than the process may open files [O11]: some come in, the others do not, and those who are in chat on. */
export async function measureFiles(plan: { files: number; people: number }): Promise<FilesFigures> {
  const { files, people } = plan;
  await using model = await startModel();
  const command = ["/bin/sh", "-c", `ulimit -n ${files}; exec "$@"`, "sh", ...sourceCommand];
  await using server = await startProgram({ command, env: model.env });
  await using crowd = startCrowd();
  const { url } = server;
  const all: Some = { from: 0, count: people };
  const came = await crowd.ask<Came>("come", { ...all, url, patienceMs: 5000 } satisfies Coming);
  const few: Some = { from: 0, count: 20 };
  await crowd.ask("send", { ...few, tokens: 30, perSecond: 100 } satisfies Sending);
  const wrong = wrongOf(await crowd.ask<PersonState[]>("ended", few), 30);
  await crowd.ask("leave", all);
  const after = { from: people, count: 10, url, patienceMs: 5000 } satisfies Coming;
  const { joined: joinedAfter } = await crowd.ask<Came>("come", after);
  return { joined: came.joined, refused: came.refused, wrong, joinedAfter };
}
