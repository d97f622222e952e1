/** Tries schedules until one breaks a rule, and shrinks that one to what it takes. */
import { asyncProperty, check } from "fast-check";
import { schedules, type Schedule } from "./actions.ts";
import { runSchedule } from "./run.ts";
import { sound, type Seams } from "./seams.ts";

export type Search = { seed: number; count: number; seams?: Seams; shrinks?: boolean };

export type Found = {
  /** Until the first that broke a rule, that one included. */
  tried: number;
  broken: { schedule: Schedule; wrongs: string[] } | null;
  perSecond: number;
};

export async function search({ seed, count, seams = sound, shrinks = true }: Search): Promise<Found> {
  let tried = 0;
  let isFound = false;
  const startMs = performance.now();
  const property = asyncProperty(schedules, async (schedule) => {
    if (!isFound) tried += 1;
    const { wrongs } = await runSchedule(schedule, seams);
    isFound ||= wrongs.length > 0;
    return wrongs.length === 0;
  });
  const { counterexample } = await check(property, { seed, numRuns: count, endOnFailure: !shrinks });
  const perSecond = (tried * 1000) / (performance.now() - startMs);
  const [schedule] = counterexample ?? [];
  if (schedule === undefined) return { tried, broken: null, perSecond };
  const { wrongs } = await runSchedule(schedule, seams);
  return { tried, broken: { schedule, wrongs }, perSecond };
}

/** What to put before a person: the rules broken, and how to see the schedule again. */
export function report({ broken }: Found): string {
  if (broken === null) return "";
  const again = `bun tests/faults/sim/replay.ts '${JSON.stringify(broken.schedule)}'`;
  return [...broken.wrongs.slice(0, 8), again].join("\n");
}
