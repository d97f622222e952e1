/** Measures streaming: processor time of the server for a million tokens, and how late they reach the reader. */
import { startOwn, type Child } from "./children.ts";
import type { Kind, Reading } from "./clients.ts";
import { spread, type Spread } from "./sends.ts";
import { sourceCommand, startServer } from "./server.ts";
import type { Pace } from "./upstream.ts";
import { cpuSeconds, machineSeconds, memoryOf, nowMs, type Memory } from "./usage.ts";

export type StreamFigures = {
  kind: Kind;
  chats: number;
  /** Offered by the model, and really sent by it, within the window. */
  tokensPerSecond: { offered: number; sent: number };
  cpuSecondsPerMillion: number;
  /** From the model's socket to the reader's. */
  delay: Spread;
  memory: Memory;
  /** Chats whose readers had exactly what was sent. */
  whole: number;
  framesPerChatSecond: number;
  bytesPerToken: number;
  /** Processors at work during the window: of the server, of model and readers, and of everything else. */
  busy: { server: number; load: number; others: number };
};

export type StreamPlan = { scratchDir: string; settleMs: number; windowMs: number };

const perSecond = 50;
const tailMs = 500;

export async function measureStream(
  kind: Kind,
  chats: number,
  upstream: Child,
  plan: StreamPlan,
): Promise<StreamFigures> {
  const { scratchDir, settleMs, windowMs } = plan;
  const upstreamUrl = await upstream.ask<string>("url");
  const { child: server, url } = await startTarget(kind, scratchDir, upstreamUrl);
  const clients = startOwn("clients.ts", scratchDir);
  await clients.ask("open", { kind, url, chats });
  await upstream.ask("waiting", chats);
  const tokens = Math.round(((settleMs + windowMs + tailMs) / 1000) * perSecond);
  await upstream.ask("go", { tokens, perSecond } satisfies Pace);
  await Bun.sleep(settleMs);
  const all = { server, upstream, clients };
  const before = await sample(all);
  await Bun.sleep(windowMs);
  const after = await sample(all);
  const memory = memoryOf(server.pid);
  const reading = await clients.ask<Reading>("read", tokens);
  const sentMs = await upstream.ask<number[][]>("marks");
  await Promise.all([clients.end(), server.end()]);
  const seconds = (after.atMs - before.atMs) / 1000;
  const sent = after.sent - before.sent;
  const serverSeconds = after.server - before.server;
  const loadSeconds = after.load - before.load;
  return {
    kind,
    chats,
    tokensPerSecond: { offered: chats * perSecond, sent: sent / seconds },
    cpuSecondsPerMillion: (serverSeconds / sent) * 1e6,
    delay: spread(delays(sentMs, reading.markedMs, before.atMs, after.atMs)),
    memory,
    whole: reading.whole,
    framesPerChatSecond: reading.frames / chats / (tokens / perSecond),
    bytesPerToken: reading.bytes / (chats * tokens),
    busy: {
      server: serverSeconds / seconds,
      load: loadSeconds / seconds,
      others: (after.machine - before.machine - serverSeconds - loadSeconds) / seconds,
    },
  };
}

async function startTarget(kind: Kind, scratchDir: string, upstreamUrl: string) {
  if (kind === "banter") return startServer(sourceCommand, scratchDir, upstreamUrl);
  const env = { INFERENCE_URL: upstreamUrl, BUN_CONFIG_MAX_HTTP_REQUESTS: "8192" };
  const child = startOwn("forwarder.ts", scratchDir, env);
  return { child, url: await child.ask<string>("url") };
}

async function sample({ server, upstream, clients }: Record<"server" | "upstream" | "clients", Child>) {
  const sent = await upstream.ask<number>("sent");
  return {
    sent,
    atMs: nowMs(),
    server: cpuSeconds(server.pid),
    load: cpuSeconds(upstream.pid) + cpuSeconds(clients.pid) + cpuSeconds(process.pid),
    machine: machineSeconds(),
  };
}

/** Of every mark that was sent between these times; one that never came makes them all senseless. */
function delays(sentMs: number[][], arrivedMs: number[][], fromMs: number, untilMs: number): number[] {
  return sentMs.flatMap((marks, chat) => {
    const all = marks.map((atMs, mark) => ({ atMs, delayMs: (arrivedMs[chat]?.[mark] ?? Infinity) - atMs }));
    return all.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs).map(({ delayMs }) => delayMs);
  });
}
