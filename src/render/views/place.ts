/** Where a reply that has not begun stands, in words. */
import type { Place } from "../../domain.ts";

/** `key` says which place a page shows. */
export type PlaceView = { generation: string; key: string; text: string };

export function placeView(generation: string, place: Place): PlaceView {
  const { number, line } = place;
  const nth = `${number.toLocaleString("en")}${endings[ordinals.select(number)] ?? "th"}`;
  const text = line === "own" ? `Waiting for your other replies: ${nth} in line` : `Waiting: ${nth} in line`;
  return { generation, key: placeKey(place), text };
}

/** Empty for what does not wait. */
export function placeKey(place: Place | null): string {
  return place === null ? "" : `${place.line}-${place.number}`;
}

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
