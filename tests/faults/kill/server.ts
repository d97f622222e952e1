/** One server through all its lives: always the same file, port and address, and what all of them have logged. */
import { createServer } from "node:net";
import { join } from "node:path";
import { startProgram, type Program } from "../../support/process.ts";
import type { ProjectCopy } from "../../support/project-copy.ts";
import type { Beat, Record } from "../check/record.ts";
import { feelPulse } from "./pulse.ts";

export type MortalOptions = {
  folder: string;
  env: { [name: string]: string };
  record: Record;
  /** Runs from there, under `bun --hot`. */
  copy: ProjectCopy | null;
};

type Life = { program: Program; pulse: { stop(): void } };

export class MortalServer {
  readonly dataPath: string;
  /** Where it listens, whether or not it lives. */
  readonly url: string;
  readonly #lives: Life[] = [];

  constructor(
    readonly options: MortalOptions,
    readonly port: number,
  ) {
    this.dataPath = join(options.folder, "banter.db");
    this.url = `http://localhost:${port}`;
  }

  async start(): Promise<void> {
    const { record, folder, env, copy } = this.options;
    const beats: Beat[] = [];
    record.lives.push({ fromMs: performance.now(), death: null, beats });
    const program = await startProgram({
      folder,
      env: { ...env, PORT: String(this.port), LOG_LEVEL: "debug" },
      ...(copy === null ? {} : { command: [process.execPath, "--hot", join(copy.folder, "index.ts")] }),
    });
    this.#lives.push({ program, pulse: await feelPulse(this.url, beats) });
  }

  /** Resolves with the exit code when it is dead. */
  async kill(how: "SIGKILL" | "SIGTERM"): Promise<number> {
    const { program, pulse } = this.#now();
    const life = this.options.record.lives.at(-1);
    if (life) life.death = { how, atMs: performance.now() };
    const code = await program.end(how);
    pulse.stop();
    return code;
  }

  /** Stops all of it, as a machine that sleeps, for so long. */
  async freeze(ms: number): Promise<void> {
    const { pid } = this.#now().program;
    process.kill(pid, "SIGSTOP");
    await Bun.sleep(ms);
    process.kill(pid, "SIGCONT");
  }

  log(): string {
    const programs = this.#lives.map(({ program }) => program);
    return programs
      .map(({ lines, stderr }) => lines.map((line) => JSON.stringify(line)).join("\n") + stderr())
      .join("\n");
  }

  stderr(): string {
    return this.#lives.map(({ program }) => program.stderr()).join("");
  }

  #now(): Life {
    const life = this.#lives.at(-1);
    if (life === undefined) throw new Error("it never lived");
    return life;
  }
}

/**
 * A free port below those that the system gives to who asks for any: between two lives it would give the server's
 * to somebody who tries to reach it.
 */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
