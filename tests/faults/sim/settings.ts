/** The limits and the model of simulated servers. */
import { readConfig } from "../../../src/config.ts";

const read = readConfig({});
if ("faults" in read) throw new Error(read.faults.join("\n"));

/** As shipped, but for what a person alone would seldom reach. */
export const limits = { ...read.config.limits, generationsPerAccount: 3 };

export const model = { endpoint: "simulated", id: "simulated/model" };

export const settings = { systemPrompt: null, temperature: 0, maxTokens: 100 };
