/** What a probe is told: that the store answers, and how much goes on. */
import { queueLength, type Queue } from "../../chat/admission/queue.ts";
import type { GenerationState } from "../../domain.ts";
import type { Store } from "../../store/store.ts";
import { topics } from "../carriers/topics.ts";
import { countsOf, watchedTopics, type Connections } from "../connection.ts";

export type HealthParts = {
  store: Store;
  version: string;
  live: { startedMs: number; connections: Connections; runs: ReadonlyMap<string, unknown>; queue: Queue };
  now(): number;
};

export type Health = {
  status: "ok";
  version: string;
  uptimeS: number;
  sockets: number;
  /** Readers by server-sent events and polls. */
  streams: number;
  /** With a tab open, and what the tabs show. */
  accounts: number;
  conversations: number;
  /** Waiting for their turn; in the store they are running. */
  queued: number;
  generations: Record<GenerationState, number>;
};

export async function healthOf(parts: HealthParts): Promise<Health> {
  const { connections } = parts.live;
  return {
    status: "ok",
    version: parts.version,
    uptimeS: Math.floor((parts.now() - parts.live.startedMs) / 1000),
    ...countsOf(connections),
    conversations: [...watchedTopics(connections)].filter(topics.isBodies).length,
    queued: queueLength(parts.live.queue),
    generations: { ...(await parts.store.generations.count()), running: parts.live.runs.size },
  };
}

/** Whether new turns are welcome, for what spreads requests; unlike health, it turns bad while runs are let end. */
export async function readinessOf({ store, live }: HealthParts): Promise<"ready" | "draining" | "no store"> {
  if (live.queue.isDraining) return "draining";
  try {
    // Asks for nobody: that reads the file, and writes nothing.
    await store.sessions.find("");
    return "ready";
  } catch {
    return "no store";
  }
}
