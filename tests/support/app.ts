/** Starts the real program on a free port and a temporary file, in this process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../../src/app.ts";
import { readConfig, type Config } from "../../src/config.ts";
import { createLive, type Live } from "../../src/live.ts";
import { createLog } from "../../src/log.ts";

export type TestApp = {
  /** `http://localhost:PORT`. */
  url: string;
  config: Config;
  live: Live;
  /** Every line that was logged, as JSON text. */
  logged: string[];
  /** As SIGTERM would. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type AppSettings = {
  /** Environment variables; the demo model answers where none names another. */
  env?: Record<string, string>;
  limits?: Partial<Config["limits"]>;
  /** The base URL of what stands in place of Hugging Face's router, which no test calls. */
  hub?: string;
  /** To start again on the same file; else a new one, which goes with the app. */
  dataPath?: string;
};

export async function startApp(settings: AppSettings = {}): Promise<TestApp> {
  const folder = settings.dataPath === undefined ? await mkdtemp(join(tmpdir(), "banter-app-")) : null;
  const dataPath = settings.dataPath ?? join(folder ?? "", "banter.db");
  const read = readConfig({ PORT: "0", DATA: dataPath, LOG_LEVEL: "debug", ...settings.env });
  if ("faults" in read) throw new Error(read.faults.join("\n"));
  const nowhere = "http://127.0.0.1:9/v1";
  const endpoints = read.config.endpoints.map((endpoint) => {
    return endpoint.name === "huggingface" ? { ...endpoint, baseUrl: settings.hub ?? nowhere } : endpoint;
  });
  const config = { ...read.config, endpoints, limits: { ...read.config.limits, ...settings.limits } };
  const logged: string[] = [];
  const write = (line: string) => void logged.push(line);
  const log = createLog({ level: "debug", format: "json", secrets: config.secrets, write });
  const live = createLive();
  const app = await start({ config, log, live });
  let stopped: Promise<void> | null = null;
  const stop = () => (stopped ??= app.stop());
  return {
    url: app.url,
    config,
    live,
    logged,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The settings that make a scripted upstream answer. */
export function upstreamEnv(upstream: { url: string }): Record<string, string> {
  // Titles would be requests that a test has not scripted: who wants them says so.
  return { INFERENCE_URL: upstream.url, MODEL: "test-model", TITLE_MODEL: "none" };
}

/** Resolves when no reply is being written. */
export async function resting({ live }: TestApp): Promise<void> {
  while (live.runs.size > 0) await Bun.sleep(1);
}

/** Resolves when so many sockets are open, and no more. */
export async function connected({ live }: TestApp, count: number): Promise<void> {
  while (live.connections.sockets.size !== count) await Bun.sleep(1);
}
