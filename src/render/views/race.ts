/** Replies side by side: what stands above them, and what can be done with each. */
import type { Message, Rival } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import type { MessageView } from "./message.ts";
import { act, actionsOf, type ActionView, type FrameOptions } from "./outcome.ts";

export type RaceView = { head: RaceHeadView; lanes: MessageView[] };

/** `key` changes with any of the replies; `parent` is what they answer. */
export type RaceHeadView = { parent: string; key: string; title: string; sum: string | null; hint: string };

export function raceHeadView(parent: string, race: Rival[], words: Words): RaceHeadView {
  return {
    parent,
    key: race.map(({ message, state }) => `${message}.${state}`).join(" "),
    title: words.race.title(race.length),
    sum: sumOf(race, words),
    hint: race.some(({ state }) => state === "running") ? "" : words.race.keepFirst,
  };
}

/** What all took that is known; null where nothing is. */
function sumOf(race: Rival[], words: Words): string | null {
  const told = race.filter(({ costUsd }) => costUsd !== null);
  if (told.length === 0) return null;
  const usd = told.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  const sum = `${told.some(({ isEstimate }) => isEstimate) ? "≈ " : ""}${words.dollars(usd)}`;
  const said = race.some(({ state }) => state === "running")
    ? words.race.soFar
    : told.length < race.length
      ? words.race.atLeast
      : words.race.together;
  return fill(said, { sum }, words);
}

/** One that runs can be stopped, and one that has ended be kept; what would lead to other versions comes after that. */
export function laneActionsOf(message: Message, options: FrameOptions): ActionView[] {
  const { keep, stop } = options.words.race;
  if (message.generation?.state === "running")
    return [act(stop, "generation.stop", message, options, "quiet")];
  const others = actionsOf(message, options).filter(({ copies, op }) => copies || op === "message.continue");
  return [act(keep, "branch.choose", message, options, "button"), ...others];
}
