/** People who come, send, stop, watch and leave, round after round: whether the server's memory stays what it is [K10]. */
import { memoryOf } from "../../bench/usage.ts";
import type { Coming, Sending, Some } from "./crowd.ts";
import { wrongOf } from "./expected.ts";
import type { PersonState } from "./person.ts";
import { startCrowd, startModel, startServer, type Child, type Server } from "./programs.ts";
import type { Memory } from "./server.ts";

export type ChurnPlan = {
  seconds: number;
  /** What is measured by then is how it warms up. */
  warmSeconds: number;
};

export type ChurnFigures = {
  rounds: number;
  /** Of the heap at rest, after a full collection: by the line that fits best. */
  heapMbPer10Min: number;
  heapMb: number[];
  rssMb: number[];
  /** What is held when all have left. */
  kept: Memory["kept"];
  wrong: string[];
};

const people = 40;
const watchers = 20;
const tokens = 40;
/** The same people come again, with one chat more. */
const roundsUntilAgain = 50;

export async function measureChurn({ seconds, warmSeconds }: ChurnPlan): Promise<ChurnFigures> {
  await using model = await startModel();
  await using server = await startServer({ env: model.env });
  await using crowd = startCrowd();
  const startMs = performance.now();
  const samples: { atMin: number; heapMb: number; rssMb: number }[] = [];
  const wrong: string[] = [];
  let rounds = 0;
  for (; performance.now() - startMs < seconds * 1000; rounds++) {
    wrong.push(...(await churn(crowd, server, (rounds % roundsUntilAgain) * 100)));
    await model.ask("marks");
    const atMs = performance.now() - startMs;
    if (atMs < warmSeconds * 1000 || rounds % 5 !== 0) continue;
    const { heapBytes } = await atRest(server);
    samples.push({ atMin: atMs / 60_000, heapMb: heapBytes / 1e6, rssMb: memoryOf(server.pid).rssMb });
  }
  const { kept } = await atRest(server);
  return {
    rounds,
    heapMbPer10Min: 10 * slopeOf(samples.map(({ atMin, heapMb }) => [atMin, heapMb])),
    heapMb: samples.map(({ heapMb }) => heapMb),
    rssMb: samples.map(({ rssMb }) => rssMb),
    kept,
    wrong,
  };
}

/** When nothing runs and nobody is there; collected twice, for what is let go at the first may hold more. */
async function atRest(server: Server): Promise<Memory> {
  for (;;) {
    const { kept } = await server.memory();
    await Bun.sleep(100);
    if (kept["runs"] === 0 && kept["sockets"] === 0) return server.memory();
  }
}

/** A quarter stop their reply, a quarter leave in the middle of it; many look at the first one's. */
async function churn(crowd: Child, { url }: Server, from: number): Promise<string[]> {
  const all: Some = { from, count: people };
  const watching: Some = { from: from + people, count: watchers };
  const quarter = people / 4;
  await crowd.ask("come", { ...all, url, perAccount: 2 } satisfies Coming);
  await crowd.ask("come", { ...watching, url, perAccount: 2, watching: from } satisfies Coming);
  await crowd.ask("send", { ...all, tokens, perSecond: 80 } satisfies Sending);
  await crowd.ask("leave", { from: from + people - quarter, count: quarter });
  await crowd.ask("stop", { from: from + people - 2 * quarter, count: quarter });
  await crowd.ask("ended", { from, count: people - quarter });
  const whole = await crowd.ask<PersonState[]>("states", { from, count: people / 2 });
  const watched = await crowd.ask<PersonState[]>("ended", watching);
  await crowd.ask("leave", { from, count: people + watchers });
  return wrongOf([...whole, ...watched.map((state) => ({ ...state, number: from }))], tokens);
}

/** Of the line with the least squares. */
function slopeOf(points: [x: number, y: number][]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
