/** Where a reply that has not begun stands, or whom it was led to, in words. */
import type { Detour, Place } from "../../domain.ts";

/** `key` says which place a page shows. */
export type PlaceView = { generation: string; key: string; text: string; isWaiting: boolean };

export function placeView(generation: string, place: Place | Detour | null): PlaceView {
  const key = placeKey(place);
  if (place === null) return { generation, key, text: "", isWaiting: false };
  if (place.line === "elsewhere") return { generation, key, text: detourText(place), isWaiting: false };
  const { number, line } = place;
  const nth = `${number.toLocaleString("en")}${endings[ordinals.select(number)] ?? "th"}`;
  const text = line === "own" ? `Waiting for your other replies: ${nth} in line` : `Waiting: ${nth} in line`;
  return { generation, key, text, isWaiting: true };
}

/** Empty for what neither waits nor was led elsewhere. */
export function placeKey(place: Place | Detour | null): string {
  if (place?.line === "elsewhere") return `${place.line}-${place.left.length}`;
  return place === null ? "" : `${place.line}-${place.number}`;
}

function detourText({ left, to }: Detour): string {
  const before = left
    .map(({ provider, why }) => `${provider ?? "The provider"} ${detourWords[why]}`)
    .join(", ");
  const last = left.at(-1)?.provider ?? null;
  if (to === null || to === last) return `${before}: asking again`;
  return `${before}: ${to} is asked`;
}

const detourWords = { busy: "was busy", down: "was down", late: "gave no answer", resting: "is at rest" };

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
