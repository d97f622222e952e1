/** The picker's view: models with who serves them, at what price and pace. */
import type { ModelRef, Offer } from "../../domain.ts";
import type { PageHead } from "../views.ts";
import {
  findModels,
  type FoundModel,
  type ModelList,
  type ModelMark,
  type OnlyName,
  type PickerQuery,
  type SortName,
} from "./rows.ts";

export type PickerInput = {
  lists: ModelList[];
  marks: ModelMark[];
  query: PickerQuery;
  /** What answers now: where the choice is for a conversation, or for writing one reply anew. */
  current: ModelRef;
  conversation: string;
  message: string | null;
  nowMs: number;
  /** The chat is to be a temporary one; forms lead back to it. */
  temporary: boolean;
  newId(): string;
  /** It has failed often of late, and is not asked first. */
  isResting(endpoint: string, provider: string): boolean;
};

export type PickerView = PageHead & {
  op: "model.choose" | "message.regenerate";
  heading: string;
  id: string;
  conversation: string;
  message: string | null;
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

type ChoiceView = { value: string; label: string; isCurrent: boolean };

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
};

export function pickerView(input: PickerInput): PickerView {
  const { lists, query, conversation, message } = input;
  const found = findModels(lists, input.marks, query);
  const total = lists.reduce((sum, { models }) => sum + models.length, 0);
  const heading = message === null ? "Choose a model" : "Write this reply anew with";
  return {
    title: `${heading} · Banter`,
    scripted: false,
    refreshes: false,
    heading,
    op: message === null ? "model.choose" : "message.regenerate",
    id: input.newId(),
    conversation,
    message,
    temporary: input.temporary,
    q: query.q,
    placeholder: `Search ${total.toLocaleString("en")} ${total === 1 ? "model" : "models"}…`,
    sorts: Object.entries(sorts).map(([value, label]) => ({ value, label, isChosen: value === query.sort })),
    filters: Object.entries(filters).map(([name, label]) => {
      return { name: name as OnlyName, label, isOn: query.only.includes(name as OnlyName) };
    }),
    models: found.slice(0, shownMax).map((model) => rowOf(model, input)),
    count: countOf(found.length, total),
    notes: lists.map((list) => noteOf(list, input.nowMs)).filter((note) => note !== ""),
  };
}

/** The star of one model, which changes in all of a person's tabs at once. */
export function favouriteView(model: ModelRef, isOn: boolean): FavouriteView {
  const value = `${model.endpoint}/${model.id}`;
  const op = isOn ? "model.unfavour" : "model.favour";
  return { element: `f-${Bun.hash(value).toString(36)}`, value, name: model.id, op, isOn };
}

function rowOf({ ref, listed, offers, mark }: FoundModel, input: PickerInput): ModelRowView {
  const { lists, current, isResting } = input;
  const value = `${ref.endpoint}/${ref.id}`;
  const now = `${current.endpoint}/${current.id}`;
  const isServed = listed.offers.some(({ provider }) => provider !== null);
  const choice = (label: string, suffix: string): ChoiceView => {
    return { value: value + suffix, label, isCurrent: value + suffix === now };
  };
  const views = offers.map((offer) => ({
    ...choice(offer.provider ?? ref.id, offer.provider === null ? "" : `:${offer.provider}`),
    ...figuresOf(offer),
    isResting: offer.provider !== null && isResting(ref.endpoint, offer.provider),
  }));
  const [only] = views;
  return {
    name: ref.id,
    endpoint: lists.length > 1 ? ref.endpoint : null,
    single: !isServed && only !== undefined ? only : null,
    favourite: favouriteView(ref, Boolean(mark?.favouriteMs)),
    choices: isServed ? [choice("fastest", ":fastest"), choice("cheapest", ":cheapest")] : [],
    chips: [
      ...(listed.takesImages === true ? ["images"] : []),
      ...(offers.some(({ takesTools }) => takesTools === true) ? ["tools"] : []),
    ],
    offers: isServed ? views : [],
  };
}

function figuresOf(offer: Offer): Omit<OfferView, keyof ChoiceView | "isResting"> {
  const price = (usd: number | null) => (offer.isFree ? "free" : usd === null ? none : priceOf(usd));
  return {
    usdIn: price(offer.usdIn),
    usdOut: price(offer.usdOut),
    context: offer.contextTokens === null ? none : tokensOf(offer.contextTokens),
    first: offer.firstTokenMs === null ? none : `${(offer.firstTokenMs / 1000).toFixed(2)} s`,
    speed: offer.tokensPerS === null ? none : Math.round(offer.tokensPerS).toLocaleString("en"),
    isFree: offer.isFree,
  };
}

/** Two decimals as on a price tag, more where there is more to say. */
function priceOf(usd: number): string {
  const text = String(Number(usd.toPrecision(4)));
  return /^\d+(\.\d)?$/.test(text) ? usd.toFixed(2) : text;
}

function tokensOf(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${Math.floor(tokens / 1000).toLocaleString("en")}k`;
}

function countOf(found: number, total: number): string {
  if (total === 0) return "No list of models has come yet.";
  if (found === 0) return "No model is like that.";
  const shown = Math.min(found, shownMax);
  return shown < found ? `The first ${shown} of ${found.toLocaleString("en")}: search to find others.` : "";
}

/** How old a list is, and why it is not newer. */
function noteOf({ endpoint, fetchedMs, fault }: ModelList, nowMs: number): string {
  const who = endpoint === "huggingface" ? "Hugging Face" : endpoint;
  const failed = fault === null ? "" : ` It could not be asked again: ${fault}`;
  if (fetchedMs === null) return fault === null ? `${who}: its list is being fetched.` : `${who}: ${fault}`;
  if (endpoint === "demo") return "";
  const minutes = Math.floor((nowMs - fetchedMs) / 60_000);
  return minutes < 60 && fault === null ? "" : `${who}: as of ${ageOf(minutes)} ago.${failed}`;
}

function ageOf(minutes: number): string {
  const [count, unit] =
    minutes < 60
      ? [minutes, "minute"]
      : minutes < 2880
        ? [Math.floor(minutes / 60), "hour"]
        : [Math.floor(minutes / 1440), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const none = "–";
const shownMax = 200;

const sorts: Record<SortName | "", string> = {
  "": "Favourites and recent first",
  name: "By name",
  in: "Cheapest in",
  out: "Cheapest out",
  context: "Longest context",
  first: "Quickest first token",
  speed: "Most tokens a second",
};

const filters: Record<OnlyName, string> = {
  favourites: "Favourites",
  free: "Free",
  images: "Images",
  tools: "Tools",
  long: "128k context or more",
};
