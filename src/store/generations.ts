/** Generations once they run: checkpoints, the one end of each, and what dead processes left. */
import type { GenerationState } from "../domain.ts";
import type { Taken } from "./budget/budget.ts";
import type { BudgetTable } from "./budget/table.ts";
import type { Connection } from "./connection.ts";
import type { Threads } from "./conversations.ts";
import { spendingSql } from "./models/usage.ts";
import { encodeParts, encodeText } from "./parts.ts";
import type { Usage } from "./models/spending.ts";
import type { Store } from "./store.ts";
import type { Checkpoint, FinishInput, Recovered } from "./generations/generation-store.ts";

export function generationsOf(
  connection: Connection,
  threads: Threads,
  budget: BudgetTable,
): Store["generations"] {
  const sql = prepare(connection);
  const { read, write } = connection;
  return {
    checkpoint: async (rows, nowMs = Date.now()) =>
      write("normal", () => {
        for (const row of rows) checkpoint(sql, row, nowMs);
      }),
    finish: async (input) =>
      write("full", () => {
        const running = sql.running.get(input.generation);
        if (running === null) return null;
        end(sql, running, input);
        budget.settle(input.generation, takenBy(input));
        if (input.isUnread) sql.markUnread.run(running.owner, running.conversation);
        const conversation = threads.row(running.owner, running.conversation);
        const message = threads.message(running.owner, running.message);
        if (conversation === null || message === null) throw new Error("a generation of no message");
        return { conversation, message };
      }),
    renew: async (process, untilMs) => {
      write("normal", () => sql.renew.run(process, untilMs));
    },
    recover: async ({ nowMs, self }) => write("full", () => recover(sql, threads, budget, nowMs, self)),
    count: async () => read(() => ({ ...noneAtAll, ...Object.fromEntries(sql.count.all().map(toEntry)) })),
  };
}

export function usageOf({ db, read, write }: Connection): Store["usage"] {
  const list = db.prepare<Usage, [string, string]>(`
    SELECT kind, runs, tokens_in AS tokensIn, tokens_out AS tokensOut, cost_usd AS costUsd
    FROM usage WHERE account = ? AND day = ? ORDER BY kind`);
  const add = db.prepare<never, UsageColumns>(addUsage);
  return {
    add: async (account, day, { kind, tokensIn, tokensOut, costUsd }) => {
      write("normal", () =>
        add.run(account, day, kind, Math.round(tokensIn), Math.round(tokensOut), costUsd),
      );
    },
    list: async (account, day) => read(() => list.all(account, day)),
  };
}

type Sql = ReturnType<typeof prepare>;

type Running = { number: number; owner: string; conversation: string; message: string };

function checkpoint(sql: Sql, { generation, seq, text, reasoning }: Checkpoint, nowMs: number): void {
  sql.addCheckpoint.run(seq, encodeText(text), encodeText(reasoning), nowMs, generation, seq);
}

type Ending = Omit<FinishInput, "generation" | "isUnread">;

function end(sql: Sql, running: Running, { state, seq, parts, receipt, failure, nowMs }: Ending): void {
  const { provider, finishReason, costUsd, calls } = receipt;
  const { waitedMs, firstTokenMs, durationMs } = receipt;
  const times = [nowMs, whole(waitedMs), whole(firstTokenMs), whole(durationMs)] as const;
  const tokens = [whole(receipt.tokensIn), whole(receipt.tokensOut)] as const;
  const told = failure === null ? null : JSON.stringify(failure);
  sql.end.run(state, seq, ...times, provider, finishReason, ...tokens, costUsd, calls, told, running.number);
  if (receipt.details !== undefined) sql.addDetails.run(JSON.stringify(receipt.details), running.number);
  sql.forgetCheckpoints.run(running.number);
  if (parts !== null) sql.writeParts.run(encodeParts(parts), running.owner, running.message);
  const day = new Date(nowMs).toISOString().slice(0, 10);
  sql.addUsage.run(running.owner, day, "reply", tokens[0] ?? 0, tokens[1] ?? 0, costUsd ?? 0);
  sql.addSpending.run(day, running.number);
  sql.raise.run(running.owner, running.conversation);
}

/**
 * All that other processes left running: whoever has this file's lock knows that it is alone, so a lease that
 * has not lapsed yet belongs to a dead process too. A store that is shared must go by the leases instead.
 */
function recover(sql: Sql, threads: Threads, budget: BudgetTable, nowMs: number, self: string): Recovered[] {
  const left = sql.left.all(self);
  for (const running of left) {
    const stored = threads.parts({ id: running.message, parts: running.parts });
    const { parts, seq, lastMs } = threads.grown(stored, running.number);
    // The last checkpoint is the last sign of life; who answered and what it took died with the process.
    const durationMs = Math.max((lastMs ?? running.startedMs) - running.startedMs, 0);
    const unknown = {
      provider: null,
      finishReason: null,
      waitedMs: 0,
      firstTokenMs: null,
      tokensIn: null,
      tokensOut: null,
    };
    const receipt = { ...unknown, durationMs, costUsd: null, calls: seq > 0 ? 1 : 0 };
    end(sql, running, { state: "interrupted", seq, parts, receipt, failure: null, nowMs });
    // What it took died with the process: what was kept for it counts.
    budget.settle(running.generation, null);
    sql.markUnread.run(running.owner, running.conversation);
  }
  sql.forgetProcesses.run(self);
  return left.map(({ owner, conversation, message, generation }) => ({
    owner,
    conversation,
    message,
    generation,
  }));
}

/** What is not told is what was kept for it; of words that came, there are no more tokens than bytes. */
function takenBy({ receipt, failure, parts }: FinishInput): Taken {
  const { tokensIn, tokensOut, costUsd, calls, firstTokenMs } = receipt;
  const isUnanswered = failure !== null && firstTokenMs === null && tokensOut === null;
  if (calls === 0 || isUnanswered)
    return { isUnmade: calls === 0, tokensIn: 0, tokensOut: 0, costUsd: costUsd ?? 0 };
  const bytesOut = parts?.reduce((sum, part) => sum + ("text" in part ? Buffer.byteLength(part.text) : 0), 0);
  return { isUnmade: false, tokensIn: whole(tokensIn), tokensOut: whole(tokensOut), bytesOut, costUsd };
}

/** Clocks and providers may tell fractions, which a column of integers refuses. */
function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

const noneAtAll: Record<GenerationState, number> = {
  running: 0,
  complete: 0,
  stopped: 0,
  failed: 0,
  interrupted: 0,
};

function toEntry({ state, count }: { state: GenerationState; count: number }): [GenerationState, number] {
  return [state, count];
}

type LeftRunning = Running & {
  generation: string;
  parts: string;
  startedMs: number;
};

type EndColumns = [
  state: GenerationState,
  seq: number,
  endedMs: number,
  waitedMs: number | null,
  firstTokenMs: number | null,
  durationMs: number | null,
  provider: string | null,
  finishReason: string | null,
  tokensIn: number | null,
  tokensOut: number | null,
  costUsd: number | null,
  calls: number,
  failure: string | null,
  number: number,
];

type UsageColumns = [
  account: string,
  day: string,
  kind: string,
  tokensIn: number,
  tokensOut: number,
  costUsd: number,
];

const addUsage = `
  INSERT INTO usage (account, day, kind, runs, tokens_in, tokens_out, cost_usd) VALUES (?, ?, ?, 1, ?, ?, ?)
  ON CONFLICT DO UPDATE SET runs = runs + 1, tokens_in = tokens_in + excluded.tokens_in,
  tokens_out = tokens_out + excluded.tokens_out, cost_usd = cost_usd + excluded.cost_usd`;

function prepare({ db }: Connection) {
  return {
    ...spendingSql(db),
    running: db.prepare<Running, [string]>(
      "SELECT number, owner, conversation, message FROM generations WHERE id = ? AND state = 'running'",
    ),
    addCheckpoint: db.prepare<never, [number, string, string, number, string, number]>(`
      INSERT INTO checkpoints (generation, seq, text, reasoning, created_ms)
      SELECT number, ?, ?, ?, ? FROM generations AS g WHERE id = ? AND state = 'running'
      AND ? > (SELECT coalesce(max(seq), 0) FROM checkpoints WHERE generation = g.number)`),
    forgetCheckpoints: db.prepare<never, [number]>("DELETE FROM checkpoints WHERE generation = ?"),
    end: db.prepare<never, EndColumns>(`
      UPDATE generations SET state = ?, seq = ?, ended_ms = ?, waited_ms = ?, first_token_ms = ?, duration_ms = ?,
      provider = ?, finish_reason = ?, tokens_in = ?, tokens_out = ?, cost_usd = ?, calls = ?, failure = ?
      WHERE number = ? AND state = 'running'`),
    writeParts: db.prepare<never, [string, string, string]>(
      "UPDATE messages SET parts = ? WHERE owner = ? AND id = ?",
    ),
    raise: db.prepare<never, [string, string]>(
      "UPDATE conversations SET revision = revision + 1 WHERE owner = ? AND id = ?",
    ),
    markUnread: db.prepare<never, [string, string]>(
      "UPDATE conversations SET is_unread = 1 WHERE owner = ? AND id = ?",
    ),
    addUsage: db.prepare<never, UsageColumns>(addUsage),
    renew: db.prepare<never, [string, number]>(`
      INSERT INTO processes (id, lease_until_ms) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET lease_until_ms = excluded.lease_until_ms`),
    left: db.prepare<LeftRunning, [string]>(`
      SELECT g.number, g.id AS generation, g.owner, g.conversation, g.message, m.parts,
      g.started_ms AS startedMs
      FROM generations AS g JOIN messages AS m ON m.owner = g.owner AND m.id = g.message
      WHERE g.state = 'running' AND g.process <> ? ORDER BY g.number`),
    forgetProcesses: db.prepare<never, [string]>("DELETE FROM processes WHERE id <> ?"),
    count: db.prepare<{ state: GenerationState; count: number }, []>(
      "SELECT state, count(*) AS count FROM generations GROUP BY state",
    ),
  };
}
