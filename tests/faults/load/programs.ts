/** The programs that load tests start: each is asked by name, and ended by its id, whatever happens. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../../src/config.ts";
import type { Memory } from "./server.ts";

export type Child = AsyncDisposable & {
  pid: number;
  /** Rejects where the program ends before it answers. */
  ask<T>(name: string, input?: unknown): Promise<T>;
  stderr(): string;
  /** Sends the signal, and resolves with the exit code. */
  end(signal?: NodeJS.Signals): Promise<number>;
};

export type Server = Child & { url: string; memory(): Promise<Memory> };

export type ServerSettings = { limits?: Partial<Config["limits"]>; env?: Record<string, string> };

/** The chat with limits of a test's own, and with somebody in it who tells how its memory is used. */
export async function startServer({ limits = {}, env = {} }: ServerSettings = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "banter-load-"));
  const settings = { PORT: "0", DATA: join(folder, "banter.db"), BUN_CONFIG_MAX_HTTP_REQUESTS: "8192" };
  const child = startChild(join(import.meta.dir, "server.ts"), [JSON.stringify(limits)], {
    ...settings,
    ...env,
  });
  async function dispose() {
    await child.end("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
  try {
    const url = await child.ask<string>("url");
    return { ...child, url, memory: () => child.ask<Memory>("memory"), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A scripted model that paces each chat as its message says. */
export async function startModel(): Promise<Child & { env: Record<string, string> }> {
  const child = startChild(join(import.meta.dir, "../../bench/upstream.ts"), [], {});
  const url = await child.ask<string>("url");
  return { ...child, env: { INFERENCE_URL: url, MODEL: "test-model", TITLE_MODEL: "none" } };
}

/** Many people, in a process of their own. */
export function startCrowd(): Child {
  return startChild(join(import.meta.dir, "crowd.ts"), [], {});
}

/** With an environment of its own, so that no setting or token of whoever runs this has a part in it. */
function startChild(file: string, args: string[], env: Record<string, string>): Child {
  const waiting: PromiseWithResolvers<unknown>[] = [];
  const { PATH = "", HOME = "" } = process.env;
  const child = Bun.spawn([process.execPath, file, ...args], {
    cwd: tmpdir(),
    env: { PATH, HOME, TMPDIR: tmpdir(), ...env },
    stdio: ["ignore", "ignore", "pipe"],
    ipc: ({ answer }: { answer: unknown }) => waiting.shift()?.resolve(answer),
  });
  let stderr = "";
  const reading = child.stderr.text().then((text) => void (stderr = text));
  const ended = Promise.all([child.exited, reading]).then(([code]) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${file} ended with ${code}: ${stderr}`));
    return code;
  });
  const end = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid,
    async ask<T>(name: string, input: unknown = null) {
      const answer = Promise.withResolvers<unknown>();
      waiting.push(answer);
      child.send({ name, input });
      return (await answer.promise) as T;
    },
    stderr: () => stderr,
    end,
    [Symbol.asyncDispose]: async () => void (await end("SIGKILL")),
  };
}
