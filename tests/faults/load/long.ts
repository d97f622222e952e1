/** The long forms: `bun tests/faults/load/long.ts NAME …` measures what is named and prints it; without a name, all. */
import { parseMany } from "../../support/chance.ts";
import { seedOf } from "../../support/random.ts";
import { measureChurn } from "./churn.ts";
import { measureRestart } from "./restart.ts";
import { measureSlowReaders } from "./slow.ts";
import { measureDrips, measureFiles, measureFlood, measureIdle, sendMany } from "./sockets.ts";
import { measureStored } from "./stored.ts";
import { measureLongReply, measureStreams } from "./streams.ts";

const minutes = Number(Bun.env["MINUTES"] ?? 60);

const measures: Record<string, () => Promise<object> | object> = {
  parse: () => parseMany(1_000_000, seedOf("messages")),
  messages: () => sendMany(100_000, seedOf("messages")),
  idle: () => measureIdle({ sockets: 10_000, holdMs: 60_000 }),
  slow: () => measureSlowReaders({ streams: 400, slow: 100, seconds: 15, perSecond: 20 }),
  term: () => measureRestart({ signal: "SIGTERM", streams: 1000, senders: 50 }),
  kill: () => measureRestart({ signal: "SIGKILL", streams: 1000, senders: 50 }),
  flood: () => measureFlood({ messages: 1000 }),
  watchers: () => measureStreams({ streams: 1, watchers: 500, seconds: 15, perSecond: 50 }),
  streams: () => measureStreams({ streams: 2000, watchers: 0, seconds: 20, perSecond: 5 }),
  drips: () => measureDrips({ connections: 400, idleRequestS: 30, waitMs: 120_000 }),
  reply: () => measureLongReply({ tokens: 200_000 }),
  chat: () => measureStored({ chats: 1, messages: 5000 }),
  chats: () => measureStored({ chats: 10_000, messages: 2 }),
  files: () => measureFiles({ files: 400, people: 600 }),
  churn: () => measureChurn({ seconds: 60 * minutes, warmSeconds: Math.min(180, 15 * minutes) }),
};

const names = process.argv.slice(2);
for (const [name, measure] of Object.entries(measures)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const startMs = performance.now();
  const figures = await measure();
  const seconds = Math.round((performance.now() - startMs) / 1000);
  console.log(`${new Date().toISOString()} ${name}, ${seconds} s: ${JSON.stringify(figures, readable)}`);
}

/** Of what is wrong, the first few say enough. */
function readable(_: string, value: unknown): unknown {
  if (Array.isArray(value) && typeof value[0] === "string" && value.length > 5) {
    return [...value.slice(0, 5), `and ${value.length - 5} more`];
  }
  return typeof value === "number" ? Math.round(value * 100) / 100 : value;
}
