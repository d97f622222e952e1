/** Readers that stop reading while many chats stream: what they cost the server, and the others. */
import { quantile, watchMemory } from "../../bench/usage.ts";
import type { Coming, Sending, Some } from "./crowd.ts";
import { wrongOf } from "./expected.ts";
import type { PersonState } from "./person.ts";
import { startCrowd, startModel, startServer, type Child, type Server } from "./programs.ts";

export type SlowPlan = {
  streams: number;
  /** Readers that stop; a multiple of four. */
  slow: number;
  seconds: number;
  /** Tokens of each chat. */
  perSecond: number;
};

export type SlowFigures = {
  control: Phase;
  slow: Phase;
  wrong: string[];
};

/** From the model's socket to the reader's, of those who read; the most memory the server had; lines it left alone. */
type Phase = { p50Ms: number; p99Ms: number; marks: number; rssMb: number; left: number };

/** The slow ones watch the last chats: long ones, sent whole again and again, or nothing would fill up. */
const longChats = 4;
const length = 98_000;
const everyMs = 125;

/** The same chats twice: in the control nobody else watches the long ones, and then many who don't read. */
export async function measureSlowReaders(plan: SlowPlan): Promise<SlowFigures> {
  await using model = await startModel();
  await using server = await startServer({ env: model.env });
  await using crowd = startCrowd();
  const parts = { plan, model, server, crowd, wrong: [] };
  // The first seconds of a process are like no others.
  await stream(parts, 0, async () => {});
  const control = await stream(parts, 10_000, async () => {});
  const stalled = { from: 30_000, count: plan.slow };
  const slow = await stream(parts, 20_000, (longs) => stall(parts, longs, stalled));
  await resume(parts, stalled);
  return { control, slow, wrong: parts.wrong };
}

type Parts = { plan: SlowPlan; model: Child; server: Server; crowd: Child; wrong: string[] };

async function stream(
  { plan: { streams, seconds, perSecond }, model, server, crowd, wrong }: Parts,
  from: number,
  begin: (longs: Some) => Promise<void>,
): Promise<Phase> {
  const all = { from, count: streams };
  const longs = { from: from + streams - longChats, count: longChats };
  await crowd.ask("come", { url: server.url, ...all } satisfies Coming);
  await crowd.ask("send", { ...longs, tokens: 20, perSecond, length } satisfies Sending);
  await crowd.ask("ended", longs);
  await begin(longs);
  await model.ask("marks");
  const memory = watchMemory(server.pid);
  const tokens = perSecond * seconds;
  await crowd.ask("send", { ...longs, tokens, perSecond, length } satisfies Sending);
  await crowd.ask("send", { from, count: streams - longChats, tokens, perSecond } satisfies Sending);
  await crowd.ask("choose", { ...longs, everyMs });
  const states = await crowd.ask<PersonState[]>("ended", all);
  const left = await leftAfter(server, streams);
  await crowd.ask("rest");
  const rssMb = memory.peakMb();
  wrong.push(...wrongOf(states, tokens));
  const sentMs = await model.ask<number[][]>("marks");
  const delaysMs = states.slice(0, -longChats).flatMap(({ number, markedMs }) => {
    return markedMs.map((atMs, mark) => atMs - (sentMs[number]?.[mark] ?? Number.NaN));
  });
  await crowd.ask("leave", all);
  return {
    p50Ms: quantile(delaysMs, 0.5),
    p99Ms: quantile(delaysMs, 0.99),
    marks: delaysMs.length,
    rssMb,
    left,
  };
}

/** How many who don't read have not been cut off, which they can't notice yet; waits for it. */
async function leftAfter(server: Server, readers: number): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const left = (await server.ask<number>("sockets")) - readers;
    if (left <= 0 || performance.now() - startMs > patienceMs) return left;
    await Bun.sleep(50);
  }
}

async function stall({ crowd, server: { url } }: Parts, longs: Some, { from, count }: Some): Promise<void> {
  const share = count / longChats;
  for (let index = 0; index < longChats; index++) {
    const some = { from: from + index * share, count: share };
    await crowd.ask("come", { url, ...some, watching: longs.from + index, areDeaf: true } satisfies Coming);
  }
}

/** They read again, find their lines closed, and come back. */
async function resume({ plan, crowd, wrong }: Parts, stalled: Some): Promise<void> {
  await crowd.ask("goOn", stalled);
  const states = await crowd.ask<PersonState[]>("back", { ...stalled, times: 1 });
  const share = stalled.count / longChats;
  const firstLong = 20_000 + plan.streams - longChats;
  const asWatched = states.map((state) => {
    return { ...state, number: firstLong + Math.floor((state.number - stalled.from) / share) };
  });
  wrong.push(...wrongOf(asWatched, plan.perSecond * plan.seconds));
}

const patienceMs = 20_000;
