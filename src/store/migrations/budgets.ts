/** The tables of budgets: what a day has taken, and what is kept for replies that have not ended. */

/** `account` is empty for everybody's. A reservation outlives a crash: what was kept then counts as spent. */
export const budgetTables = `
CREATE TABLE budgets (
  day TEXT NOT NULL,
  account TEXT NOT NULL,
  turns INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  PRIMARY KEY (day, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  day TEXT NOT NULL,
  turns INTEGER NOT NULL,
  tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  usd_in REAL NOT NULL,
  usd_out REAL NOT NULL
) STRICT, WITHOUT ROWID;
`;
