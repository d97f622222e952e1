/** What holds at every moment of a schedule, not only when all has come to rest. */
import type { GenerationState } from "../../../src/domain.ts";
import { textOf } from "../../../src/chat/run.ts";
import { lettersOf } from "./prose.ts";
import type { Tab } from "./tab.ts";
import type { World } from "./world.ts";

export function noteWrongsNow(world: World): void {
  const { wrongs } = world.journal;
  for (const tab of world.tabs) wrongs.push(...wrongsOfReplies(world, tab));
  wrongs.push(...wrongsOfStates(world));
  wrongs.push(...wrongsOfPlaces(world));
}

/** So many run and wait as may, and nobody waits beside a place that he may take. */
function wrongsOfPlaces({ server, limits }: World): string[] {
  if (server === null) return [];
  const { lines, seats, isDraining } = server.queue;
  const waiting = [...lines.values()].flat();
  const held = [
    ...server.runs.values(),
    ...[...seats].filter(({ isForRun }) => isForRun),
    ...waiting.filter(({ status }) => status === "starting"),
  ];
  const ownOf = (account: string) => held.filter(({ owner }) => owner === account).length;
  const wrongs: string[] = [];
  if (held.length > limits.generationsMax) wrongs.push(`${held.length} run`);
  if (waiting.length > limits.queueMax) wrongs.push(`${waiting.length} wait`);
  for (const [account, line] of lines) {
    const own = ownOf(account);
    if (own > limits.generationsPerAccount) wrongs.push(`${own} of ${account} run`);
    if (line.length > limits.queuePerAccount) wrongs.push(`${line.length} of ${account} wait`);
    const isFree = held.length < limits.generationsMax && own < limits.generationsPerAccount;
    if (isFree && !isDraining && line.some(({ status }) => status === "waiting"))
      wrongs.push(`${account} waits beside a free place`);
  }
  return wrongs;
}

/** A running reply shows the beginning of what the model has sent, without a hole, and never goes back. */
function wrongsOfReplies({ journal }: World, tab: Tab): string[] {
  const feet = tab.page?.document.getElementById("thread")?.querySelectorAll("[data-running]") ?? [];
  return feet.flatMap((foot) => {
    const generation = foot.dataset["running"] ?? "";
    const call = journal.calls.find(({ run }) => run.id === generation);
    const body = foot.closest("[data-message]")?.querySelector("[data-body]");
    if (!body) return [];
    const sent = (call?.taken ?? []).map(({ type, text }) => (type === "text" ? text : "")).join("");
    const whole = lettersOf(textOf(call?.run.base ?? []).text + sent);
    const shown = lettersOf(body.textContent);
    // Before its call, a run that goes on shows what was there before.
    if (call === undefined || whole.startsWith(shown)) return [];
    return [`the tab ${tab.name} shows …${shown.slice(-40)} of what was sent as …${whole.slice(-40)}`];
  });
}

/** An end is for ever. */
function wrongsOfStates({ file, ends }: World): string[] {
  const rows = file.db
    .prepare<{ id: string; state: GenerationState }, []>("SELECT id, state FROM generations")
    .all();
  return rows.flatMap(({ id, state }) => {
    const before = ends.get(id);
    if (state !== "running") ends.set(id, state);
    return before === undefined || before === state
      ? []
      : [`generation ${id} was ${before}, and is ${state}`];
  });
}
