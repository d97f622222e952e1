/** View of the page about what people take along, bring in and leave behind. */
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import type { PageHead } from "../views.ts";

export type TakeawayView = PageHead & {
  /** What came of a file that was brought in. */
  result: { lines: string[]; refusals: string[]; trouble: string | null } | null;
  /** What is deleted by itself, and when; null where nothing is. */
  retention: string | null;
  /** What has to be typed before all is deleted, and why it was not. */
  ending: { type: string; trouble: string | null };
};

export type TakeawaySaid = {
  retentionDays: number | null;
  broughtIn?: BroughtIn;
  trouble?: string;
};

export type BroughtIn = {
  added: number;
  there: number;
  assistants: number;
  refused: number;
  refusals: { title: string; reason: keyof typeof reasons }[];
  ending: keyof typeof endings | null;
};

export function takeawayView(
  words: Words,
  { retentionDays, broughtIn, trouble }: TakeawaySaid,
): TakeawayView {
  const { account } = words;
  const heading = words.takeaway.title;
  const head = { title: `${heading} · Banter`, scripted: false, refreshes: false, heading };
  return {
    ...head,
    result: broughtIn === undefined ? null : resultOf(broughtIn, words),
    retention: retentionDays === null ? null : account.retention(retentionDays),
    ending: { type: fill(account.type, { word: account.word }, words), trouble: trouble ?? null },
  };
}

function resultOf(
  { added, there, assistants, refused, refusals, ending }: BroughtIn,
  words: Words,
): TakeawayView["result"] {
  const said = words.takeaway;
  const told = refusals.map(({ title, reason }) => {
    return fill(said.refusedOne, { title: title || said.nameless, why: said[reasons[reason]] }, words);
  });
  return {
    lines: [
      ...(added > 0 || assistants === 0 ? [said.added(added)] : []),
      ...(there > 0 ? [said.there(there)] : []),
      ...(assistants > 0 ? [said.assistants(assistants)] : []),
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
  full: "full",
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
