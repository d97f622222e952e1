/** Starting: time to the first answer, size of the executable, memory before anybody has come. */
import { mkdtemp, stat } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync } from "bun";
import { freePort, startChild, type Child } from "../children.ts";
import type { Context, Phase } from "../context.ts";
import type { Subject } from "../figures.ts";
import { sourceCommand, untilAnswer } from "../peers/banter.ts";
import type { Program } from "../peers/peers.ts";
import { memoryOf } from "../usage.ts";

export const start: Phase = {
  about: "cold start to the first 200, memory at start, size on disk",
  rounds: 3,
  async run(context) {
    const { report, isShort } = context;
    const path = await context.executable();
    const programs = programsOf(context, path);
    // In turn, so that what else the machine does falls on all alike.
    for (let time = 0; time < (isShort ? 1 : 4); time++) {
      for (const [name, program] of programs) {
        const { child, tookMs } = await coldStart(program, context.scratchDir);
        report("Cold start, to the first 200", "ms", name, tookMs);
        const { rssMb, pssMb } = memoryOf(child.pid);
        report("Memory, started", "MB", name, rssMb);
        report("Memory, started, its own share", "MB", name, pssMb);
        await child.end();
      }
    }
    report("Executable on disk", "MB", "banter", (await stat(path)).size / 1e6);
    if (!isShort) {
      const packed = zstdCompressSync(await Bun.file(path).bytes(), { level: 9 });
      report("Executable, as zstd -9", "MB", "banter", packed.length / 1e6);
    }
  },
};

/** Banter is its executable, as people run it; from source is a column of its own. */
function programsOf({ peers, command }: Context, path: string): [Subject, Program][] {
  const hello = [process.execPath, join(import.meta.dir, "../peers/hello.ts")];
  const withPort = (port: number) => ({ PORT: String(port) });
  const own = (words: string[]): Program => ({ command: () => words, env: withPort });
  return [
    ["hello", own(hello)],
    ...peers("raw", "library", "node", "fastapi").map((name): [Subject, Program] => [name, command(name)]),
    ["banterSource", own(sourceCommand)],
    ["banter", own([path])],
  ];
}

async function coldStart(program: Program, scratchDir: string): Promise<{ child: Child; tookMs: number }> {
  const cwd = program.cwd ?? (await mkdtemp(join(scratchDir, "start-")));
  const port = await freePort();
  const startMs = performance.now();
  const child = startChild({ command: program.command(port), cwd, env: program.env(port) });
  await untilAnswer(port, "/");
  return { child, tookMs: performance.now() - startMs };
}
