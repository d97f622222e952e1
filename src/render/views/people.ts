/** The page for whoever looks after the server: accounts, and what each took. */
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import type { PageHead } from "../views.ts";

type Took = { replies: number; tokens: number; costUsd: number };

export type AccountData = {
  account: string;
  subject: string | null;
  name: string | null;
  createdMs: number;
  seenMs: number | null;
  blockedMs: number | null;
  sessions: number;
  today: Took;
  month: Took;
};

/** Time as a machine reads it, and in words. */
type DateView = { at: string; words: string };

type AccountView = {
  account: string;
  name: string;
  subject: string | null;
  isAdmin: boolean;
  since: DateView;
  seen: DateView | null;
  sessions: string;
  today: string[];
  month: string[];
  blocked: string | null;
};

export type AccountsView = PageHead & {
  /** How many there are, and what all of them took. */
  count: string;
  today: string;
  month: string;
  query: string;
  queryMax: number;
  orders: { value: string; label: string; isChosen: boolean }[];
  accounts: AccountView[];
  /** The rest of the list; and the address of the page, to come back to. */
  next: string | null;
  here: string;
};

export const orders = ["seen", "name", "cost", "tokens", "blocked"] as const;

export type AccountsPlace = { query: string; order: (typeof orders)[number]; after: number };

export type AccountsData = {
  page: { rows: AccountData[]; count: number; today: Took; month: Took };
  place: AccountsPlace;
  isAdmin(row: AccountData): boolean;
  queryMax: number;
};

export function accountsView({ page, place, isAdmin, queryMax }: AccountsData, words: Words): AccountsView {
  const said = words.accounts;
  const after = place.after + page.rows.length;
  return {
    title: `${said.title} · Banter`,
    ...{ scripted: false, refreshes: false, heading: said.title },
    count: said.count(page.count),
    today: tookOf(page.today, words).join(" · "),
    month: tookOf(page.month, words).join(" · "),
    ...{ query: place.query, queryMax },
    orders: orders.map((value) => ({ value, label: said.orders[value], isChosen: value === place.order })),
    accounts: page.rows.map((row) => accountView(row, isAdmin(row), words)),
    next: page.rows.length > 0 && after < page.count ? addressOf({ ...place, after }) : null,
    here: addressOf(place),
  };
}

/** Only what differs from the beginning of all. */
export function addressOf({ query, order, after }: AccountsPlace): string {
  const told = { q: query, sort: order === "seen" ? "" : order, after: after === 0 ? "" : String(after) };
  const search = new URLSearchParams(Object.entries(told).filter(([, value]) => value !== ""));
  return search.size === 0 ? "/admin" : `/admin?${search}`;
}

function accountView(row: AccountData, isAdmin: boolean, words: Words): AccountView {
  const said = words.accounts;
  const date = (ms: number) => ({ at: new Date(ms).toISOString(), words: words.date(ms) });
  const { account, name, subject, createdMs, seenMs, blockedMs } = row;
  return {
    account,
    name: name ?? subject ?? said.noName,
    subject: name === null ? null : subject,
    isAdmin,
    since: date(createdMs),
    seen: seenMs === null ? null : date(seenMs),
    sessions: said.sessions(row.sessions),
    today: tookOf(row.today, words),
    month: tookOf(row.month, words),
    blocked: blockedMs === null ? null : fill(said.blockedSince, { date: words.date(blockedMs) }, words),
  };
}

function tookOf({ replies, tokens, costUsd }: Took, words: Words): string[] {
  const said = words.accounts;
  if (replies === 0 && tokens === 0) return [said.nothing];
  return [said.replies(replies), said.tokens(words.count(tokens)), words.dollars(costUsd)];
}
