/** What a probe is told: that the store answers, and how much goes on. */
import type { GenerationState } from "../domain.ts";
import type { Store } from "../store/store.ts";

export type HealthParts = {
  store: Store;
  version: string;
  startedMs: number;
  now(): number;
  socketCount(): number;
  runCount(): number;
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
    uptimeS: Math.floor((parts.now() - parts.startedMs) / 1000),
    sockets: parts.socketCount(),
    generations: { ...(await parts.store.generations.count()), running: parts.runCount() },
  };
}
