/** View of the page about what people take along, bring in and leave behind. */
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import type { PageHead } from "../views.ts";

export type TakeawayView = PageHead & {
  /** What came of a file that was brought in. */
  result: { lines: string[]; refusals: string[]; trouble: string | null } | null;
};

export type BroughtIn = {
  added: number;
  there: number;
  refused: number;
  refusals: { title: string; reason: keyof typeof reasons }[];
  ending: keyof typeof endings | null;
};

export function takeawayView(words: Words, broughtIn: BroughtIn | null = null): TakeawayView {
  const heading = words.takeaway.title;
  const head = { title: `${heading} · Banter`, scripted: false, refreshes: false, heading };
  return { ...head, result: broughtIn === null ? null : resultOf(broughtIn, words) };
}

function resultOf(
  { added, there, refused, refusals, ending }: BroughtIn,
  words: Words,
): TakeawayView["result"] {
  const said = words.takeaway;
  const told = refusals.map(({ title, reason }) => {
    return fill(said.refusedOne, { title: title || said.nameless, why: said[reasons[reason]] }, words);
  });
  return {
    lines: [
      said.added(added),
      ...(there > 0 ? [said.there(there)] : []),
      ...(refused > 0 ? [said.refused(refused)] : []),
    ],
    refusals: refused > told.length ? [...told, said.refusedMore] : told,
    trouble: ending === null ? null : said[endings[ending]],
  };
}

const reasons = {
  tooLarge: "tooLarge",
  tooDeep: "tooDeep",
  tooMany: "tooMany",
  tooLong: "tooLong",
  unknown: "unknown",
  empty: "empty",
  taken: "taken",
} as const;

const endings = {
  zip: "endZip",
  notJson: "endNotJson",
  cutOff: "endCutOff",
  newer: "endNewer",
  noFile: "endNoFile",
  tooLarge: "endTooLarge",
  late: "endLate",
} as const;
