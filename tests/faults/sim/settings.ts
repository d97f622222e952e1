/** The limits and the model of simulated servers. */
import { readConfig } from "../../../src/config.ts";
import type { Random } from "../../support/random.ts";

const read = readConfig({});
if ("faults" in read) throw new Error(read.faults.join("\n"));

/** As shipped, but for what a person alone would seldom reach. */
export const limits = { ...read.config.limits, generationsPerAccount: 3 };

/** In one schedule of eight, or where a crowd is wanted, so few places that turns wait and some are refused. */
export function limitsOf({ below }: Random, isCrowded: boolean): typeof limits {
  if (below(8) > 0 && !isCrowded) return limits;
  const runs = { generationsMax: 1 + below(2), generationsPerAccount: 1 + below(2) };
  return { ...limits, ...runs, queueMax: 1 + below(4), queuePerAccount: 1 + below(3) };
}

export const model = { endpoint: "simulated", id: "simulated/model" };

export const settings = { systemPrompt: null, temperature: 0, maxTokens: 100 };
