/** Measures starting: time to the first page, size of the executable, memory before and after that page. */
import { mkdtemp, stat } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync } from "bun";
import { freePort, startChild } from "./children.ts";
import { sourceCommand, startServer, untilAnswer } from "./server.ts";
import { memoryOf, quantile, type Memory } from "./usage.ts";

export type StartFigures = {
  /** Medians, from the start of the process to the whole answer to `/`. */
  coldStartMs: { control: number; source: number; executable: number };
  executable: { bytes: number; zstdBytes: number };
  memory: { control: Memory; source: AtStart; executable: AtStart };
};

type AtStart = { started: Memory; firstPage: Memory };

type Options = { scratchDir: string; rounds: number };

export async function measureStart({ scratchDir, rounds }: Options): Promise<StartFigures> {
  const executablePath = await build(scratchDir);
  const commands = {
    control: [process.execPath, join(import.meta.dir, "hello.ts")],
    source: sourceCommand,
    executable: [executablePath],
  };
  const times = { control: [] as number[], source: [] as number[], executable: [] as number[] };
  // In turn, so that what else the machine does falls on all alike.
  for (let round = 0; round < rounds; round++) {
    for (const name of ["control", "source", "executable"] as const) {
      times[name].push(await coldStart(commands[name], scratchDir));
    }
  }
  const bytes = (await stat(executablePath)).size;
  const zstdBytes = zstdCompressSync(await Bun.file(executablePath).bytes(), { level: zstdLevel }).length;
  return {
    coldStartMs: {
      control: quantile(times.control, 0.5),
      source: quantile(times.source, 0.5),
      executable: quantile(times.executable, 0.5),
    },
    executable: { bytes, zstdBytes },
    memory: {
      control: (await memoryAtStart(commands.control, scratchDir)).started,
      source: await memoryAtStart(commands.source, scratchDir),
      executable: await memoryAtStart(commands.executable, scratchDir),
    },
  };
}

export const zstdLevel = 9;

async function build(scratchDir: string): Promise<string> {
  const path = join(scratchDir, "banter");
  const root = join(import.meta.dir, "../..");
  await Bun.$`${process.execPath} src/commands/build.ts --outfile=${path}`.cwd(root).quiet();
  return path;
}

async function coldStart(command: string[], scratchDir: string): Promise<number> {
  const cwd = await mkdtemp(join(scratchDir, "start-"));
  const port = await freePort();
  const startMs = performance.now();
  const child = startChild({ command, cwd, env: { PORT: String(port) } });
  await untilAnswer(port, "/");
  const tookMs = performance.now() - startMs;
  await child.end();
  return tookMs;
}

async function memoryAtStart(command: string[], scratchDir: string): Promise<AtStart> {
  const { child, url } = await startServer(command, scratchDir, null);
  const started = memoryOf(child.pid);
  const html = await (await fetch(url)).text();
  for (const [, path] of html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    await (await fetch(`${url}${path}`)).arrayBuffer();
  }
  const firstPage = memoryOf(child.pid);
  await child.end();
  return { started, firstPage };
}
