/** What may be spent on a day (UTC), and what is kept for replies that have not ended. */
import type { Thread } from "../store.ts";

/** What has been spent, what is kept for running replies among it. */
export type Spent = { turns: number; tokens: number; costUsd: number };

/** Null: no bound. */
export type Caps = { [Measure in keyof Spent]: number | null };

export type Budgets = { account: Caps; all: Caps };

/** What a call takes at most; prices are US dollars a token. */
export type Reservation = {
  day: string;
  turns: 0 | 1;
  tokensIn: number;
  tokensOut: number;
  usdIn: number;
  usdOut: number;
};

/** Which bound it would go past. */
export type Over = { whose: keyof Budgets; measure: keyof Spent };

/** Goes with a turn, and is asked in its transaction, when the path to its reply is known. */
export type BudgetAsk = {
  budgets: Budgets;
  reservationOf(thread: Thread): Reservation;
  /** What to throw where there is not enough: the turn is then not written. */
  refused(over: Over): Error;
};

/** What a call took; null where nobody told, and then what was kept for it counts. */
export type Taken = {
  /** It was never made: its turn is given back too. */
  isUnmade: boolean;
  tokensIn: number | null;
  tokensOut: number | null;
  /** There are no more tokens than bytes of text. */
  bytesOut?: number | undefined;
  costUsd: number | null;
};
