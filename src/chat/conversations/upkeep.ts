/** What the store needs done now and then: the search index kept up, what is old or deleted taken away for good. */
import type { Bus } from "../../bus/bus.ts";
import { repeat, type Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Store } from "../../store/store.ts";
import { tell } from "./organise.ts";

export type UpkeepParts = {
  store: Store;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Whether replies are being written, which then go first. */
  isWriting(): boolean;
  /** After so long without a new message a conversation goes; null: never. */
  retentionDays: number | null;
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
export function keepUp(parts: UpkeepParts): () => void {
  const { store, bus, clock, log, isWriting, limits } = parts;
  const { upkeepRows: rowsMax, upkeepRestMs, upkeepIdleMs, sweepIdleMs, deletedKeptMs, opsKeptMs } = limits;
  const rest = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const over = new AbortController();
  const untilDone = (name: string, work: () => Promise<boolean>) => async () => {
    try {
      for (;;) {
        const startMs = performance.now();
        if (over.signal.aborted || !(await work())) return;
        const tookMs = performance.now() - startMs;
        await rest(isWriting() ? Math.max(upkeepRestMs, 6 * tookMs) : upkeepRestMs);
      }
    } catch (error) {
      // A full disk or a file that is held may be free again the next time.
      if (!over.signal.aborted) log.warn("upkeep.failed", { name, error });
    }
  };
  const index = untilDone("index", () => store.search.keepUp(rowsMax));
  const retire = untilDone("retention", () => retireOld(parts));
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
  const sweepAccounts = untilDone("accounts", () => store.accounts.sweep(rowsMax));
  const retireAndSweep = () => retire().then(sweep);
  const ends = [
    bus.subscribe((event) => void (event.type === "account.ended" && sweepAccounts())),
    repeat(clock, upkeepIdleMs, index),
    repeat(clock, sweepIdleMs, retireAndSweep),
    repeat(clock, sweepIdleMs, sweepFiles),
    repeat(clock, sweepIdleMs, sweepAccounts),
  ];
  void index();
  void retireAndSweep();
  void sweepFiles();
  void sweepAccounts();
  return () => {
    over.abort();
    for (const end of ends) end();
  };
}

/** Whoever has one of them open is told, as of any that is deleted. */
async function retireOld({ store, bus, clock, limits, retentionDays }: UpkeepParts): Promise<boolean> {
  if (retentionDays === null) return false;
  const untouchedBeforeMs = clock.now() - retentionDays * dayMs;
  const retired = await store.changes.retire({ untouchedBeforeMs, rowsMax: limits.upkeepRows });
  for (const conversation of retired) tell(bus, conversation);
  return retired.length > 0;
}

const dayMs = 24 * 3_600_000;
