/** Long work beside replies that are being written: how long it leaves the thread to them, whatever the machine does. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startReader, startRelief } from "../../src/app/threads.ts";
import { createBus } from "../../src/bus/bus.ts";
import { keepUp } from "../../src/chat/conversations/upkeep.ts";
import { importFile } from "../../src/chat/takeaway/import.ts";
import { systemClock, type Clock } from "../../src/clock.ts";
import { LIMITS } from "../../src/config/limits.ts";
import { createLog } from "../../src/log.ts";
import { openFile, storeOn } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { chatgptChat, said } from "../support/takeaway.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

const folder = await mkdtemp(join(tmpdir(), "banter-rests-"));
const log = createLog({ level: "error", format: "json" });
const file = await openFile({ path: join(folder, "banter.db"), log, busyTimeoutMs: 1000 });
const store = storeOn(file, log);
const bus = createBus(log);
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const chats = 40;

async function importAs(owner: string, isWriting: boolean): Promise<{ workedMs: number; restedMs: number }> {
  const told = { workedMs: 0, restedMs: 0 };
  const add: Store["takeaway"]["add"] = async (...asked) => {
    const startMs = performance.now();
    try {
      return await store.takeaway.add(...asked);
    } finally {
      told.workedMs += performance.now() - startMs;
    }
  };
  const text = JSON.stringify(
    Array.from({ length: chats }, (_, n) => {
      return chatgptChat(`Chat ${n}`, [{ key: "q", message: said("user", "word ".repeat(2000)) }]);
    }),
  );
  const parts = {
    ...{
      store: { ...store, takeaway: { ...store.takeaway, add } },
      bus,
      now: Date.now,
      startReader,
      startRelief,
    },
    ...{ importing: new Set<string>(), limits: LIMITS, isWriting: () => isWriting },
    rest: async (ms: number) => void (told.restedMs += ms),
  };
  const names = { image: "image", recording: "recording", file: "file", untitled: "untitled" };
  const result = await importFile(parts, owner, {
    ...{ body: new Blob([text]).stream(), boundary: null, names, titleChars: 200 },
    tags: { max: 10, chars: 40 },
  });
  expect(result.added).toBe(chats);
  return told;
}

test("what is brought in leaves replies three quarters of the thread, and where there are none half", async () => {
  const beside = await importAs("ann", true);
  expect(beside.workedMs).toBeGreaterThan(0);
  // What is owed at the end, less than four milliseconds, is nobody's any more.
  expect(beside.restedMs).toBeGreaterThan(3 * beside.workedMs - 4);
  const alone = await importAs("bob", false);
  expect(alone.restedMs).toBeGreaterThan(alone.workedMs - 4);
});

test("the search index rests six times as long as a step took, while replies are being written", async () => {
  for (const isWriting of [true, false]) {
    const rests: number[] = [];
    const clock: Clock = {
      now: Date.now,
      after(ms, callback) {
        // What is repeated comes after these times, and not here. A step may take long where much is going on.
        if (ms === LIMITS.upkeepIdleMs || ms === LIMITS.sweepIdleMs) return () => {};
        rests.push(ms);
        return systemClock.after(0, callback);
      },
    };
    const done = Promise.withResolvers<void>();
    let steps = 0;
    const search: Store["search"] = {
      ...store.search,
      async keepUp() {
        const endMs = performance.now() + 20;
        while (performance.now() < endMs);
        steps += 1;
        if (steps === 4) done.resolve();
        return steps < 4;
      },
    };
    const end = keepUp({
      ...{ store: { ...store, search }, bus, clock, log, retentionDays: null, limits: LIMITS },
      isWriting: () => isWriting,
    });
    await done.promise;
    end();
    const { upkeepRestMs } = LIMITS;
    const long = rests.filter((ms) => ms >= 6 * 20);
    expect(long.length).toBe(isWriting ? 3 : 0);
    if (!isWriting) expect(rests.every((ms) => ms === upkeepRestMs)).toBe(true);
  }
});
