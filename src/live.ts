/** What outlives a hot reload: data and handles, never code. All of it hangs on this one object. */
import type { CodeWatch } from "./bundle/watch.ts";
import type { Admission } from "./chat/admission.ts";
import type { Generations } from "./chat/generation.ts";
import type { Bucket, Buckets } from "./chat/admission/pace.ts";
import type { Kept } from "./chat/admission/once.ts";
import type { TurnDone } from "./chat/turns.ts";
import { createQueue, type Queue } from "./chat/admission/queue.ts";
import type { Run } from "./chat/run.ts";
import { createConnections, type Connections } from "./server/connection.ts";
import { createTally, type Tally } from "./server/probes/tally.ts";
import type { SocketServer } from "./server/routes.ts";
import type { StoreFile } from "./store/sqlite.ts";

export type Live = {
  /** This process's name in the rows of its generations. */
  readonly process: string;
  readonly startedMs: number;
  readonly runs: Map<string, Run>;
  /** How fast each account has asked. */
  readonly buckets: Buckets;
  readonly fileBuckets: Buckets;
  /** How fast browsers have told of broken policy. */
  readonly reports: Bucket;
  readonly kept: Kept<TurnDone>;
  /** Who waits to run. */
  readonly queue: Queue;
  readonly connections: Connections;
  /** What metrics have counted. */
  readonly tally: Tally;
  file: StoreFile | null;
  /** What is kept in memory alone. */
  memory: StoreFile | null;
  server: SocketServer | null;
  /** The newest load's: old loops and timers reach the present through it. */
  generations: Generations | null;
  admission: Admission | null;
  /** Ends the newest load's timers, watchers and listeners. */
  unload: AbortController | null;
  /** The newest load's answer to SIGINT and SIGTERM. */
  onSignal: ((signal: NodeJS.Signals) => void) | null;
  /** Under `bun --hot` only. */
  code: CodeWatch | null;
};

export function createLive(): Live {
  return {
    process: Bun.randomUUIDv7(),
    startedMs: Date.now(),
    runs: new Map(),
    buckets: new Map(),
    fileBuckets: new Map(),
    reports: { tokens: 0, refilledMs: 0 },
    kept: new Map(),
    queue: createQueue(),
    connections: createConnections(),
    tally: createTally(),
    file: null,
    memory: null,
    server: null,
    generations: null,
    admission: null,
    unload: null,
    onSignal: null,
    code: null,
  };
}
