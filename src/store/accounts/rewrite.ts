/** Writes the search index anew, a little at a time: what was deleted is only marked in it, and its words stay. */
import type { Connection } from "../connection.ts";

export type Rewrite = {
  /** Within a transaction; false where both indexes are as new. */
  step(): boolean;
  /** What is deleted from now on is for another round. */
  reset(): void;
};

/** https://www.sqlite.org/fts5.html#the_merge_command: a negative number begins, positive ones go on. */
export function rewriteOf({ db }: Connection): Rewrite {
  const merges = ["message_words", "title_words"].map((table) =>
    db.prepare<never, [number]>(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`),
  );
  const changes = db.prepare<{ changes: number }, []>("SELECT total_changes() AS changes");
  const changed = () => changes.get()?.changes ?? 0;
  let current = 0;
  let hasBegun = false;
  return {
    step() {
      const merge = merges[current];
      if (merge === undefined) return false;
      const before = changed();
      merge.run(hasBegun ? pagesAtOnce : -pagesAtOnce);
      hasBegun = true;
      // One change is the command itself.
      if (changed() - before >= 2) return true;
      current += 1;
      hasBegun = false;
      return current < merges.length;
    },
    reset() {
      current = 0;
      hasBegun = false;
    },
  };
}

/** Of 4 KB: some milliseconds' work. */
const pagesAtOnce = 64;
