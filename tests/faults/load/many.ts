/** Too much of one thing: streams, watchers, ops of one person, slow requests, long chats, many chats, open files. */
import { connect } from "node:net";
import { cpuSeconds, memoryOf, quantile, watchMemory } from "../../bench/usage.ts";
import { sourceCommand, startProgram } from "../../support/process.ts";
import { openTab } from "../../support/tab.ts";
import type { Came, Coming, Sending, Some } from "./crowd.ts";
import { wrongOf } from "./expected.ts";
import type { Answer, PersonState } from "./person.ts";
import { startCrowd, startModel, startServer } from "./programs.ts";

export type StreamsFigures = {
  acknowledged: number;
  ackP99Ms: number;
  tokenP50Ms: number;
  tokenP99Ms: number;
  peakMb: number;
  wrong: string[];
};

/** So many replies at once [O6], each read by its own person; `watchers` more look at the first one [O4]. */
export async function measureStreams(plan: {
  streams: number;
  watchers: number;
  seconds: number;
  perSecond: number;
}): Promise<StreamsFigures> {
  const { streams, watchers, seconds, perSecond } = plan;
  await using model = await startModel();
  const limits = { socketsPerAccount: watchers + 1 };
  await using server = await startServer({ env: model.env, limits });
  await using crowd = startCrowd();
  const all: Some = { from: 0, count: streams };
  const others: Some = { from: 10 * streams, count: watchers };
  await crowd.ask<Came>("come", { ...all, url: server.url } satisfies Coming);
  await crowd.ask<Came>("come", { ...others, url: server.url, watching: 0 } satisfies Coming);
  const memory = watchMemory(server.pid);
  const tokens = seconds * perSecond;
  const answers = await crowd.ask<Answer[]>("send", { ...all, tokens, perSecond } satisfies Sending);
  const states = await crowd.ask<PersonState[]>("ended", all);
  const watching = await crowd.ask<PersonState[]>("ended", others);
  const sentMs = await model.ask<number[][]>("marks");
  const delaysMs = [...states, ...watching].flatMap(({ number, markedMs }) => {
    const sent = sentMs[number < streams ? number : 0] ?? [];
    return markedMs.map((atMs, mark) => atMs - (sent[mark] ?? Number.NaN));
  });
  const acksMs = answers.flatMap((answer) => ("ackMs" in answer ? [answer.ackMs] : []));
  return {
    acknowledged: acksMs.length,
    ackP99Ms: quantile(acksMs, 0.99),
    tokenP50Ms: quantile(delaysMs, 0.5),
    tokenP99Ms: quantile(delaysMs, 0.99),
    peakMb: memory.peakMb(),
    wrong: wrongOf([...states, ...watching.map((state) => ({ ...state, number: 0 }))], tokens),
  };
}

export type FloodFigures = { answers: Record<string, number>; codes: (number | null)[]; othersMaxMs: number };

/** One person sends a thousand messages in one go [O3], while others ask whether the server is there. */
export async function measureFlood({ messages }: { messages: number }): Promise<FloodFigures> {
  await using server = await startServer();
  await using crowd = startCrowd();
  await crowd.ask<Came>("come", { from: 0, count: 20, url: server.url } satisfies Coming);
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
  return { answers, codes: [tab.closeCode], othersMaxMs: Math.max(...pingsMs) };
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

export type LongReplyFigures = {
  tokens: number;
  tookMs: number;
  cpuSeconds: number;
  peakMb: number;
  pageMs: number;
  pageBytes: number;
  wrong: string[];
};

/** One reply of so many tokens [O8], as fast as they are asked for. */
export async function measureLongReply({ tokens }: { tokens: number }): Promise<LongReplyFigures> {
  await using model = await startModel();
  await using server = await startServer({ env: model.env });
  await using crowd = startCrowd();
  const one: Some = { from: 0, count: 1 };
  await crowd.ask<Came>("come", { ...one, url: server.url } satisfies Coming);
  const memory = watchMemory(server.pid);
  const cpuBefore = cpuSeconds(server.pid);
  const startMs = performance.now();
  await crowd.ask("send", { ...one, tokens, perSecond: 100, together: 100 } satisfies Sending);
  const states = await crowd.ask<PersonState[]>("ended", one);
  const tookMs = performance.now() - startMs;
  const cpu = cpuSeconds(server.pid) - cpuBefore;
  const askedMs = performance.now();
  const page = await crowd.ask<number>("page", one);
  return {
    tokens,
    tookMs,
    cpuSeconds: cpu,
    peakMb: memory.peakMb(),
    pageMs: performance.now() - askedMs,
    pageBytes: page,
    wrong: wrongOf(states, tokens),
  };
}

export type FilesFigures = {
  joined: number;
  refused: number;
  answered: number;
  othersAfter: number;
  memoryMb: number;
};

/** More people than the process may open files [O11]: some come in, the others do not, and those who are in go on. */
export async function measureFiles({
  files,
  people,
}: {
  files: number;
  people: number;
}): Promise<FilesFigures> {
  await using model = await startModel();
  const command = ["/bin/sh", "-c", `ulimit -n ${files}; exec "$@"`, "sh", ...sourceCommand];
  await using server = await startProgram({ command, env: model.env });
  await using crowd = startCrowd();
  const asked = crowd.ask<Came>("come", {
    from: 0,
    count: people,
    url: server.url,
    patienceMs: 2000,
  } satisfies Coming);
  const came = await asked;
  const all: Some = { from: 0, count: people };
  const pingsMs = await crowd.ask<number[]>("ping", all);
  await crowd.ask("leave", all);
  const after = await crowd.ask<Came>("come", {
    from: people,
    count: 10,
    url: server.url,
    patienceMs: 5000,
  } satisfies Coming);
  return {
    joined: came.joined,
    refused: people - came.joined,
    answered: pingsMs.length,
    othersAfter: after.joined,
    memoryMb: memoryOf(server.pid).rssMb,
  };
}
