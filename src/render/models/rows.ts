/** Which of the listed models are shown, and in which order. */
import type { ListedModel, ModelRef, Offer } from "../../domain.ts";
import { modelName } from "../../protocol/models.ts";

export type PickerQuery = {
  /** Words that are all to be found in a model's name, its endpoint's or its providers'. */
  q: string;
  sort: SortName | "";
  only: OnlyName[];
};

export type SortName = "name" | "in" | "out" | "context" | "first" | "speed";
export type OnlyName = "favourites" | "free" | "images" | "tools" | "long";

export type ModelList = {
  endpoint: string;
  models: ListedModel[];
  fetchedMs: number | null;
  fault: string | null;
};

export type ModelMark = { model: ModelRef; favouriteMs: number | null; chosenMs: number | null };

export type FoundModel = { ref: ModelRef; listed: ListedModel; offers: Offer[]; mark: ModelMark | null };

/** Without an order asked for: favourites, what was chosen lately, and the rest as their endpoints list it. */
export function findModels(lists: ModelList[], marks: ModelMark[], query: PickerQuery): FoundModel[] {
  const byName = byNames(marks);
  const words = query.q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = lists.flatMap(({ endpoint, models }) =>
    models.flatMap((listed): FoundModel[] => {
      const ref = { endpoint, id: listed.id };
      const mark = markOf(byName, ref, listed);
      const offers = listed.offers.filter((offer) => isWanted(offer, query.only));
      if (query.only.includes("images") && listed.takesImages !== true) return [];
      if (query.only.includes("favourites") && !mark?.favouriteMs) return [];
      return offers.length > 0 && hasAll(words, ref, listed) ? [{ ref, listed, offers, mark }] : [];
    }),
  );
  return inOrder(found, query.sort);
}

/** By name, and by the name without what follows a colon: what was chosen may have named a provider. */
function byNames(marks: ModelMark[]): Map<string, ModelMark> {
  const found = new Map<string, ModelMark>();
  for (const mark of marks) {
    const name = modelName(mark.model);
    for (const each of new Set([name, `${name.replace(/:[^:/]*$/, "")}:`])) {
      const known = found.get(each);
      found.set(each, {
        ...mark,
        favouriteMs: newer(mark, known, "favouriteMs"),
        chosenMs: newer(mark, known, "chosenMs"),
      });
    }
  }
  return found;
}

function newer(a: ModelMark, b: ModelMark | undefined, name: "favouriteMs" | "chosenMs"): number | null {
  return Math.max(a[name] ?? 0, b?.[name] ?? 0) || null;
}

/** A mark is of a model, whoever serves it. */
function markOf(found: Map<string, ModelMark>, ref: ModelRef, { offers }: ListedModel): ModelMark | null {
  if (found.size === 0) return null;
  const isServed = offers.some(({ provider }) => provider !== null);
  return found.get(modelName(ref) + (isServed ? ":" : "")) ?? null;
}

function isWanted(offer: Offer, only: OnlyName[]): boolean {
  return (
    (!only.includes("free") || offer.isFree) &&
    (!only.includes("tools") || offer.takesTools === true) &&
    (!only.includes("long") || (offer.contextTokens ?? 0) >= longTokens)
  );
}

function hasAll(words: string[], ref: ModelRef, listed: ListedModel): boolean {
  if (words.length === 0) return true;
  const providers = listed.offers.map(({ provider }) => provider ?? "").join(" ");
  const text = `${ref.endpoint} ${ref.id} ${providers}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function inOrder(found: FoundModel[], sort: PickerQuery["sort"]): FoundModel[] {
  if (sort === "name") return found.toSorted((a, b) => (modelName(a.ref) < modelName(b.ref) ? -1 : 1));
  if (sort === "") {
    const place = ({ mark }: FoundModel) => (mark?.favouriteMs ? 2e15 : 0) + (mark?.chosenMs ?? 0);
    return found.toSorted((a, b) => place(b) - place(a));
  }
  const key = keys[sort];
  const byKey = (a: Offer, b: Offer) => key(a) - key(b);
  return found
    .map((model) => ({ ...model, offers: model.offers.toSorted(byKey) }))
    .toSorted((a, b) => best(a, key) - best(b, key));
}

function best({ offers }: FoundModel, key: (offer: Offer) => number): number {
  return offers[0] === undefined ? unknown : key(offers[0]);
}

/** Large, but finite: two of them differ by nothing. */
const unknown = 1e15;

/** The lower, the better; what is not told comes last. */
const keys: Record<Exclude<SortName, "name">, (offer: Offer) => number> = {
  in: (offer) => (offer.isFree ? 0 : (offer.usdIn ?? unknown)),
  out: (offer) => (offer.isFree ? 0 : (offer.usdOut ?? unknown)),
  context: (offer) => (offer.contextTokens === null ? unknown : -offer.contextTokens),
  first: (offer) => offer.firstTokenMs ?? unknown,
  speed: (offer) => (offer.tokensPerS === null ? unknown : -offer.tokensPerS),
};

const longTokens = 128_000;
