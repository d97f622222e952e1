/** The people whom accounts belong to, for whoever looks after the server: who they are, what they took, who is blocked. */
import type { Ended } from "../accounts/account-store.ts";

/** As a provider tells of somebody: the subject is theirs for good, a name for now. */
export type Person = { subject: string; name: string | null };

/** Null where nobody has signed in since that is kept. */
export type PersonRow = { subject: string | null; name: string | null; blockedMs: number | null };

export type Took = { replies: number; tokens: number; costUsd: number };

export type AccountRow = PersonRow & {
  account: string;
  createdMs: number;
  seenMs: number | null;
  sessions: number;
  today: Took;
  month: Took;
};

export type AccountOrder = "seen" | "name" | "cost" | "tokens" | "blocked";

export type AccountsAsked = {
  /** What is in the name or the subject; empty for all. */
  query: string;
  order: AccountOrder;
  /** How many, in that order, are passed over. */
  after: number;
  limit: number;
  /** UTC, "2026-01-31"; and the first of its month. */
  today: string;
  month: string;
  /** Sessions that were not seen since then are none any more. */
  seenSinceMs: number;
};

/** Count and sums are of all that fit, on whatever page. */
export type AccountPage = { rows: AccountRow[]; count: number; today: Took; month: Took };

export type PeopleStore = {
  /** Null also where the account has ended. */
  find(account: string): Promise<PersonRow | null>;
  list(asked: AccountsAsked): Promise<AccountPage>;
  /** From then on nobody signs in or writes as it, and its token is gone; null where it is not there. */
  block(account: string, nowMs: number): Promise<Ended | null>;
  /** False where it was not blocked. */
  unblock(account: string): Promise<boolean>;
};
