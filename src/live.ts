/** What outlives a hot reload: data and handles, never code. All of it hangs on this one object. */
import type { Generations } from "./chat/generation.ts";
import type { Run } from "./chat/run.ts";
import { createConnections, type Connections } from "./server/connection.ts";
import type { SocketServer } from "./server/routes.ts";
import type { StoreFile } from "./store/sqlite.ts";

export type Live = {
  /** This process's name in the rows of its generations. */
  readonly process: string;
  readonly startedMs: number;
  readonly runs: Map<string, Run>;
  readonly connections: Connections;
  file: StoreFile | null;
  server: SocketServer | null;
  /** The newest load's: old loops and timers reach the present through it. */
  generations: Generations | null;
  /** Ends the newest load's timers, watchers and listeners. */
  unload: AbortController | null;
};

export function createLive(): Live {
  return {
    process: Bun.randomUUIDv7(),
    startedMs: Date.now(),
    runs: new Map(),
    connections: createConnections(),
    file: null,
    server: null,
    generations: null,
    unload: null,
  };
}
