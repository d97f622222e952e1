/** Many chats at once: what a token costs the server, and how late its reader has it. */
import { startOwn, type Child } from "../children.ts";
import type { Context, Phase } from "../context.ts";
import { spread } from "../figures.ts";
import type { Reading } from "../load/people.ts";
import type { PeerName, Target } from "../peers/peers.ts";
import { tokensPerMark } from "../prose.ts";
import type { Pace, Stamps } from "../upstream.ts";
import { cpuSeconds, machineSeconds, memoryOf, nowMs } from "../usage.ts";

type Load = { chats: number; perSecond: number };

const loads: Load[] = [
  { chats: 64, perSecond: 50 },
  { chats: 512, perSecond: 50 },
  { chats: 2000, perSecond: 10 },
];

export const streams: Phase = {
  about: "64, 512 and 2,000 chats: processor time, added latency, first token, memory",
  rounds: 2,
  async run(context) {
    const { isShort } = context;
    for (const load of isShort ? loads.slice(0, 1) : loads) {
      for (const name of context.peers("raw", "library", "node", "fastapi", "banter")) {
        const plan = isShort
          ? { ...load, settleMs: 1500, windowMs: 2000 }
          : { ...load, settleMs: 2500, windowMs: 6000 };
        reportStream(context, name, load, await measureStream(context, name, plan));
      }
    }
  },
};

export type StreamPlan = Load & {
  settleMs: number;
  windowMs: number;
  clump?: number;
  /** Runs within the window. */
  meanwhile?(target: Target): Promise<void>;
  /** What is measured instead of a target that is started for it. */
  on?: Target;
};

export type Streamed = {
  delivered: number;
  seconds: number;
  cpuS: number;
  delay: { p50Ms: number; p99Ms: number };
  first: { p50Ms: number; p99Ms: number };
  isFull: boolean;
  whole: number;
  /** Bytes to the reader a token, and frames a second and chat. */
  bytesPerToken: number;
  framesPerChatS: number;
  pageMs: number[];
  memoryKb: number;
  upstreamLateMs: number;
  busy: { server: number; model: number; readers: number; others: number };
};

const tailMs = 500;

export async function measureStream(context: Context, name: PeerName, plan: StreamPlan): Promise<Streamed> {
  const { chats, perSecond, settleMs, windowMs, clump = 1 } = plan;
  const { upstream } = context;
  const target = plan.on ?? (await context.start(name));
  const people = startOwn("load/people.ts", context.scratchDir);
  await (await fetch(target.url)).arrayBuffer();
  const startedKb = memoryOf(target.child.pid).rssMb * 1024;
  await people.ask("open", { speaks: target.speaks, url: target.url, chats });
  await upstream.ask("waiting", chats);
  const tokens = Math.round(((settleMs + windowMs + tailMs) / 1000) * perSecond);
  const spreadMs = settleMs - 500;
  await upstream.ask("go", { tokens, perSecond, spreadMs, clump } satisfies Pace);
  await Bun.sleep(settleMs);
  const all = { server: target.child, upstream, people };
  const pageMs: number[] = [];
  const before = await sample(all);
  await Promise.all([
    plan.meanwhile?.(target),
    ...(clump === 1 ? [readPages(target, pageMs, windowMs)] : []),
    Bun.sleep(windowMs),
  ]);
  const after = await sample(all);
  const memoryKb = (memoryOf(target.child.pid).rssMb * 1024 - startedKb) / chats;
  const limitMs = 15_000;
  const reading = await people.ask<Reading>("read", { tokens, limitMs });
  const upstreamLateMs = await upstream.ask<number>("late");
  const stamps = await upstream.ask<Stamps[]>("stamps");
  await Promise.all([people.end(), ...(plan.on === undefined ? [target.child.end()] : [])]);
  const delivered = (after.marks - before.marks) * tokensPerMark;
  const seconds = (after.atMs - before.atMs) / 1000;
  const delays = stamps.flatMap((sent, chat) => within(sent, reading.came[chat], before.atMs, after.atMs));
  const firsts = stamps.map(({ firstMs }, chat) => (reading.came[chat]?.firstMs ?? Infinity) - firstMs);
  const server = after.server - before.server;
  const [model, readers] = [after.model - before.model, after.readers - before.readers];
  const others = after.machine - before.machine - server - model - readers;
  return {
    delivered,
    seconds,
    cpuS: server,
    delay: spread(delays),
    first: spread(firsts.map((ms) => (Number.isNaN(ms) ? Infinity : ms))),
    isFull: delivered < 0.95 * chats * perSecond * seconds,
    whole: reading.whole,
    bytesPerToken: reading.bytes / (chats * tokens),
    framesPerChatS: reading.frames / chats / (tokens / perSecond),
    pageMs,
    memoryKb,
    upstreamLateMs,
    busy: {
      server: server / seconds,
      model: model / seconds,
      readers: readers / seconds,
      others: others / seconds,
    },
  };
}

function reportStream(
  { report }: Context,
  name: PeerName,
  { chats, perSecond }: Load,
  streamed: Streamed,
): void {
  const at = `${chats} chats × ${perSecond}`;
  const { delay, first, busy } = streamed;
  const note = streamed.isFull ? "full" : undefined;
  report(`${at}: CPU per million tokens`, "s", name, (streamed.cpuS / streamed.delivered) * 1e6, note);
  report(`${at}: tokens delivered`, "perSecond", name, streamed.delivered / streamed.seconds, note);
  report(`${at}: added latency, p50`, "ms", name, delay.p50Ms, note);
  report(`${at}: added latency, p99`, "ms", name, delay.p99Ms, note);
  report(`${at}: first token, p50`, "ms", name, first.p50Ms, note);
  report(`${at}: first token, p99`, "ms", name, first.p99Ms, note);
  report(`${at}: pages meanwhile, p99`, "ms", name, spread(streamed.pageMs).p99Ms);
  report(`${at}: memory of a live stream`, "KB", name, streamed.memoryKb);
  report(`${at}: to the reader, a token`, "bytes", name, streamed.bytesPerToken);
  report(`${at}: frames a second and chat`, "count", name, streamed.framesPerChatS);
  report(`${at}: replies whole`, "count", name, streamed.whole, `of ${chats}`);
  report(`${at}: processors busy, server`, "cores", name, busy.server);
  report(`${at}: processors busy, fake model`, "cores", name, busy.model);
  report(`${at}: processors busy, readers`, "cores", name, busy.readers);
  report(`${at}: processors busy, others`, "cores", name, busy.others);
  report(`${at}: fake model late by, p99`, "ms", name, streamed.upstreamLateMs);
}

async function sample({ server, upstream, people }: Record<"server" | "upstream" | "people", Child>) {
  const marks = await people.ask<number>("marks");
  return {
    marks,
    atMs: nowMs(),
    server: cpuSeconds(server.pid),
    model: cpuSeconds(upstream.pid),
    readers: cpuSeconds(people.pid),
    machine: machineSeconds(),
  };
}

/** The delays of the marks that were made between these times; one that never came makes them all senseless. */
function within(
  sent: Stamps,
  came: Reading["came"][number] | undefined,
  fromMs: number,
  untilMs: number,
): number[] {
  const delays = sent.marksMs.map((atMs, mark) => ({
    atMs,
    delayMs: (came?.marksMs[mark] ?? Infinity) - atMs,
  }));
  return delays.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs).map(({ delayMs }) => delayMs);
}

/** One after another, with rests, as people who come now and then. */
async function readPages({ url }: Target, timesMs: number[], windowMs: number): Promise<void> {
  const untilMs = performance.now() + windowMs;
  while (performance.now() < untilMs) {
    const startMs = performance.now();
    await (await fetch(url, { headers: { "Accept-Encoding": browserEncodings } })).arrayBuffer();
    timesMs.push(performance.now() - startMs);
    await Bun.sleep(20);
  }
}

/** As browsers of 2026 say it. */
export const browserEncodings = "gzip, deflate, br, zstd";
