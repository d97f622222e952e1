/** Edits that come while another is being loaded, a signal then, and a load that fails at the last step. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { start } from "../../src/app.ts";
import { createLog } from "../../src/log.ts";
import { startApp } from "../support/app.ts";
import { startProgram, until } from "../support/process.ts";
import { copyProject } from "../support/project-copy.ts";
import { randomOf, seedOf } from "../support/random.ts";

const seed = seedOf("hot-races");

test("the last of several quick edits shows, and a signal while loading ends it well", async () => {
  const random = randomOf(seed);
  await using copy = await copyProject();
  const command = [process.execPath, "--hot", join(copy.folder, "index.ts")];
  await using program = await startProgram({ command });
  const page = async () => (await fetch(program.url)).text();
  const changeCode = (mark: string) => (text: string) =>
    text.replace(/(const view: ChatView = \{\n) *title: .*\n/, `$1title: "${mark}",\n`);
  const changeLook = (mark: string) => (text: string) => text.replace(/<head>.*/, `<head><!--${mark}-->`);
  for (let round = 0; round < 12; round++) {
    const marks = [`a${round}.`, `b${round}.`, `c${round}.`];
    const how = () => (random.below(2) === 0 ? ("write" as const) : ("rename" as const));
    await copy.edit("src/server/pages.ts", changeCode(marks[0] ?? ""), how());
    await Bun.sleep(random.below(120));
    await copy.edit("templates/layout.hbs", changeLook(marks[1] ?? ""), how());
    await Bun.sleep(random.below(120));
    await copy.edit("src/server/pages.ts", changeCode(marks[2] ?? ""), how());
    await until(`${marks[1]} and ${marks[2]}`, async () => {
      const html = await page();
      return html.includes(`<!--b${round}.-->`) && html.includes(`c${round}.`);
    });
  }
  await copy.edit("src/server/pages.ts", changeCode("last"), "write");
  await Bun.sleep(random.below(120));
  expect(await program.end()).toBe(0);
  expect(program.stderr()).toBe("");
}, 90_000);

test("loads take over from each other's timers, and one that can't serve leaves nothing behind", async () => {
  const timers = watchTimers();
  await using app = await startApp();
  const log = createLog({ level: "error", format: "json", write: () => {} });
  const { config, live } = app;
  const first = timers.repeating();
  expect(first).toBeGreaterThan(1);
  for (let load = 0; load < 5; load++) await start({ config, log, live });
  expect(timers.repeating()).toBe(first);
  const { generations, unload } = live;
  // Bun refuses to wait that long, when all else has begun.
  const unservable = { ...config, limits: { ...config.limits, idleRequestS: 100_000 } };
  await expect(start({ config: unservable, log, live })).rejects.toThrow();
  expect(timers.repeating()).toBe(first);
  expect([live.generations === generations, live.unload === unload, unload?.signal.aborted]).toEqual([
    true,
    true,
    false,
  ]);
  expect((await fetch(app.url)).status).toBe(200);
  await app.stop();
  expect(timers.repeating()).toBe(0);
  timers.restore();
}, 30_000);

/** Counts what waits for its time: all of it is set again and again for as long as its load lives. */
function watchTimers() {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const waiting = new Set<unknown>();
  globalThis.setTimeout = Object.assign(
    (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const timer = set(() => {
        waiting.delete(timer);
        work(...args);
      }, ms);
      waiting.add(timer);
      return timer;
    },
    set,
  ) as typeof globalThis.setTimeout;
  globalThis.clearTimeout = ((timer?: Timer) => {
    waiting.delete(timer);
    clear(timer);
  }) as typeof globalThis.clearTimeout;
  return {
    repeating: () => waiting.size,
    restore: () => Object.assign(globalThis, { setTimeout: set, clearTimeout: clear }),
  };
}
