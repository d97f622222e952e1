/** Sample views of a race, for the templates' check. */
import { en } from "../../words/en.ts";
import type { MessageView } from "../views/message.ts";
import type { RaceHeadView, RaceView } from "../views/race.ts";
import { racersView, type RacersView } from "./racers.ts";

export function sampleRace(
  id: string,
  messages: MessageView[],
): { race: RaceView; "race-head": RaceHeadView; racers: RacersView | null } {
  const priceOf = () => ({ usdIn: 1, usdOut: 1 });
  const [model, rival] = ["m1", "m2:sample"].map((name) => ({ endpoint: "local", id: name }));
  const rivals = rival === undefined ? [] : [rival];
  const racers = model ? racersView(id, model, { rivals }, { words: en, maxTokens: 1, priceOf }) : null;
  const head = { parent: id, key: "sample", title: "Sample", sum: "Sample", hint: "Sample" };
  const lanes = messages.filter(({ isUser }) => !isUser);
  return { race: { head, lanes }, "race-head": head, racers };
}
