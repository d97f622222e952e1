/** Where a reply that has not begun stands, or whom it was led to, in words. */
import type { Detour, Place } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";

/** `key` says which place a page shows. */
export type PlaceView = { generation: string; key: string; text: string; isWaiting: boolean };

export function placeView(generation: string, place: Place | Detour | null, words: Words): PlaceView {
  const key = placeKey(place);
  if (place === null) return { generation, key, text: "", isWaiting: false };
  if (place.line === "elsewhere") {
    return { generation, key, text: detourText(place, words), isWaiting: false };
  }
  return { generation, key, text: words.place[place.line](place.number), isWaiting: true };
}

/** Empty for what neither waits nor was led elsewhere. */
export function placeKey(place: Place | Detour | null): string {
  if (place?.line === "elsewhere") return `${place.line}-${place.left.length}`;
  return place === null ? "" : `${place.line}-${place.number}`;
}

function detourText({ left, to }: Detour, words: Words): string {
  const { detour } = words;
  const before = left
    .map(({ provider, why }) => fill(detour[why], { who: provider ?? detour.provider }, words))
    .join(", ");
  const last = left.at(-1)?.provider ?? null;
  if (to === null || to === last) return fill(detour.again, { before }, words);
  return fill(detour.to, { before, to }, words);
}
