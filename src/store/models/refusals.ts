/** Which fields models' providers refused, so that a restart does not try each of them again. */
import type { Connection } from "../connection.ts";

export type Refusal = { endpoint: string; model: string; field: string };

export type RefusalStore = {
  /** The newest first. */
  since(fromMs: number, limit: number): Promise<Refusal[]>;
  /** Also forgets those before `forgetMs`. */
  add(refusal: Refusal, nowMs: number, forgetMs: number): Promise<void>;
};

export function refusalsOf({ db, read, write }: Connection): RefusalStore {
  const since = db.prepare<Refusal, [number, number]>(
    "SELECT endpoint, model, field FROM refusals WHERE refused_ms >= ? ORDER BY refused_ms DESC LIMIT ?",
  );
  const put = db.prepare<never, [string, string, string, number]>(`
    INSERT INTO refusals (endpoint, model, field, refused_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET refused_ms = excluded.refused_ms`);
  const forget = db.prepare<never, [number]>("DELETE FROM refusals WHERE refused_ms < ?");
  return {
    since: async (fromMs, limit) => read(() => since.all(fromMs, limit)),
    add: async ({ endpoint, model, field }, nowMs, forgetMs) => {
      write("normal", () => {
        put.run(endpoint, model, field, nowMs);
        forget.run(forgetMs);
      });
    },
  };
}
