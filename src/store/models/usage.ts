/** What replies took, by day and model, and by conversation. */
import type { Connection } from "../connection.ts";
import type { ConversationUsage, ModelUsage, Spending, SpendingStore } from "./spending.ts";

export function spendingOf({ db, read, write }: Connection): SpendingStore {
  const byModel = db.prepare<ModelUsage, [string, string, number]>(`
    SELECT day, endpoint, model, ${sums} FROM model_usage WHERE account = ? AND day >= ?
    ORDER BY day DESC, cost_usd DESC LIMIT ?`);
  // Each by its own messages, so that a long history costs no more than what is shown. CROSS JOIN keeps the order.
  const byConversation = db.prepare<ConversationUsage, [string, number]>(`
    WITH recent AS (
      SELECT id, title, owner FROM conversations WHERE owner = ?1 ORDER BY updated_ms DESC, number DESC LIMIT ?2
    )
    SELECT c.id, c.title, count(*) AS runs, total(g.tokens_in) AS tokensIn, total(g.tokens_out) AS tokensOut,
    total(g.cost_usd) AS costUsd, total(iif(${isEstimate}, g.cost_usd, 0)) AS estimatedUsd,
    count(*) - count(g.cost_usd) AS unpriced
    FROM recent AS c CROSS JOIN messages AS m ON m.owner = c.owner AND m.conversation = c.id
    CROSS JOIN generations AS g ON g.owner = m.owner AND g.message = m.id
    WHERE g.calls > 0 GROUP BY c.id ORDER BY costUsd DESC, tokensOut DESC`);
  const add = db.prepare<never, [string, string, string, string, number, number, number, number, number]>(`
    INSERT INTO model_usage (${columns}) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?) ${added}`);
  const titles = db.prepare<Spending, [string, string]>(`
    SELECT ifnull(sum(runs), 0) AS runs, total(tokens_in) AS tokensIn, total(tokens_out) AS tokensOut,
    total(cost_usd) AS costUsd, 0 AS estimatedUsd, ifnull(sum(iif(cost_usd = 0, runs, 0)), 0) AS unpriced
    FROM usage WHERE account = ? AND day >= ? AND kind = 'title'`);
  return {
    add: async (account, { day, model, receipt }) => {
      const { tokensIn, tokensOut, costUsd, details } = receipt;
      const tokens = [Math.round(tokensIn ?? 0), Math.round(tokensOut ?? 0)] as const;
      const costs = [
        costUsd ?? 0,
        details?.isEstimate ? (costUsd ?? 0) : 0,
        costUsd === null ? 1 : 0,
      ] as const;
      write("full", () => add.run(account, day, model.endpoint, model.id, ...tokens, ...costs));
    },
    titles: async (account, since) => read(() => titles.get(account, since) ?? nothing),
    byModel: async (account, since, limit) => read(() => byModel.all(account, since, limit)),
    byConversation: async (account, limit) => read(() => byConversation.all(account, limit)),
  };
}

/** For whoever ends a generation: its figures are counted from its row. */
export function spendingSql(db: Connection["db"]) {
  return {
    // Beside what its row was given when it began: who wrote before it.
    addDetails: db.prepare<never, [string, number]>(
      "UPDATE generations SET details = json_patch(ifnull(details, '{}'), ?) WHERE number = ?",
    ),
    addSpending: db.prepare<never, [string, number]>(`
      INSERT INTO model_usage (${columns})
      SELECT g.owner, ?, g.endpoint, g.model, 1, ifnull(g.tokens_in, 0), ifnull(g.tokens_out, 0),
      ifnull(g.cost_usd, 0.0), iif(${isEstimate}, g.cost_usd, 0.0), g.cost_usd IS NULL
      FROM generations AS g WHERE g.number = ? AND g.calls > 0 ${added}`),
  };
}

const nothing: Spending = { runs: 0, tokensIn: 0, tokensOut: 0, costUsd: 0, estimatedUsd: 0, unpriced: 0 };

const columns =
  "account, day, endpoint, model, runs, tokens_in, tokens_out, cost_usd, estimated_usd, unpriced";

const added = `ON CONFLICT DO UPDATE SET runs = runs + 1, tokens_in = tokens_in + excluded.tokens_in,
  tokens_out = tokens_out + excluded.tokens_out, cost_usd = cost_usd + excluded.cost_usd,
  estimated_usd = estimated_usd + excluded.estimated_usd, unpriced = unpriced + excluded.unpriced`;

const isEstimate = "ifnull(g.details ->> 'isEstimate', 0)";

const sums = `runs, tokens_in AS tokensIn, tokens_out AS tokensOut, cost_usd AS costUsd,
  estimated_usd AS estimatedUsd, unpriced`;
