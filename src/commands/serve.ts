/** Serves until it is told to stop: reads the settings, says what is wrong with them, starts, waits for a signal. */
import { start } from "../app.ts";
import { readConfig, type Config } from "../config.ts";
import { fitTo, openFiles } from "../config/room.ts";
import { AppError } from "../errors.ts";
import { createLive, type Live } from "../live.ts";
import { createLog, type Log } from "../log.ts";
import { commit, version } from "../version.ts";

declare global {
  /** The one thing on globalThis: see live.ts. */
  var banter: Live | undefined;
}

/** Under `bun --hot` this is called again after each edit. Exits with 1 where it can't start at all. */
export async function serveCommand(): Promise<void> {
  const read = readConfig();
  if ("faults" in read) return refuse(read.faults);
  const files = openFiles();
  const config = { ...read.config, limits: fitTo(read.config.limits, files) };
  const log = createLog({ ...config.log, secrets: config.secrets });
  const isReload = globalThis.banter !== undefined;
  const live = (globalThis.banter ??= createLive());
  try {
    const app = await start({ config, log, live });
    live.onSignal = createStop(log, app.stop);
    if (isReload) return log.info("app.reloaded");
    listenToSignals(live);
    tell(config, log, app.url);
    const { socketsMax, generationsMax } = config.limits;
    if (config.limits !== read.config.limits)
      log.warn("limits.lowered", { files, socketsMax, generationsMax });
  } catch (error) {
    if (isReload) return log.error("app.reload_failed", { error });
    if (!(error instanceof AppError)) throw error;
    refuse([error.message]);
  }
}

/** One line each; the process ends here only when nothing serves yet. */
function refuse(faults: string[]): void {
  for (const fault of faults) console.error(fault);
  if (globalThis.banter?.server == null) process.exit(1);
}

function tell(config: Config, log: Log, url: string): void {
  const { endpoint, id: model } = config.model;
  const bun = Bun.version;
  log.info("app.started", { url, endpoint, model, data: config.dataPath, version, commit, bun });
  if (endpoint === "demo")
    log.warn("app.demo", { hint: "set HF_TOKEN in .env to chat with Hugging Face models" });
}

/** Once a process: were each load to swap its listeners, a signal in between would find none, and end it at once. */
function listenToSignals(live: Live): void {
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, (signal) => live.onSignal?.(signal));
}

/** A second signal does not wait; its echo does: `bun run` passes on what a terminal's Ctrl-C has told all already. */
function createStop(log: Log, stop: () => Promise<void>): (signal: NodeJS.Signals) => void {
  let firstMs: number | null = null;
  return (signal) => {
    if (firstMs !== null && performance.now() - firstMs < echoMs) return;
    if (firstMs !== null) process.exit(1);
    firstMs = performance.now();
    log.info("app.stopping", { signal });
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error("app.stop_failed", { error });
        process.exit(1);
      },
    );
  };
}

const echoMs = 500;
