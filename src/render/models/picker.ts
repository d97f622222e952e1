/** The picker's view: models with who serves them, at what price and pace. */
import type { ModelRef, Offer } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import type { PageHead } from "../views.ts";
import { modelView } from "../views/message.ts";
import { rivalView, type RivalView } from "./racers.ts";
import { modelName } from "../../protocol/models.ts";
import {
  findModels,
  type FoundModel,
  type ModelList,
  type ModelMark,
  type OnlyName,
  type PickerQuery,
} from "./rows.ts";

export type PickerInput = {
  words: Words;
  lists: ModelList[];
  marks: ModelMark[];
  query: PickerQuery;
  /** What answers now: where the choice is for a conversation, or for writing one reply anew. */
  current: ModelRef;
  conversation: string;
  message: string | null;
  /** The reply is gone on with, not written anew. */
  isContinued: boolean;
  /** Who answers beside it, where that is what is chosen; else null. */
  rivals: ModelRef[] | null;
  /** It and they together. */
  racersMax: number;
  nowMs: number;
  /** The chat is to be a temporary one; forms lead back to it. */
  temporary: boolean;
  newId(): string;
  /** It has failed often of late, and is not asked first. */
  isResting(endpoint: string, provider: string): boolean;
};

export type PickerView = PageHead & {
  op: "model.choose" | "message.regenerate" | "message.continue";
  heading: string;
  id: string;
  conversation: string;
  message: string | null;
  isContinued: boolean;
  /** What is chosen is who answers beside it: whoever that is. */
  race: { with: string; max: number } | null;
  temporary: boolean;
  q: string;
  placeholder: string;
  sorts: { value: string; label: string; isChosen: boolean }[];
  filters: { name: OnlyName; label: string; isOn: boolean }[];
  models: ModelRowView[];
  /** How many there are, and what is not shown. */
  count: string;
  notes: string[];
};

export type ModelRowView = {
  name: string;
  endpoint: string | null;
  /** One row holds all where nobody else serves it. */
  single: OfferView | null;
  favourite: FavouriteView;
  choices: ChoiceView[];
  chips: string[];
  offers: OfferView[];
};

/** `rival`: it is no choice, but one to race. */
type ChoiceView = { value: string; label: string; isCurrent: boolean; rival: RivalView | null };

export type OfferView = ChoiceView & {
  usdIn: string;
  usdOut: string;
  context: string;
  first: string;
  speed: string;
  isFree: boolean;
  isResting: boolean;
};

export type FavouriteView = {
  element: string;
  value: string;
  name: string;
  op: "model.favour" | "model.unfavour";
  isOn: boolean;
  temporary: boolean;
  /** Where it leads back to, who races is chosen. */
  isRacing: boolean;
};

export function pickerView(input: PickerInput): PickerView {
  const { lists, query, conversation, message, isContinued, words } = input;
  const found = findModels(lists, input.marks, query);
  const total = lists.reduce((sum, { models }) => sum + models.length, 0);
  const asked = message === null ? "choose" : isContinued ? "goOn" : "anew";
  const heading = words.picker[asked];
  return {
    title: `${heading} · Banter`,
    scripted: false,
    refreshes: false,
    heading,
    op: opsAsked[asked],
    id: input.newId(),
    conversation,
    message,
    isContinued,
    race:
      message === null && input.rivals !== null
        ? { with: modelView(input.current).name, max: input.racersMax }
        : null,
    temporary: input.temporary,
    q: query.q,
    placeholder: words.picker.placeholder(total),
    sorts: Object.entries(words.sorts).map(([value, label]) => ({
      value,
      label,
      isChosen: value === query.sort,
    })),
    filters: Object.entries(words.filters).map(([name, label]) => {
      return { name: name as OnlyName, label, isOn: query.only.includes(name as OnlyName) };
    }),
    models: found.slice(0, shownMax).map((model) => rowOf(model, input)),
    count: countOf(found.length, total, words),
    notes: lists.map((list) => noteOf(list, input.nowMs, words)).filter((note) => note !== ""),
  };
}

const opsAsked = {
  choose: "model.choose",
  anew: "message.regenerate",
  goOn: "message.continue",
} as const;

/** The star of one model, which changes in all of a person's tabs at once. */
export function favouriteView(model: ModelRef, isOn: boolean): FavouriteView {
  const value = modelName(model);
  const op = isOn ? "model.unfavour" : "model.favour";
  const element = `f-${Bun.hash(value).toString(36)}`;
  return { element, value, name: model.id, op, isOn, temporary: false, isRacing: false };
}

function rowOf({ ref, listed, offers, mark }: FoundModel, input: PickerInput): ModelRowView {
  const { lists, current, isResting, words } = input;
  const value = modelName(ref);
  const now = modelName(current);
  const isServed = listed.offers.some(({ provider }) => provider !== null);
  const choice = (label: string, suffix: string): ChoiceView => {
    const isCurrent = value + suffix === now;
    return {
      value: value + suffix,
      label,
      isCurrent,
      rival: isCurrent ? null : rivalIn(input, { ...ref, id: ref.id + suffix }),
    };
  };
  const views = offers.map((offer) => ({
    ...choice(offer.provider ?? ref.id, offer.provider === null ? "" : `:${offer.provider}`),
    ...figuresOf(offer, words),
    isResting: offer.provider !== null && isResting(ref.endpoint, offer.provider),
  }));
  const [only] = views;
  return {
    name: ref.id,
    endpoint: lists.length > 1 ? ref.endpoint : null,
    single: !isServed && only !== undefined ? only : null,
    favourite: {
      ...favouriteView(ref, Boolean(mark?.favouriteMs)),
      temporary: input.temporary,
      isRacing: input.rivals !== null,
    },
    choices: isServed
      ? [choice(words.picker.fastest, ":fastest"), choice(words.picker.cheapest, ":cheapest")]
      : [],
    chips: [
      ...(listed.takesImages === true ? [words.picker.images] : []),
      ...(offers.some(({ takesTools }) => takesTools === true) ? [words.picker.tools] : []),
    ],
    offers: isServed ? views : [],
  };
}

function rivalIn({ rivals, message, words, temporary }: PickerInput, model: ModelRef): RivalView | null {
  if (rivals === null || message !== null) return null;
  const isOn = rivals.some(({ endpoint, id }) => endpoint === model.endpoint && id === model.id);
  return { ...rivalView(model, isOn, words), temporary };
}

function figuresOf(offer: Offer, words: Words): Omit<OfferView, keyof ChoiceView | "isResting"> {
  const price = (usd: number | null) =>
    offer.isFree ? words.picker.free : usd === null ? none : priceOf(usd, words);
  return {
    usdIn: price(offer.usdIn),
    usdOut: price(offer.usdOut),
    context: offer.contextTokens === null ? none : tokensOf(offer.contextTokens, words),
    first:
      offer.firstTokenMs === null ? none : `${words.decimal(Math.round(offer.firstTokenMs / 10) / 100, 2)} s`,
    speed: offer.tokensPerS === null ? none : words.count(Math.round(offer.tokensPerS)),
    isFree: offer.isFree,
  };
}

/** Two decimals as on a price tag, more where there is more to say. */
function priceOf(usd: number, { decimal }: Words): string {
  return decimal(Number(usd.toPrecision(4)), 2);
}

function tokensOf(tokens: number, { count }: Words): string {
  return tokens < 1000 ? String(tokens) : `${count(Math.floor(tokens / 1000))}k`;
}

function countOf(found: number, total: number, words: Words): string {
  const said = words.picker;
  if (total === 0) return said.noList;
  if (found === 0) return said.none;
  const shown = Math.min(found, shownMax);
  return shown < found ? fill(said.more, { shown, count: found }, words) : "";
}

/** How old a list is, and why it is not newer. */
function noteOf({ endpoint, fetchedMs, fault }: ModelList, nowMs: number, words: Words): string {
  const said = words.picker;
  const who = endpoint === "huggingface" ? "Hugging Face" : endpoint;
  if (fetchedMs === null) return fault === null ? fill(said.fetching, { who }, words) : `${who}: ${fault}`;
  if (endpoint === "demo") return "";
  const minutes = Math.floor((nowMs - fetchedMs) / 60_000);
  if (minutes < 60 && fault === null) return "";
  const age = fill(said.asOf, { who, age: ageOf(minutes, words) }, words);
  return fault === null ? age : `${age} ${fill(said.notAgain, { fault }, words)}`;
}

function ageOf(minutes: number, { age }: Words): string {
  if (minutes < 60) return age.minutes(minutes);
  return minutes < 2880 ? age.hours(Math.floor(minutes / 60)) : age.days(Math.floor(minutes / 1440));
}

const none = "–";
const shownMax = 200;
