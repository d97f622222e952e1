/** The program as people start it: `bun index.ts COMMAND` as a process of its own, with nothing else in its environment. */
import { join } from "node:path";

export type Ended = { code: number; out: string; err: string };

export type ServerChild = {
  /** `http://localhost:PORT`. */
  url: string;
  port: number;
  /** With SIGTERM, unless another is named; resolves with the exit code. */
  end(signal?: NodeJS.Signals): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
};

const root = join(import.meta.dir, "../..");

/** `before` is put in front, such as setpriv with its options; the working folder has no .env of ours. */
export async function runCommand(
  args: string[],
  options: { cwd: string; env?: Record<string, string>; before?: string[] },
): Promise<Ended> {
  const child = spawn(args, options);
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, out, err };
}

/** Resolves once it serves, on a free port. */
export async function startServer(options: {
  cwd: string;
  env?: Record<string, string>;
  /** Hears all that it writes. */
  hear?(text: string): void;
}): Promise<ServerChild> {
  const child = spawn([], { ...options, env: { PORT: "0", LOG_FORMAT: "json", ...options.env } });
  const end = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return child.exited;
  };
  try {
    const url = await started(child.stdout, options.hear);
    if (options.hear) void child.stderr.text().then(options.hear);
    return {
      url,
      port: Number(new URL(url).port),
      end,
      [Symbol.asyncDispose]: async () => void (await end("SIGKILL")),
    };
  } catch (error) {
    await end("SIGKILL");
    throw new Error(`the server did not start: ${await child.stderr.text()}`, { cause: error });
  }
}

function spawn(args: string[], options: { cwd: string; env?: Record<string, string>; before?: string[] }) {
  const { cwd, env = {}, before = [] } = options;
  const { PATH = "", HOME = "" } = process.env;
  return Bun.spawn([...before, process.execPath, join(root, "index.ts"), ...args], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Reads on when it has found the line, or the child would wait for a full pipe. */
async function started(stdout: ReadableStream<Uint8Array>, hear?: (text: string) => void): Promise<string> {
  const found = Promise.withResolvers<string>();
  const read = async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of stdout) {
      const heard = decoder.decode(chunk, { stream: true });
      hear?.(heard);
      if (text.includes("app.started\n")) continue;
      text += heard;
      const line = text.split("\n").find((each) => each.includes('"app.started"') && each.endsWith("}"));
      if (line === undefined) continue;
      found.resolve(String((JSON.parse(line) as { url: string }).url));
      text = "app.started\n";
    }
    found.reject(new Error("it ended before it served"));
  };
  read().catch(found.reject);
  return found.promise;
}
