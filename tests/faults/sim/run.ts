/** Runs one schedule from its seed: acts, lets everything come to rest, and says what broke a rule. */
import { act, reconnect, type Action, type Schedule } from "./actions.ts";
import { noteWrongsNow } from "./check-now.ts";
import { wrongsOfStore } from "./check-store.ts";
import { wrongsOfTabs } from "./check-tabs.ts";
import { sound, type Seams } from "./seams.ts";
import { limits as usualLimits } from "./settings.ts";
import { closeWorld, createWorld, type World } from "./world.ts";

export type Result = { wrongs: string[]; trace: bigint; frames: number; calls: number; simulatedMs: number };

export async function runSchedule(
  { seed, actions }: Schedule,
  seams: Seams = sound,
  tell: (line: string) => void = () => {},
): Promise<Result> {
  const world = await createWorld(seed, seams, tell);
  const { journal, time } = world;
  const startMs = time.now();
  try {
    for (const action of beginning(world)) await act(world, action);
    for (const action of actions) {
      tell(`${time.now() % 1e7} ${JSON.stringify(action)}`);
      await act(world, action);
      noteWrongsNow(world);
      if (journal.wrongs.length > 0) break;
    }
    await rest(world);
    const wrongs = [...journal.wrongs, ...wrongsOfStore(world), ...(await wrongsOfTabs(world))];
    const { trace, frames, calls } = journal;
    return { wrongs, trace, frames, calls: calls.length, simulatedMs: time.now() - startMs };
  } finally {
    closeWorld(world);
  }
}

/** Where there are few places, more is asked for than they hold; else, half begin in the middle of a reply. */
function beginning({ limits, randomFor }: World): Action[] {
  const send: Action = { do: "send", tab: 0, pick: 0, thenMs: 150 };
  const begin: Action = { do: "begin", tab: 0, pick: 0, thenMs: 100 };
  if (limits !== usualLimits) return [{ ...send, thenMs: 0 }, begin, begin];
  return randomFor("start").below(2) === 0 ? [send] : [];
}

/** The faults are over: from here on, everything must find together by itself. */
async function rest(world: World): Promise<void> {
  const { journal, time } = world;
  for (const tab of world.tabs) if (tab.isOffline) reconnect(tab);
  for (let waitedMs = 0; waitedMs < restMsMax; waitedMs += stepMs) {
    await time.pass(stepMs);
    if (waitedMs >= patienceMs) for (const call of journal.calls) if (call.end === null) call.giveUp();
    if (isAtRest(world)) break;
  }
  await time.pass(stepMs);
}

/** Two pings and their time limits, and a silent cut that the server notices last. */
const restMsMax = 120_000;
const stepMs = 1000;
/** Longer than any script that ends by itself. */
const patienceMs = 8000;

function isAtRest({ server, journal, tabs }: World): boolean {
  if (!server?.isReady || server.isGoing || server.runs.size > 0) return false;
  if (server.queue.lines.size + server.queue.seats.size > 0) return false;
  if (journal.calls.some(({ end, run }) => end === null && server.runs.has(run.id))) return false;
  return tabs.every((tab) => tab.isClosed || (tab.wire?.isOpen && tab.page?.line.waiting().length === 0));
}
