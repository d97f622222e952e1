/** `bun tests/bench/calls/run.ts [CALLS] [TOKENS A SECOND]`: what a token from a model costs by ways to call one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endChildrenAtExit, startOwn } from "../children.ts";
import { median } from "../figures.ts";
import type { Calls } from "./caller.ts";
import { ways } from "./ways.ts";

const [count = 256, perSecond = 50] = process.argv.slice(2).map(Number);
const rounds = 3;
const windowMs = 3000;

endChildrenAtExit();
const scratchDir = mkdtempSync(join(tmpdir(), "banter-calls-"));
process.on("exit", () => rmSync(scratchDir, { recursive: true, force: true }));
const costs = new Map<string, number[]>();
for (let round = 0; round < rounds; round += 1) {
  for (const way of Object.keys(ways)) costs.set(way, [...(costs.get(way) ?? []), await measure(way)]);
}
const base = median(costs.get("fetch") ?? []);
for (const [way, all] of costs) {
  const cost = median(all);
  console.log(`${way}: ${cost.toFixed(1)} µs a token, ${(cost / base).toFixed(2)}× fetch`);
}

/** Microseconds of the processor for a token. */
async function measure(way: string): Promise<number> {
  // Each time in new processes, so that no way has another's connections.
  const model = startOwn("calls/model.ts", scratchDir);
  const env = { BUN_CONFIG_MAX_HTTP_REQUESTS: "8192" };
  const caller = startOwn("calls/caller.ts", scratchDir, env);
  const place = await model.ask<{ first: string; second: string; cert: string }>("place");
  const url = way.endsWith("2") ? place.second : place.first;
  const isOpen = await caller.ask<boolean>("open", { way, url, cert: place.cert, count } satisfies Calls);
  if (!isOpen) throw new Error(`not every call by ${way} is answered`);
  await model.ask("go", perSecond);
  await Bun.sleep(windowMs / 2);
  type State = { bytes: number; cpuUs: number };
  const before = await caller.ask<State>("state");
  await Bun.sleep(windowMs);
  const after = await caller.ask<State>("state");
  const tokens = (after.bytes - before.bytes) / (await model.ask<number>("tokenBytes"));
  await Promise.all([caller.end(), model.end()]);
  if (tokens < count) throw new Error(`by ${way}, ${tokens} tokens came`);
  return (after.cpuUs - before.cpuUs) / tokens;
}
