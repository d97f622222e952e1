/** Replies that are being written: many at once, many who watch one, and one that is very long. */
import { cpuSeconds, quantile, watchMemory } from "../../bench/usage.ts";
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
