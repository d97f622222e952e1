/** While much is written at once, what is in the log goes into the file on another thread: here, everybody would wait. */
import type { Connection } from "../connection.ts";
import type { TakeawayStore } from "./takeaway-store.ts";
import type { ToRelief } from "./thread.ts";

export function reliefOf({ db, log, read }: Connection): Pick<TakeawayStore, "relieve"> {
  let users = 0;
  let thread: Worker | null = null;

  /** From so many pages on, a commit here has to do it all the same: the log has a bound, whatever becomes of the thread. */
  const bound = (pages: number) => {
    try {
      read(() => db.run(`PRAGMA wal_autocheckpoint = ${pages}`));
    } catch {
      // The file has been closed, and with it all is in it.
    }
  };
  const begin = (startThread: () => Worker) => {
    const started = startThread();
    thread = started;
    started.addEventListener("error", ({ message }) => {
      log.warn("store.relief_failed", { message });
      if (thread === started) bound(pagesUsual);
    });
    // It has closed the file.
    started.addEventListener("message", () => started.terminate());
    started.postMessage({ type: "begin", path: db.filename } satisfies ToRelief, []);
    bound(pagesRelieved);
  };
  const end = () => {
    thread?.postMessage({ type: "end" } satisfies ToRelief, []);
    thread = null;
    bound(pagesUsual);
  };

  return {
    relieve(startThread) {
      users += 1;
      if (users === 1) begin(startThread);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        users -= 1;
        if (users === 0) end();
      };
    },
  };
}

/** SQLite's own: 4 MB. */
const pagesUsual = 1000;
/** 64 MB. */
const pagesRelieved = 16_000;
