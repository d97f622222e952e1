/** Many sockets that only are there: what they cost, and whether each still answers after a while. */
import { memoryOf, quantile, watchMemory } from "../../bench/usage.ts";
import { startProgram } from "../../support/process.ts";
import type { Came, Coming, Some } from "./crowd.ts";
import { startCrowd } from "./programs.ts";

export type IdlePlan = { sockets: number; holdMs: number };

export type IdleFigures = {
  joined: number;
  refused: Record<string, number>;
  perSecond: number;
  /** Of the whole process: started, and the most it had. */
  startedMb: number;
  peakMb: number;
  /** Sockets that answered at the end, and how late. */
  answered: number;
  answerP99Ms: number;
};

/** The program as it is: each socket is somebody's own, joined to his own empty chat. */
export async function measureIdle({ sockets, holdMs }: IdlePlan): Promise<IdleFigures> {
  await using server = await startProgram();
  await using crowd = startCrowd();
  const startedMb = memoryOf(server.pid).rssMb;
  const memory = watchMemory(server.pid);
  const all: Some = { from: 0, count: sockets };
  const came = await crowd.ask<Came>("come", { ...all, url: server.url } satisfies Coming);
  await Bun.sleep(holdMs);
  const answersMs = await crowd.ask<number[]>("ping", all);
  return {
    joined: came.joined,
    refused: came.refused,
    perSecond: Math.round((sockets * 1000) / came.tookMs),
    startedMb,
    peakMb: memory.peakMb(),
    answered: answersMs.length,
    answerP99Ms: quantile(answersMs, 0.99),
  };
}
