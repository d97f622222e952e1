/** Runs the real program as a process of its own, and reads what it logs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const projectRoot = join(import.meta.dir, "../..");
export const sourceCommand = [process.execPath, join(projectRoot, "index.ts")];

export type LogLine = { time: string; level: string; event: string } & Record<string, unknown>;

export type Settings = {
  /** The program and its first arguments. */
  command?: string[];
  /** Beside PORT and DATA; an empty one is left out. */
  env?: Record<string, string>;
  /** The folder it is started in; else one of its own, which goes with it. Its data is there, unless DATA says else. */
  folder?: string;
  /** It leads a group of processes, and signals go to all of it, as a terminal's Ctrl-C does. */
  hasGroup?: boolean;
  /** How long it may take until it serves. */
  startMs?: number;
};

export type Program = AsyncDisposable & {
  url: string;
  pid: number;
  dataPath: string;
  lines: LogLine[];
  /** The first line with this event among those from `from` on; waits for it. */
  logged(event: string, from?: number): Promise<LogLine>;
  stderr(): string;
  /** Sends the signal, and resolves with the exit code (128 and the signal's number where a signal ended it). */
  end(signal?: NodeJS.Signals): Promise<number>;
};

/** Resolves when it serves. */
export async function startProgram(settings: Settings = {}): Promise<Program> {
  const { folder, env, release } = await prepare(settings);
  const child = spawn(settings.command ?? sourceCommand, folder, env, settings.hasGroup);
  const lines: LogLine[] = [];
  let stderr = "";
  const reading = Promise.all([
    eachLine(child.stdout, (line) => void lines.push(JSON.parse(line) as LogLine)),
    eachLine(child.stderr, (line) => (stderr += `${line}\n`)),
  ]);
  const logged = (event: string, from = 0, waitMs = patienceMs) => {
    const look = () => {
      const found = lines.slice(from).find((line) => line.event === event);
      if (found === undefined && child.exitCode !== null) throw new Error(`ended; it said: ${stderr}`);
      return found;
    };
    return until(`${event} in the log`, look, waitMs);
  };
  const send = (signal: NodeJS.Signals) => {
    if (settings.hasGroup !== true) child.kill(signal);
    else if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
  };
  async function end(signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
    send(signal);
    const timer = setTimeout(() => send("SIGKILL"), patienceMs);
    const code = await child.exited;
    clearTimeout(timer);
    await reading;
    return code;
  }
  async function dispose() {
    await end("SIGKILL");
    await release();
  }
  try {
    const { url, data } = await logged("app.started", 0, settings.startMs);
    const shown = { url: String(url), dataPath: String(data), pid: child.pid };
    return { ...shown, lines, logged, stderr: () => stderr, end, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

export type Told = { code: number; out: string; err: string };

/** For what ends by itself. */
export async function runProgram(args: string[], settings: Settings = {}): Promise<Told> {
  const { folder, env, release } = await prepare(settings);
  const child = spawn([...(settings.command ?? sourceCommand), ...args], folder, env);
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  clearTimeout(timer);
  await release();
  return { code, out, err };
}

/** Asks again and again, until the answer is truthy; for what sends no event. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  waitMs = patienceMs,
): Promise<NonNullable<T>> {
  const endMs = performance.now() + waitMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await Bun.sleep(10);
  }
}

/** The machine may be busy with other tests. */
const patienceMs = 20_000;

/** An environment of its own, so that no setting or token of whoever runs this has a part in it. */
async function prepare({ folder: named, env = {} }: Settings) {
  const folder = named ?? (await mkdtemp(join(tmpdir(), "banter-process-")));
  const { PATH = "", HOME = folder } = process.env;
  const given = { PATH, HOME, TMPDIR: tmpdir(), PORT: "0", DATA: join(folder, "banter.db"), ...env };
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const release = async () => {
    if (named === undefined) await rm(folder, { recursive: true, force: true });
  };
  return { folder, env: settings, release };
}

function spawn(command: string[], cwd: string, env: Record<string, string>, detached = false) {
  return Bun.spawn(command, { cwd, env, detached, stdio: ["ignore", "pipe", "pipe"] });
}

async function eachLine(stream: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  }
}
