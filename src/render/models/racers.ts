/** Who answers the next message side by side, and what that costs at most. */
import type { Choice, ModelRef } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import { modelView, type ModelView } from "../views/message.ts";
import { modelName } from "../../protocol/models.ts";

export type RacersView = {
  conversation: string;
  temporary: boolean;
  /** Their names, as an op has them. */
  models: string;
  racers: (ModelView & { value: string; isRival: boolean })[];
  cost: CostView | null;
};

/** In US dollars: for each token that is asked with, and for all that may come; `unpriced` tell no price. */
export type CostView = { usdIn: number; usdOut: number; unpriced: number; text: string };

/** US dollars a token, at most; null where nobody tells. */
export type PriceOf = (model: ModelRef, usdOutMax?: number) => { usdIn: number; usdOut: number } | null;

export type RacersOptions = { words: Words; maxTokens: number; priceOf?: PriceOf };

/** Null where one model answers alone. */
export function racersView(
  conversation: string,
  model: ModelRef,
  { rivals = [], parameters = {} }: Partial<Choice>,
  options: RacersOptions,
): RacersView | null {
  const others = rivals.filter((rival) => modelName(rival) !== modelName(model));
  if (others.length === 0) return null;
  const all = [model, ...others];
  return {
    conversation,
    temporary: false,
    models: all.map(modelName).join(" "),
    racers: all.map((each, at) => ({ ...modelView(each), value: modelName(each), isRival: at > 0 })),
    cost: costOf(all, parameters, options),
  };
}

function costOf(
  models: ModelRef[],
  { maxTokens, usdOutMax }: Choice["parameters"],
  { words, maxTokens: usual, priceOf }: RacersOptions,
): CostView | null {
  const prices = models.map((model) => priceOf?.(model, usdOutMax) ?? null);
  const told = prices.filter((price) => price !== null);
  if (told.length === 0) return null;
  const usdIn = told.reduce((sum, price) => sum + price.usdIn, 0);
  const usdOut = told.reduce((sum, price) => sum + price.usdOut, 0) * (maxTokens ?? usual);
  const unpriced = prices.length - told.length;
  const said = unpriced > 0 ? words.race.upToSome : words.race.upTo;
  return { usdIn, usdOut, unpriced, text: fill(said, { sum: words.dollars(usdOut) }, words) };
}

/** Beside a model in the picker: whether it is in the race. */
export type RivalView = {
  element: string;
  value: string;
  name: string;
  label: string;
  op: "model.race" | "model.unrace";
  isOn: boolean;
  temporary: boolean;
};

export function rivalView(model: ModelRef, isOn: boolean, words: Words): RivalView {
  const value = modelName(model);
  const [, wish] = /:(fastest|cheapest)$/.exec(model.id) ?? [];
  const label = wish === "fastest" || wish === "cheapest" ? words.picker[wish] : words.race.add;
  const op = isOn ? "model.unrace" : "model.race";
  return {
    element: `r-${Bun.hash(value).toString(36)}`,
    value,
    name: model.id,
    label,
    op,
    isOn,
    temporary: false,
  };
}
