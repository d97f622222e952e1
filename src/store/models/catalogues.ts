/** The endpoints' lists of models, as they were told last. */
import type { Connection } from "../connection.ts";
import type { Store } from "../store.ts";

export function cataloguesOf({ db, read, write }: Connection): Store["catalogues"] {
  const find = db.prepare<{ models: string; fetchedMs: number }, [string, string]>(
    "SELECT models, fetched_ms AS fetchedMs FROM catalogues WHERE endpoint = ? AND source = ?",
  );
  const put = db.prepare<never, [string, string, string, number]>(`
    INSERT INTO catalogues (endpoint, source, models, fetched_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET source = excluded.source, models = excluded.models,
    fetched_ms = excluded.fetched_ms`);
  return {
    read: async (endpoint, source) =>
      read(() => {
        const row = find.get(endpoint, source);
        return row === null ? null : { models: parse(row.models), fetchedMs: row.fetchedMs };
      }),
    write: async ({ endpoint, source, models, fetchedMs }) => {
      write("normal", () => put.run(endpoint, source, JSON.stringify(models), fetchedMs));
    },
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
