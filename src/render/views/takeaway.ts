/** View of the page about what people take along, bring in and leave behind. */
import type { Words } from "../../words/words.ts";
import type { PageHead } from "../views.ts";

export type TakeawayView = PageHead;

export function takeawayView(words: Words): TakeawayView {
  const heading = words.takeaway.title;
  return { title: `${heading} · Banter`, scripted: false, refreshes: false, heading };
}
