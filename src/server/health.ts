/** What a probe is told: that the store answers, and how much goes on. */
import type { GenerationState } from "../domain.ts";
import type { Store } from "../store/store.ts";
import type { Connections } from "./connection.ts";

export type HealthParts = {
  store: Store;
  version: string;
  live: { startedMs: number; connections: Connections; runs: ReadonlyMap<string, unknown> };
  now(): number;
};

export type Health = {
  status: "ok";
  version: string;
  uptimeS: number;
  sockets: number;
  generations: Record<GenerationState, number>;
};

export async function healthOf(parts: HealthParts): Promise<Health> {
  return {
    status: "ok",
    version: parts.version,
    uptimeS: Math.floor((parts.now() - parts.live.startedMs) / 1000),
    sockets: parts.live.connections.sockets.size,
    generations: { ...(await parts.store.generations.count()), running: parts.live.runs.size },
  };
}
