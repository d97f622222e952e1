/** `bun run bench`: measures the program beside controls, and prints a table; see README.md. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endChildrenAtExit, startOwn, type Child } from "./children.ts";
import { measurePages } from "./pages.ts";
import { measureSends } from "./sends.ts";
import { sourceCommand, startServer } from "./server.ts";
import { measureStart } from "./start.ts";
import { measureStream, type StreamFigures } from "./streams.ts";
import { toTable, type Figures } from "./table.ts";
import { canTell } from "./usage.ts";

const full = { rounds: 10, sends: 200, chats: [64, 512], settleMs: 2000, windowMs: 12_000 };
const short = { rounds: 3, sends: 60, chats: [64], settleMs: 1000, windowMs: 4000 };
const limitMs = 240_000;

const { values } = parseArgs({
  options: { json: { type: "string" }, short: { type: "boolean" }, only: { type: "string" } },
});
const plan = values.short ? short : full;
const wanted = values.only?.split(",") ?? ["start", "pages", "sends", "streams"];

if (!canTell()) throw new Error("Processor time and memory are read from /proc, which only Linux has.");
endChildrenAtExit();
setTimeout(() => {
  console.error(`Ended early: it may take ${limitMs / 1000} s.`);
  process.exit(1);
}, limitMs).unref();

const scratchDir = await mkdtemp(join(tmpdir(), "banter-bench-"));
// After the children, who have files in it.
process.on("exit", () => rmSync(scratchDir, { recursive: true, force: true }));
const figures = await measure();
console.log(toTable(figures));
if (values.json) await Bun.write(values.json, `${JSON.stringify(figures, null, 2)}\n`);
const isWhole = (figures.streams ?? []).every(({ whole, chats }) => whole === chats);
process.exit(isWhole ? 0 : 1);

async function measure(): Promise<Figures> {
  const startMs = performance.now();
  const loadBefore = loadavg()[0] ?? 0;
  const start = wanted.includes("start") ? await measureStart({ scratchDir, rounds: plan.rounds }) : null;
  const upstream = startOwn("upstream.ts", scratchDir);
  const turns = await measureTurns(upstream);
  const streams = wanted.includes("streams") ? await measureStreams(upstream) : null;
  await upstream.end();
  const model = cpus()[0]?.model ?? "unknown";
  const loadAfter = loadavg()[0] ?? 0;
  return {
    machine: { processors: cpus().length, model, bun: Bun.version, loadBefore, loadAfter },
    ...(start && { start }),
    ...turns,
    ...(streams && { streams }),
    tookS: (performance.now() - startMs) / 1000,
  };
}

async function measureTurns(upstream: Child): Promise<Pick<Figures, "pages" | "sends">> {
  const upstreamUrl = await upstream.ask<string>("url");
  const server = await startServer(sourceCommand, scratchDir, upstreamUrl);
  const forwarder = startOwn("forwarder.ts", scratchDir, { INFERENCE_URL: upstreamUrl });
  const controlUrl = await forwarder.ask<string>("url");
  const pages = wanted.includes("pages") ? await measurePages(server, 50) : null;
  const sends = wanted.includes("sends") ? await measureSends(server.url, controlUrl, plan.sends) : null;
  await Promise.all([server.child.end(), forwarder.end()]);
  return { ...(pages && { pages }), ...(sends && { sends }) };
}

async function measureStreams(upstream: Child): Promise<StreamFigures[]> {
  const { settleMs, windowMs } = plan;
  const streams: StreamFigures[] = [];
  for (const chats of plan.chats) {
    for (const kind of ["control", "banter"] as const) {
      streams.push(await measureStream(kind, chats, upstream, { scratchDir, settleMs, windowMs }));
    }
  }
  return streams;
}
