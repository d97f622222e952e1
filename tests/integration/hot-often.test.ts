/** Loads upon loads: nothing of the old ones stays, and each message still has one reply. */
import { expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { upstreamEnv } from "../support/app.ts";
import { startProgram, until } from "../support/process.ts";
import { copyProject } from "../support/project-copy.ts";
import { openTab } from "../support/tab.ts";
import { goodReply, startUpstream } from "../support/upstream.ts";

const loads = 20;

/** Told by each load once it serves. */
const probe = `
const listeners = ["SIGINT", "SIGTERM", "exit", "uncaughtException", "unhandledRejection"];
globalThis.loads = (globalThis.loads ?? 0) + 1;
Bun.gc(true);
const { heapSize } = (await import("bun:jsc")).heapStats();
const counts = listeners.map((name) => process.listenerCount(name));
console.error(JSON.stringify({ load: globalThis.loads, listeners: counts, heapSize }));
`;

test(`after ${loads} loads nothing has grown, a message has one reply, and SIGTERM ends it`, async () => {
  await using copy = await copyProject();
  await copy.edit("index.ts", (text) => text + probe, "write");
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("One reply.")));
  const command = [process.execPath, "--hot", join(copy.folder, "index.ts")];
  await using program = await startProgram({ command, env: upstreamEnv(upstream) });
  const told = () =>
    program
      .stderr()
      .split("\n")
      .filter((line) => line.startsWith('{"load"'))
      .map((line) => JSON.parse(line) as { load: number; listeners: number[]; heapSize: number });
  const tab = await openTab(program.url);
  const sizes: Sizes[] = [];
  for (let load = 2; load <= loads; load++) {
    const from = program.lines.length;
    await copy.edit("src/errors.ts", (text) => `${text}// ${load}\n`, load % 2 === 0 ? "write" : "rename");
    await program.logged("app.reloaded", from);
    await until(`load ${load}`, () => told().some((line) => line.load === load));
    sizes.push({ ...(await sizesOf(program.pid)), heapSize: told().at(-1)?.heapSize ?? 0 });
  }
  expect(new Set(told().map((line) => JSON.stringify(line.listeners))).size).toBe(1);
  expect(program.stderr()).not.toContain("Warning");
  if (process.platform === "linux") expectFlat(sizes);
  await tab.send("Hi");
  await tab.ended();
  expect(tab.body()).toBe('<p dir="auto">One reply.</p>');
  expect(upstream.requests.length).toBe(1);
  expect(tab.steps.filter((step) => step[0] === "append")).toHaveLength(1);
  expect(await program.end()).toBe(0);
  expect(program.lines.at(-1)?.event).toBe("app.stopped");
}, 90_000);

/** `heapSize` in bytes, after a full collection. */
type Sizes = { files: number; watches: number; heapSize: number };

async function sizesOf(pid: number): Promise<Omit<Sizes, "heapSize">> {
  if (process.platform !== "linux") return { files: 0, watches: 0 };
  const files = await readdir(`/proc/${pid}/fdinfo`);
  const infos = await Promise.all(
    // One that was closed meanwhile is none.
    files.map((file) => readFile(`/proc/${pid}/fdinfo/${file}`, "utf8").catch(() => "")),
  );
  return {
    files: files.length,
    watches: infos.join("").match(/^inotify/gm)?.length ?? 0,
  };
}

/** From the fifth load on: the first ones fill caches. */
function expectFlat(sizes: Sizes[]): void {
  const early = sizes[4];
  const late = sizes.at(-1);
  if (early === undefined || late === undefined) throw new Error("no sizes");
  expect(late.files).toBeLessThanOrEqual(early.files + 2);
  expect(late.watches).toBeLessThanOrEqual(early.watches + 2);
  expect(late.heapSize - early.heapSize).toBeLessThan(2_000_000);
}
