/** Lists accounts with what they took, and blocks them: all of it rows, and never a word of a chat. */
import { hashes, sessionsEnder, type Hash } from "../accounts/sessions.ts";
import type { Connection } from "../connection.ts";
import type {
  AccountOrder,
  AccountPage,
  AccountsAsked,
  PeopleStore,
  PersonRow,
  Took,
} from "./people-store.ts";

export function peopleOf(connection: Connection): PeopleStore {
  const { db, read, write } = connection;
  const endSessions = sessionsEnder(connection);
  const find = db.prepare<PersonRow, [string]>(
    "SELECT subject, name, blocked_ms AS blockedMs FROM accounts WHERE id = ? AND ended_ms IS NULL",
  );
  const block = db.prepare<never, [number, string]>(
    "UPDATE accounts SET blocked_ms = coalesce(blocked_ms, ?) WHERE id = ? AND ended_ms IS NULL",
  );
  const unblock = db.prepare<never, [string]>(
    "UPDATE accounts SET blocked_ms = NULL WHERE id = ? AND blocked_ms IS NOT NULL",
  );
  const links = db.prepare<Hash, [string]>("SELECT secret_hash AS hash FROM shares WHERE owner = ?");
  const lists = new Map<AccountOrder, ReturnType<typeof prepareList>>();
  return {
    find: async (account) => read(() => find.get(account)),
    async list({ order, ...asked }) {
      const list = lists.get(order) ?? prepareList(db, order);
      lists.set(order, list);
      return read(() => toPage(list.all(named(asked))));
    },
    block: async (account, nowMs) =>
      write("full", () => {
        if (block.run(nowMs, account).changes === 0) return null;
        return { sessions: endSessions(account), links: hashes(links.all(account)) };
      }),
    unblock: async (account) => write("full", () => unblock.run(account).changes > 0),
  };
}

type Sums = Record<`${"today" | "month" | "allToday" | "allMonth"}${"Replies" | "Tokens" | "Usd"}`, number>;

type ListRow = Sums &
  PersonRow & { account: string; createdMs: number; seenMs: number | null; sessions: number; count: number };

type Named = Record<`$${"query" | "today" | "month"}`, string> &
  Record<`$${"after" | "limit" | "seenSinceMs"}`, number>;

function named({ query, today, month, after, limit, seenSinceMs }: Omit<AccountsAsked, "order">): Named {
  // As it was typed: SQLite has signs of its own for what may stand anywhere.
  const $query = `%${query.replace(/[\\%_]/g, "\\$&")}%`;
  return { $query, $today: today, $month: month, $after: after, $limit: limit, $seenSinceMs: seenSinceMs };
}

const orders: Record<AccountOrder, string> = {
  seen: "a.seen_ms DESC NULLS LAST",
  name: "a.name IS NULL, a.name COLLATE NOCASE",
  cost: "monthUsd DESC, monthTokens DESC",
  tokens: "monthTokens DESC",
  blocked: "a.blocked_ms DESC NULLS LAST, a.seen_ms DESC",
};

/** Calls for titles are no replies, and cost all the same. Each account's rows of a month lie side by side. */
function prepareList(db: Connection["db"], order: AccountOrder) {
  const sums = (table: string, runs: string) => {
    const sum = (what: string, when: string) => `total(iif(${when}, ${what}, 0))`;
    const of = (name: string, when: string) =>
      `${sum(runs, when)} AS ${name}Replies, ${sum("u.tokens_in + u.tokens_out", when)} AS ${name}Tokens,
      ${sum("u.cost_usd", when)} AS ${name}Usd`;
    return `SELECT a.id, ${of("today", "u.day = $today")}, ${of("month", "u.day IS NOT NULL")} FROM fit AS a
      LEFT JOIN ${table} AS u ON u.account = a.id AND u.day >= $month`;
  };
  const both = (name: string) => `r.${name} + t.${name} AS ${name}`;
  const names = ["today", "month"].flatMap((when) => ["Replies", "Tokens", "Usd"].map((what) => when + what));
  const all = names.map((name) => {
    return `total(r.${name} + t.${name}) OVER () AS all${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  });
  return db.prepare<ListRow, Named>(`
    WITH fit AS MATERIALIZED (
      SELECT id FROM accounts WHERE ended_ms IS NULL AND ($query = '%%' OR name LIKE $query ESCAPE '\\'
      OR subject LIKE $query ESCAPE '\\')
    ),
    replies AS MATERIALIZED (${sums("model_usage", "u.runs")} GROUP BY a.id),
    titles AS MATERIALIZED (${sums("usage", "0")} AND u.kind = 'title' GROUP BY a.id)
    SELECT a.id AS account, a.subject, a.name, a.blocked_ms AS blockedMs, a.created_ms AS createdMs,
    a.seen_ms AS seenMs, (
      SELECT count(*) FROM sessions AS s
      WHERE s.account = a.id AND s.signed_in_ms IS NOT NULL AND s.seen_ms > $seenSinceMs
    ) AS sessions, count(*) OVER () AS count, ${names.map(both).join(", ")}, ${all.join(", ")}
    FROM fit JOIN accounts AS a ON a.id = fit.id JOIN replies AS r ON r.id = a.id JOIN titles AS t ON t.id = a.id
    ORDER BY ${orders[order]}, a.id LIMIT $limit OFFSET $after`);
}

function toPage(rows: ListRow[]): AccountPage {
  const took = (replies?: number, tokens?: number, costUsd?: number): Took => {
    return { replies: replies ?? 0, tokens: tokens ?? 0, costUsd: costUsd ?? 0 };
  };
  const [first] = rows;
  return {
    rows: rows.map(({ account, subject, name, blockedMs, createdMs, seenMs, sessions, ...row }) => ({
      ...{ account, subject, name, blockedMs, createdMs, seenMs, sessions },
      today: took(row.todayReplies, row.todayTokens, row.todayUsd),
      month: took(row.monthReplies, row.monthTokens, row.monthUsd),
    })),
    count: first?.count ?? 0,
    today: took(first?.allTodayReplies, first?.allTodayTokens, first?.allTodayUsd),
    month: took(first?.allMonthReplies, first?.allMonthTokens, first?.allMonthUsd),
  };
}
