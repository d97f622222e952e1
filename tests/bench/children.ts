/** The programs that the benchmark starts: each is ended by its id, whatever happens. */
import { createServer } from "node:net";
import { join } from "node:path";

export type Child = {
  pid: number;
  /** For programs of ours: a question by name, answered by `answerParent`. */
  ask<T>(name: string, input?: unknown): Promise<T>;
  end(): Promise<void>;
};

export type Start = {
  command: string[];
  cwd: string;
  env?: Record<string, string>;
  /** One of ours, which is asked questions. */
  isAsked?: boolean;
};

const running = new Set<Bun.Subprocess>();

/** At the end of this process, however it comes. */
export function endChildrenAtExit(): void {
  process.on("exit", () => {
    for (const child of running) child.kill("SIGKILL");
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
}

/**
 * With an environment of its own, so that no setting or token of whoever runs this has a part in it. Where it ends
 * before it is told to, nothing that is measured means anything, and all ends.
 */
export function startChild({ command, cwd, env = {}, isAsked = false }: Start): Child {
  const waiting: ((answer: unknown) => void)[] = [];
  let isTold = false;
  const ipc = ({ answer }: { answer: unknown }) => waiting.shift()?.(answer);
  const child = Bun.spawn(command, {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdio: ["ignore", "ignore", "inherit"],
    ...(isAsked ? { ipc } : {}),
  });
  running.add(child);
  void child.exited.then((code) => {
    running.delete(child);
    if (!isTold) fail(`${command.join(" ")} ended early, with ${child.signalCode ?? code}.`);
  });
  return {
    pid: child.pid,
    async ask<T>(name: string, input: unknown = null) {
      const answered = new Promise<unknown>((resolve) => waiting.push(resolve));
      child.send({ name, input });
      const timer = setTimeout(() => fail(`${command.join(" ")} does not answer “${name}”.`), answerMs);
      const answer = await answered;
      clearTimeout(timer);
      return answer as T;
    },
    async end() {
      isTold = true;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

const answerMs = 45_000;
const patienceMs = 8000;

/** A program of this folder. */
export function startOwn(file: string, cwd: string, env: Record<string, string> = {}): Child {
  return startChild({ command: [process.execPath, join(import.meta.dir, file)], cwd, env, isAsked: true });
}

/** In a program of ours: answers the questions one after another, and ends with whoever asks them. */
export function answerParent(answers: Record<string, (input: never) => unknown>): void {
  let last: Promise<unknown> = Promise.resolve();
  process.on("message", ({ name, input }: { name: string; input: never }) => {
    last = last.then(async () => {
      const answer = await answers[name]?.(input);
      process.send?.({ answer });
    });
  });
  process.on("disconnect", () => process.exit(0));
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
