/** What providers refused, kept over a restart for a month: they learn. */
import type { Log } from "../../log.ts";

export type Refusal = { endpoint: string; model: string; field: string };

/** Where refusals are kept. */
export type KeptRefusals = {
  since(fromMs: number, limit: number): Promise<Refusal[]>;
  add(refusal: Refusal, nowMs: number, forgetMs: number): Promise<void>;
};

export type Refusals = {
  /** Of an endpoint, as known at the start. */
  of(endpoint: string): Refusal[];
  /** What can't be kept is known all the same, until the next start. */
  add(refusal: Refusal): void;
};

export async function readRefusals(kept: KeptRefusals, now: () => number, log: Log): Promise<Refusals> {
  const known = await kept.since(now() - keptMs, refusalsMax);
  return {
    of: (endpoint) => known.filter((each) => each.endpoint === endpoint),
    add(refusal) {
      const failed = (error: unknown) => log.warn("refusal.not_kept", { error });
      kept.add(refusal, now(), now() - keptMs).catch(failed);
    },
  };
}

const keptMs = 30 * 86_400_000;
const refusalsMax = 5000;
