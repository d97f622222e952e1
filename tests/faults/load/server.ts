/** A program: the chat with the limits it is given as JSON, which also tells how its memory is used. */
import { heapStats } from "bun:jsc";
import { start } from "../../../src/app.ts";
import { readConfig } from "../../../src/config.ts";
import { createLive } from "../../../src/live.ts";
import { createLog } from "../../../src/log.ts";
import { answerParent } from "../../bench/children.ts";

/** `heapBytes` after a full collection; `kept` counts what the server holds on to. */
export type Memory = { rssBytes: number; heapBytes: number; kept: Record<string, number> };

const read = readConfig();
if ("faults" in read) throw new Error(read.faults.join("\n"));
const given = JSON.parse(process.argv[2] ?? "{}") as object;
const config = { ...read.config, limits: { ...read.config.limits, ...given } };
const troubles: string[] = [];
const write = (line: string) => {
  if (troubles.length < 100) troubles.push(line);
};
const log = createLog({ level: "warn", format: "json", secrets: config.secrets, write });
const live = createLive();
const app = await start({ config, log, live });

answerParent({
  url: () => app.url,
  /** What it warned of, the first hundred. */
  troubles: () => troubles,
  sockets: () => live.connections.sockets.size,
  memory: (): Memory => {
    Bun.gc(true);
    const { sockets, streams, perAccount, listeners } = live.connections;
    return {
      rssBytes: process.memoryUsage.rss(),
      heapBytes: heapStats().heapSize,
      kept: {
        runs: live.runs.size,
        sockets: sockets.size,
        streams: streams.size,
        accounts: perAccount.size,
        listeners: listeners.size,
        objects: heapStats().objectCount,
      },
    };
  },
});

process.on("SIGTERM", () => void app.stop().then(() => process.exit(0)));
