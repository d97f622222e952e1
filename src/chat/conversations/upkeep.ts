/** What the store needs done now and then: the search index kept up, and what was deleted taken away for good. */
import { repeat, type Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Store } from "../../store/store.ts";

export type UpkeepParts = {
  store: Store;
  clock: Clock;
  log: Log;
  limits: {
    /** A little at a time, so that nobody waits for it. */
    upkeepRows: number;
    upkeepRestMs: number;
    upkeepIdleMs: number;
    sweepIdleMs: number;
    deletedKeptMs: number;
    opsKeptMs: number;
    unsentKeptMs: number;
    unsentTemporaryMs: number;
  };
};

/** The returned function ends it. All begin at once, for there may be much to do after a start. */
export function keepUp({ store, clock, log, limits }: UpkeepParts): () => void {
  const { upkeepRows: rowsMax, upkeepRestMs, upkeepIdleMs, sweepIdleMs, deletedKeptMs, opsKeptMs } = limits;
  const rest = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const over = new AbortController();
  const untilDone = (name: string, work: () => Promise<boolean>) => async () => {
    try {
      while (!over.signal.aborted && (await work())) await rest(upkeepRestMs);
    } catch (error) {
      // A full disk or a file that is held may be free again the next time.
      if (!over.signal.aborted) log.warn("upkeep.failed", { name, error });
    }
  };
  const index = untilDone("index", () => store.search.keepUp(rowsMax));
  const sweep = untilDone("sweep", () => {
    const nowMs = clock.now();
    const [deletedBeforeMs, doneBeforeMs] = [nowMs - deletedKeptMs, nowMs - opsKeptMs];
    return store.changes.sweep({ deletedBeforeMs, doneBeforeMs, rowsMax });
  });
  const sweepFiles = untilDone("files", () => {
    const nowMs = clock.now();
    const [beforeMs, temporaryBeforeMs] = [nowMs - limits.unsentKeptMs, nowMs - limits.unsentTemporaryMs];
    return store.files.sweep({ beforeMs, temporaryBeforeMs, rowsMax });
  });
  const ends = [
    repeat(clock, upkeepIdleMs, index),
    repeat(clock, sweepIdleMs, sweep),
    repeat(clock, sweepIdleMs, sweepFiles),
  ];
  void index();
  void sweep();
  void sweepFiles();
  return () => {
    over.abort();
    for (const end of ends) end();
  };
}
