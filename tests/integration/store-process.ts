/** Starts the store's other process and reads its lines. */
import { join } from "node:path";

export type Child = {
  /** The next line; null at the end. */
  line(): Promise<string | null>;
  kill(): Promise<void>;
  /** Lets it end by itself. */
  end(): Promise<void>;
};

export function startChild(what: string, path: string, { from = 1, before = [] as string[] } = {}): Child {
  const script = join(import.meta.dir, "store-child.ts");
  const command = [...before, process.execPath, script, what, path, String(from)];
  const child = Bun.spawn(command, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = linesOf(child.stdout);
  return {
    line: async () => (await lines.next()).value ?? null,
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
    end: async () => {
      await child.stdin.end();
      await child.exited;
    },
  };
}

/** What a short-lived child says first. */
export async function askChild(what: string, path: string, before: string[] = []): Promise<string | null> {
  const child = startChild(what, path, { before });
  const line = await child.line();
  await child.end();
  return line;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, null> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return null;
}
