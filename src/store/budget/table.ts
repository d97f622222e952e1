/** Budgets as rows: a reservation is checked, kept and settled where the turn is written, so that none goes past. */
import type { Connection } from "../connection.ts";
import type { Store } from "../store.ts";
import type { Budgets, Over, Reservation, Spent, Taken } from "./budget.ts";

/** Synchronous, for use within a transaction of the turn's own. */
export type BudgetTable = {
  /** Null where it is kept; else nothing was written. */
  reserve(account: string, id: string, asked: Reservation, budgets: Budgets): Over | null;
  /** Puts what a call took in the place of what was kept for it; harmless where nothing was. Null: all of it counts. */
  settle(id: string, taken: Taken | null): void;
  spent(account: string, day: string): Spent;
};

export function budgetTableOf({ db }: Connection): BudgetTable {
  const sql = prepare(db);
  const spent = (account: string, day: string) => sql.spent.get(day, account) ?? nothing;
  // Within a turn's transaction these are savepoints; a temporary chat's turn is written elsewhere.
  const reserve = db.transaction((account: string, id: string, asked: Reservation, budgets: Budgets) => {
    const { day, turns, tokensIn, tokensOut, usdIn, usdOut } = asked;
    const wanted = { turns, tokens: tokensIn + tokensOut, costUsd: tokensIn * usdIn + tokensOut * usdOut };
    const over =
      overIn("account", budgets, spent(account, day), wanted) ??
      overIn("all", budgets, spent(everybody, day), wanted);
    if (over !== null) return over;
    for (const who of [account, everybody])
      sql.add.run(day, who, wanted.turns, wanted.tokens, wanted.costUsd);
    sql.keep.run(id, account, day, turns, tokensIn, tokensOut, usdIn, usdOut);
    sql.forget.run(day);
    return null;
  });
  const settle = db.transaction((id: string, taken: Taken | null) => {
    const kept = sql.kept.get(id);
    if (kept === null) return;
    sql.drop.run(id);
    if (taken === null) return;
    const { day, account, usdIn, usdOut } = kept;
    const tokensIn = taken.tokensIn ?? kept.tokensIn;
    const tokensOut = taken.tokensOut ?? Math.min(taken.bytesOut ?? Infinity, kept.tokensOut);
    const costUsd = taken.costUsd ?? tokensIn * usdIn + tokensOut * usdOut;
    const tokens = tokensIn + tokensOut - kept.tokensIn - kept.tokensOut;
    const cost = costUsd - kept.tokensIn * usdIn - kept.tokensOut * usdOut;
    const turns = taken.isUnmade ? -kept.turns : 0;
    for (const who of [account, everybody]) sql.add.run(day, who, turns, tokens, cost);
  });
  return { reserve, settle, spent };
}

export function budgetOf({ read, write }: Connection, table: BudgetTable): Store["budget"] {
  return {
    reserve: async (account, id, asked, budgets) =>
      write("full", () => table.reserve(account, id, asked, budgets)),
    settle: async (id, taken) => write("normal", () => table.settle(id, taken)),
    spent: async (account, day) => read(() => table.spent(account, day)),
  };
}

const nothing: Spent = { turns: 0, tokens: 0, costUsd: 0 };

/** No account has this name. */
const everybody = "";

function overIn(whose: keyof Budgets, budgets: Budgets, spent: Spent, wanted: Spent): Over | null {
  for (const measure of ["turns", "tokens", "costUsd"] as const) {
    const cap = budgets[whose][measure];
    // Sums of dollars are off in their last digits.
    if (cap !== null && spent[measure] + wanted[measure] > cap + 1e-9) return { whose, measure };
  }
  return null;
}

type KeptRow = Reservation & { account: string };

function prepare(db: Connection["db"]) {
  return {
    spent: db.prepare<Spent, [string, string]>(
      "SELECT turns, tokens, cost_usd AS costUsd FROM budgets WHERE day = ? AND account = ?",
    ),
    add: db.prepare<never, [string, string, number, number, number]>(`
      INSERT INTO budgets (day, account, turns, tokens, cost_usd) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET turns = turns + excluded.turns, tokens = tokens + excluded.tokens,
      cost_usd = cost_usd + excluded.cost_usd`),
    keep: db.prepare<never, [string, string, string, number, number, number, number, number]>(`
      INSERT INTO reservations (id, account, day, turns, tokens_in, tokens_out, usd_in, usd_out)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    kept: db.prepare<KeptRow, [string]>(`
      SELECT account, day, turns, tokens_in AS tokensIn, tokens_out AS tokensOut, usd_in AS usdIn, usd_out AS usdOut
      FROM reservations WHERE id = ?`),
    drop: db.prepare<never, [string]>("DELETE FROM reservations WHERE id = ?"),
    // What was spent on days gone by is told by other tables.
    forget: db.prepare<never, [string]>("DELETE FROM budgets WHERE day < date(?, '-7 days')"),
  };
}
