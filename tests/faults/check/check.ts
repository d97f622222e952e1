/** The rules that hold after whatever was done to the program, and the figures that come with them. */
import type { Kept, Record } from "./record.ts";
import { checkRuns, type Loss } from "./runs.ts";
import { wrongsOfSecrets, wrongsOfViews, type View } from "./shown.ts";
import { wrongsOfTurns } from "./turns.ts";

/** What there is when all has come to rest. */
export type Rest = {
  kept: Kept;
  views: View[];
  /** Logs and others' pages, by name. */
  places: Map<string, string>;
  secrets: string[];
};

export type Verdict = {
  /** Each a sentence; none means that all rules are kept. */
  wrongs: string[];
  acknowledged: number;
  generations: { [state: string]: number };
  /** Of killed runs: how long before the kill the oldest lost word had come. */
  losses: Loss[];
  stopsMs: number[];
};

export function check(record: Record, { kept, views, places, secrets }: Rest): Verdict {
  const { wrongs, losses, stopsMs } = checkRuns(record, kept);
  const generations: Verdict["generations"] = {};
  for (const { state } of kept.generations) generations[state] = (generations[state] ?? 0) + 1;
  return {
    wrongs: [
      ...record.wrongs,
      ...wrongsOfTurns(record, kept),
      ...wrongs,
      ...wrongsOfViews(views),
      ...wrongsOfSecrets(places, secrets),
    ],
    acknowledged: [...record.asked.values()].filter(({ ackedMs }) => ackedMs !== null).length,
    generations,
    losses,
    stopsMs: stopsMs.toSorted((a, b) => a - b),
  };
}
