/** Counts what goes by on the bus, times the event loop, and tells both with what is going on now. */
import type { Bus } from "../../bus/bus.ts";
import type { Clock } from "../../clock.ts";
import { queueLength, type Queue } from "../../chat/admission/queue.ts";
import type { FailureKind, Generation, GenerationState } from "../../domain.ts";
import type { Connections } from "../connection.ts";
import { reportedDirectives, type ReportedDirective } from "./reports.ts";
import { add, emptyHistogram, observe, type Labels, type Sample, type Tally } from "./tally.ts";
import { textOf, type Family } from "./text.ts";

export type MetricsParts = {
  bus: Bus;
  clock: Clock;
  live: {
    startedMs: number;
    tally: Tally;
    connections: Connections;
    runs: ReadonlyMap<string, { outcome: unknown }>;
    queue: Queue;
  };
  build: { version: string; commit: string; bun: string };
  /** Their names: the metrics of each are there from the start. */
  endpoints: string[];
};

export type Metrics = {
  /** The patch beat ran so late. */
  beaten(lateMs: number): void;
  /** A browser has told that our content security policy was broken. */
  reported(directive: ReportedDirective): void;
  text(): string;
  /** Lets go of the bus and the timer; what was counted stays on `live`. */
  close(): void;
};

export function createMetrics(parts: MetricsParts): Metrics {
  const { bus, clock, live } = parts;
  const { tally } = live;
  begin(tally, parts.endpoints);
  const leave = bus.subscribe((event) => {
    if (event.type !== "conversation.changed" || event.change.type !== "message") return;
    const { generation } = event.change.message;
    if (generation !== null && generation.state !== "running") countEnd(tally, generation);
  });
  const stop = timeLoop(clock, (lateMs) => observe(tally, names.loop, {}, delaysS, lateMs / 1000));
  return {
    beaten(lateMs) {
      // A beat that gives the event loop time has no time of its own to be late by.
      if (Number.isFinite(lateMs)) observe(tally, names.flush, {}, delaysS, Math.max(0, lateMs) / 1000);
    },
    reported: (directive) => add(tally, names.reports, { directive }),
    text: () => textOf(familiesOf(parts)),
    close() {
      leave();
      stop();
    },
  };
}

const names = {
  ended: "banter_generations_total",
  tokens: "banter_tokens_total",
  errors: "banter_errors_total",
  firstToken: "banter_upstream_first_token_seconds",
  duration: "banter_upstream_duration_seconds",
  flush: "banter_flush_delay_seconds",
  reports: "banter_csp_reports_total",
  loop: "banter_event_loop_delay_seconds",
} as const;

const delaysS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const firstTokensS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60];
const durationsS = [0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600];

/** A stall longer than this is seen for certain, in part at least. */
const loopEveryMs = 100;

const endStates: Exclude<GenerationState, "running">[] = ["complete", "stopped", "failed", "interrupted"];

/** A record, so that a kind that comes to be is not forgotten here. */
const kinds = Object.keys({
  token_invalid: 0,
  signed_out: 0,
  token_forbidden: 0,
  credits_depleted: 0,
  model_gated: 0,
  model_unsupported: 0,
  request_too_long: 0,
  request_rejected: 0,
  rate_limited: 0,
  provider_down: 0,
  reply_unreadable: 0,
  reply_error: 0,
  price_limit: 0,
  internal: 0,
} satisfies Record<FailureKind, 0>);

/** Nothing that users or providers name becomes a label, so the number of lines stays what it is here. */
function begin(tally: Tally, endpoints: string[]): void {
  for (const state of endStates) add(tally, names.ended, { state }, 0);
  for (const direction of ["in", "out"]) add(tally, names.tokens, { direction }, 0);
  for (const directive of reportedDirectives) add(tally, names.reports, { directive }, 0);
  for (const kind of kinds) add(tally, names.errors, { kind }, 0);
  const empty = (name: string, labels: Labels, upTo: number[]) => {
    const known = tally.get(name) ?? [];
    if (known.some((sample) => Bun.deepEquals(sample.labels, labels))) return;
    tally.set(name, [...known, { labels, value: emptyHistogram(upTo) }]);
  };
  for (const endpoint of endpoints) {
    empty(names.firstToken, { endpoint }, firstTokensS);
    empty(names.duration, { endpoint }, durationsS);
  }
  empty(names.flush, {}, delaysS);
  empty(names.loop, {}, delaysS);
}

function countEnd(tally: Tally, { state, model, receipt, failure }: Generation): void {
  add(tally, names.ended, { state });
  if (failure !== null) add(tally, names.errors, { kind: failure.kind });
  if (receipt === null) return;
  const { endpoint } = model;
  add(tally, names.tokens, { direction: "in" }, receipt.tokensIn ?? 0);
  add(tally, names.tokens, { direction: "out" }, receipt.tokensOut ?? 0);
  observe(tally, names.duration, { endpoint }, durationsS, receipt.durationMs / 1000);
  if (receipt.firstTokenMs === null) return;
  observe(tally, names.firstToken, { endpoint }, firstTokensS, receipt.firstTokenMs / 1000);
}

/** By a timer of our own: those of the platform tell no sums, and count from their own start. */
function timeLoop(clock: Clock, late: (lateMs: number) => void): () => void {
  let cancel = () => {};
  const next = () => {
    const dueMs = performance.now() + loopEveryMs;
    cancel = clock.after(loopEveryMs, () => {
      late(Math.max(0, performance.now() - dueMs));
      next();
    });
  };
  next();
  return () => cancel();
}

function familiesOf({ live, build }: MetricsParts): Family[] {
  const counted = (name: string, type: Family["type"], help: string): Family => {
    return { name, type, help, samples: live.tally.get(name) ?? [] };
  };
  const gauge = (name: string, help: string, ...samples: Sample[]): Family => {
    return { name, type: "gauge", help, samples };
  };
  const one = (value: number, labels: Labels = {}): Sample => ({ labels, value });
  const runs = [...live.runs.values()];
  const running = runs.filter((run) => run.outcome === null).length;
  return [
    gauge("banter_sockets", "Open WebSockets.", one(live.connections.sockets.size)),
    gauge(
      "banter_generations",
      "Replies in memory: being written, or ended and not stored yet.",
      one(running, { state: "running" }),
      one(runs.length - running, { state: "ending" }),
    ),
    gauge("banter_queue", "Turns that wait for a place.", one(queueLength(live.queue))),
    counted(names.ended, "counter", "Replies that have ended, by how."),
    counted(names.tokens, "counter", "Tokens as providers count them, into the model and out of it."),
    counted(names.errors, "counter", "Replies that ended with an error, by its kind."),
    counted(names.reports, "counter", "Breaches of our content security policy that browsers told of."),
    counted(names.firstToken, "histogram", "Time from a reply's start to its first token."),
    counted(names.duration, "histogram", "Time from a reply's start to its end."),
    counted(names.flush, "histogram", "How late text went out to readers, against the interval meant."),
    counted(names.loop, "histogram", "How late a timer ran."),
    gauge("process_resident_memory_bytes", "Resident memory.", one(process.memoryUsage.rss())),
    gauge(
      "process_start_time_seconds",
      "Start of the process, in seconds since 1970.",
      one(live.startedMs / 1000),
    ),
    gauge("banter_build_info", "Always 1; what runs is in the labels.", one(1, build)),
  ];
}
