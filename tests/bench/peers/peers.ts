/** The programs that are measured: Banter, and what people would run instead. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { freePort, startChild, type Child } from "../children.ts";
import { sourceCommand, untilAnswer } from "./banter.ts";
import type { Installed } from "./install.ts";

export type PeerName = "banter" | "raw" | "library" | "node" | "fastapi" | "tutorial";

export type Target = {
  name: PeerName;
  child: Child;
  url: string;
  /** Peers send each token as a frame, and an empty one at the end. */
  speaks: "banter" | "plain";
};

/** As the columns of the table are called. */
export const peerTitles: Record<PeerName, string> = {
  banter: "Banter",
  raw: "raw Bun",
  library: "Bun + library",
  node: "Node",
  fastapi: "FastAPI",
  tutorial: "FastAPI, tutorial's",
};

export type TargetOptions = {
  scratchDir: string;
  installed: Installed;
  upstreamUrl: string;
  /** What is run as Banter; from source, where nothing else is said. */
  banter?: string[];
  env?: Record<string, string>;
  cwd?: string;
};

/** Null where what it needs can't be had. Resolves when it answers. */
export async function startTarget(name: PeerName, options: TargetOptions): Promise<Target | null> {
  const start = startOf(name, options);
  if (start === null) return null;
  const port = await freePort();
  const env = { ...start.env(port), ...options.env };
  // A folder of its own, so that no .env of anybody has a part in it.
  const cwd = options.cwd ?? start.cwd ?? (await mkdtemp(join(options.scratchDir, `${name}-`)));
  const child = startChild({ command: start.command(port), cwd, env });
  await untilAnswer(port, name === "banter" ? "/healthz" : "/");
  const host = name === "banter" ? "localhost" : "127.0.0.1";
  return { name, child, url: `http://${host}:${port}`, speaks: name === "banter" ? "banter" : "plain" };
}

/** How a program is started on a port. */
export type Program = {
  command(port: number): string[];
  env(port: number): Record<string, string>;
  cwd?: string;
};

/** Null where it can't run. */
export function startOf(name: PeerName, { installed, upstreamUrl, banter }: TargetOptions): Program | null {
  const { node, python } = installed;
  const withPort = (port: number) => ({ PORT: String(port), INFERENCE_URL: upstreamUrl });
  switch (name) {
    case "banter": {
      const settings = { MODEL: "test-model", TITLE_MODEL: "none" };
      const env = (port: number) => ({ ...withPort(port), ...settings });
      return { command: () => banter ?? sourceCommand, env };
    }
    case "raw":
    case "library": {
      // As much as the others: Bun's own limit would leave most chats waiting.
      const env = (port: number) => ({ ...withPort(port), BUN_CONFIG_MAX_HTTP_REQUESTS: "8192" });
      return { command: () => [process.execPath, join(import.meta.dir, `${name}.ts`)], env };
    }
    case "node":
      return node && { command: () => ["node", "server.mjs"], env: withPort, cwd: node.folder };
    case "fastapi":
    case "tutorial": {
      if (python === null) return null;
      const app = name === "fastapi" ? "stream:app" : "tutorial:app";
      const fast = ["--loop", "uvloop", "--http", "httptools", "--ws", "auto"];
      const quiet = ["--no-access-log", "--log-level", "warning"];
      const folder = ["--app-dir", join(import.meta.dir, "fastapi")];
      const command = [python.command, "-m", "uvicorn", app, ...folder, ...fast, ...quiet];
      const env = (port: number) => ({
        ...withPort(port),
        PYTHONPATH: python.path,
        PYTHONDONTWRITEBYTECODE: "1",
      });
      return { command: (port) => [...command, "--host", "127.0.0.1", "--port", String(port)], env };
    }
  }
}
