/** `bun run bench [PHASE…]`: measures Banter beside what people would run instead, and prints tables; see README.md. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bars } from "./bars.ts";
import { endChildrenAtExit, startOwn } from "./children.ts";
import { judge, toRows, type Measured } from "./figures.ts";
import { installPeers } from "./peers/install.ts";
import { phases } from "./phases.ts";
import { createContext } from "./setting.ts";
import { toMarkdown } from "./table.ts";
import { canTell } from "./usage.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    short: { type: "boolean", default: false },
    rounds: { type: "string" },
    peers: { type: "string" },
    offline: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const limitMs = 30 * 60_000;
const names = positionals.length > 0 ? positionals : Object.keys(phases);
const unknown = names.filter((name) => phases[name] === undefined);
if (options.help || unknown.length > 0) usage();
if (!canTell()) throw new Error("Processor time and memory are read from /proc, which only Linux has.");

endChildrenAtExit();
setTimeout(() => {
  console.error(`Ended early: it may take ${limitMs / 60_000} minutes.`);
  process.exit(1);
}, limitMs).unref();
const scratchDir = await mkdtemp(join(tmpdir(), "banter-bench-"));
// After the children, who have files in it.
process.on("exit", () => rmSync(scratchDir, { recursive: true, force: true }));
await measure();

async function measure(): Promise<void> {
  const startMs = performance.now();
  const installed = await installPeers(!options.offline);
  const loadBefore = loadavg()[0] ?? 0;
  const measured: Measured[] = [];
  const failures: string[] = [];
  const upstream = startOwn("upstream.ts", scratchDir);
  const upstreamUrl = await upstream.ask<string>("url");
  const only = options.peers?.split(",");
  const given = { scratchDir, installed, upstream, upstreamUrl, only, isShort: options.short, measured };
  const context = createContext(given);
  // All phases once, then again: what else the machine does falls on all alike.
  for (let round = 0; round < roundsMax(); round++) {
    for (const name of names) {
      const phase = phases[name];
      if (phase === undefined || round >= roundsOf(phase.rounds)) continue;
      console.error(`${elapsed(startMs)} ${name}, round ${round + 1}`);
      try {
        await phase.run(context(name));
      } catch (error) {
        // The others are worth having all the same.
        failures.push(`${name}, round ${round + 1}: ${String(error)}`);
        console.error(failures.at(-1));
      }
    }
  }
  await upstream.end();
  const rows = toRows(measured);
  const verdicts = bars.map((bar) => judge(bar, rows));
  const loadAfter = loadavg()[0] ?? 0;
  const tookS = (performance.now() - startMs) / 1000;
  const model = cpus()[0]?.model ?? "unknown";
  const machine = { processors: cpus().length, model, bun: Bun.version, loadBefore, loadAfter, tookS };
  console.log(toMarkdown(rows, verdicts, [...installed.told, ...failures], machine));
  const all = { date: new Date().toISOString(), machine, peers: installed.told, failures, rows, verdicts };
  if (options.json) await Bun.write(options.json, `${JSON.stringify(all, null, 2)}\n`);
  const missed = verdicts.filter(({ isMet, bar }) => isMet === false && bar.of !== undefined);
  process.exit(missed.length + failures.length === 0 ? 0 : 1);
}

function roundsOf(rounds: number): number {
  if (options.rounds !== undefined) return Math.min(rounds, Number(options.rounds));
  return options.short ? 1 : rounds;
}

function roundsMax(): number {
  return Math.max(...names.map((name) => roundsOf(phases[name]?.rounds ?? 0)));
}

function elapsed(startMs: number): string {
  return `${((performance.now() - startMs) / 1000).toFixed(0).padStart(4)} s`;
}

function usage(): never {
  for (const name of unknown) console.error(`There is no phase “${name}”.`);
  console.error("bun run bench [PHASE…] [--short] [--rounds=N] [--peers=a,b] [--offline] [--json=FILE]\n");
  for (const [name, { about }] of Object.entries(phases)) console.error(`${name.padEnd(10)} ${about}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
