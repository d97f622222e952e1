/** Pages stay as quick as they are, whatever their owner has. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { createLog } from "../../src/log.ts";
import { storeOn } from "../../src/store/sqlite.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { fill, soleOwner } from "../support/fill.ts";
import { openTab } from "../support/tab.ts";

setDefaultTimeout(60_000);

test("a page, its join, a list and a search cost the same with 10,000 conversations as with 100 [O9]", async () => {
  const few = await filled(100);
  const many = await filled(10_000);
  const names = Object.keys(few.costs);
  expect(names.length).toBe(5);
  // By the processor's time, and turn and turn about: whatever else the machine does counts for neither.
  const best: Record<string, [few: number, many: number]> = {};
  for (let round = 0; round < 15; round += 1) {
    for (const name of names) {
      const times = [await few.costs[name]?.(), await many.costs[name]?.()].map(Number);
      const [fewMs = 0, manyMs = 0] = times;
      const [a, b] = best[name] ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      best[name] = [Math.min(a, fewMs), Math.min(b, manyMs)];
    }
  }
  for (const [name, [fewMs, manyMs]] of Object.entries(best)) {
    console.log(`${name}: ${fewMs.toFixed(2)} ms with 100, ${manyMs.toFixed(2)} ms with 10,000`);
    // A hundred times as many: what looks at each of them would be far beyond this.
    expect([name, manyMs < 3 * fewMs + 1]).toEqual([name, true]);
  }
  await few.end();
  await many.end();
});

type Costs = Record<string, () => Promise<number>>;

async function filled(count: number): Promise<{ costs: Costs; end(): Promise<void> }> {
  const app: TestApp = await startApp();
  const tab = await openTab(app.url);
  await tab.send("Hello");
  await tab.ended();
  const db = app.live.file?.db;
  if (db === undefined) throw new Error("no store");
  fill(db, soleOwner(db), count);
  const get = (path: string) => async () => {
    const start = process.cpuUsage();
    const response = await fetch(`${app.url}${path}`, { headers: { Cookie: tab.cookie } });
    expect((await response.text()).length).toBeGreaterThan(1000);
    return spentMs(start);
  };
  // All are in the index, as they are when a server has run for a while.
  const log = createLog({ level: "error", format: "json" });
  if (app.live.file !== null) while (await storeOn(app.live.file, log).search.keepUp(2000));
  const join = async () => {
    const start = process.cpuUsage();
    await tab.join();
    return spentMs(start);
  };
  const costs = {
    "a page": get("/"),
    "a join": join,
    "older rows": get(`/steps/rows?after=${Date.now() - 30 * 3_600_000}.1`),
    "a list": get("/conversations?of=recent"),
    "a search": get("/search?q=question+7"),
  };
  return {
    costs,
    async end() {
      tab.drop();
      await app[Symbol.asyncDispose]();
    },
  };
}

/** Of this process, in which all of it happens. */
function spentMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
