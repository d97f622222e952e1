/** Owns model runs, apart from any socket: starts, numbers, coalesces, checkpoints, announces and ends them. */
import type { Bus } from "../bus/bus.ts";
import { repeat, type Clock } from "../clock.ts";
import type { Failure } from "../domain.ts";
import { UpstreamError, type ChatRequest, type Provider, type ReplyEvent } from "../inference/provider.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import {
  absorb,
  advance,
  createRun,
  detourOf,
  giveBack,
  partsOf,
  receiptOf,
  takeUnsaved,
  type NewRun,
  type Outcome,
  type Price,
  type Run,
} from "./run.ts";

export type GenerationLimits = {
  patchMs: number;
  checkpointMs: number;
  leaseMs: number;
};

export type GenerationParts = {
  store: Store;
  bus: Bus;
  clock: Clock;
  log: Log;
  limits: GenerationLimits;
  /** This process, in the rows of the generations that it runs. */
  process: string;
  provider(endpoint: string, owner: string): Provider;
  /** Outlives a hot reload. */
  runs: Map<string, Run>;
  /** The newest load's: a run's loop is old code after a reload, and must not hold on to old parts. */
  current(): Generations;
  isLookedAt(run: Run): boolean;
  /** Hears that a run has left memory, and with it its place. */
  freed(): void;
  /** What a run cost by the list, where its provider does not say. */
  price?: Price;
  /** Hears how late each beat of patches was. */
  beaten?(lateMs: number): void;
};

export class Generations {
  #pulse: (() => void) | null = null;
  readonly #dirty = new Set<Run>();
  readonly #timers: (() => void)[];
  #isClosed = false;

  constructor(readonly parts: GenerationParts) {
    for (const run of parts.runs.values())
      if (run.pending.text + run.pending.reasoning !== "") this.#mark(run);
    const { clock, limits } = parts;
    this.#timers = [
      repeat(clock, limits.checkpointMs, () => this.checkpoint()),
      repeat(clock, limits.leaseMs / 3, () => this.#renewLease()),
    ];
  }

  /** Begins a run that the store already has as `running`. */
  start(input: NewRun, request: ChatRequest | Promise<ChatRequest>): void {
    const run = createRun(input);
    this.parts.runs.set(run.id, run);
    void drive(run, this.parts.provider(run.model.endpoint, run.owner), request, this.parts.current);
  }

  /** Ends the owner's run of that message, if there is one, and resolves once that is stored. */
  async stop(owner: string, message: string): Promise<void> {
    for (const run of this.parts.runs.values()) {
      if (run.owner === owner && run.message === message) await this.end(run, "stopped", null);
    }
  }

  running(owner: string, conversation: string): Run[] {
    const runs = [...this.parts.runs.values()];
    return runs.filter((run) => run.owner === owner && run.conversation === conversation);
  }

  /** In memory until its end is stored. */
  find(generation: string): Run | undefined {
    return this.parts.runs.get(generation);
  }

  take(run: Run, event: ReplyEvent): void {
    if (run.outcome !== null) return;
    if (!absorb(run, event, this.parts.clock.now())) return this.#tellDetour(run, event);
    if (run.seq === 0) this.announce(run);
    else this.#mark(run);
  }

  /** Announces what has come since the last time, as one event. */
  announce(run: Run): void {
    this.#dirty.delete(run);
    const event = advance(run);
    if (event === null) return;
    const { owner, conversation, id: generation } = run;
    this.parts.bus.publish({ type: "generation.progressed", owner, conversation, generation, ...event });
  }

  /** The first caller's outcome holds; the run leaves memory when the store has it. */
  async end(run: Run, state: Outcome["state"], failure: Failure | null): Promise<void> {
    if (run.outcome !== null) return;
    this.announce(run);
    run.outcome = { state, failure, endedMs: this.parts.clock.now() };
    run.abort.abort(new Error(`generation ${state}`));
    await this.#settle(run);
  }

  /** All that has come of all runs in one transaction, however late the beat; ends not stored are tried again. */
  async checkpoint(): Promise<void> {
    const taken: { run: Run; text: string; reasoning: string }[] = [];
    const ended: Run[] = [];
    for (const run of this.parts.runs.values()) {
      if (run.outcome !== null) ended.push(run);
      else this.announce(run);
      const unsaved = run.outcome === null ? takeUnsaved(run) : null;
      if (unsaved !== null) taken.push({ run, ...unsaved });
    }
    try {
      const rows = taken.map(({ run: { id: generation, seq }, ...text }) => ({ generation, seq, ...text }));
      if (rows.length > 0) await this.parts.store.generations.checkpoint(rows, this.parts.clock.now());
    } catch (error) {
      for (const { run, text, reasoning } of taken) giveBack(run, { text, reasoning });
      this.parts.log.error("checkpoint.failed", { generations: taken.length, error });
    }
    for (const run of ended) await this.#settle(run);
  }

  /** Ends what runs, as interrupted; resolves when that is stored, or could not be. */
  async interrupt(): Promise<void> {
    await Promise.all([...this.parts.runs.values()].map((run) => this.end(run, "interrupted", null)));
  }

  /** Lets go of timers; runs go on, for the next load to look after. */
  close(): void {
    this.#isClosed = true;
    this.#pulse?.();
    for (const cancel of this.#timers) cancel();
  }

  async #settle(run: Run): Promise<void> {
    const { store, log } = this.parts;
    const outcome = run.outcome;
    if (outcome === null || !this.parts.runs.has(run.id)) return;
    const { id: generation, seq } = run;
    const { state, failure, endedMs } = outcome;
    const receipt = receiptOf(run, endedMs, this.parts.price);
    const parts = partsOf(run);
    const isUnread = !this.parts.isLookedAt(run);
    try {
      const ending = { generation, state, seq, parts, receipt, failure, nowMs: endedMs, isUnread };
      const done = await store.generations.finish(ending);
      const told = { generation, state, seq, failure: failure?.kind ?? null, ...receipt };
      if (this.parts.runs.delete(run.id)) log.info("generation.finished", told);
      this.parts.freed();
      // Tried twice at once, whichever comes back first: the one that the store obeyed is announced.
      if (done === null) return;
      const change = { type: "message", message: done.message } as const;
      this.parts.bus.publish({ type: "conversation.changed", conversation: done.conversation, change });
    } catch (error) {
      log.error("generation.not_stored", { generation, state, error });
    }
  }

  #tellDetour(run: Run, event: ReplyEvent): void {
    const place = event.type === "call" ? detourOf(run) : null;
    const { owner, conversation, id: generation } = run;
    if (place !== null)
      this.parts.bus.publish({ type: "generation.placed", owner, conversation, generation, place });
  }

  #mark(run: Run): void {
    this.#dirty.add(run);
    if (this.#pulse !== null || this.#isClosed) return;
    const dueMs = this.parts.clock.now() + this.parts.limits.patchMs;
    this.#pulse = this.parts.clock.after(this.parts.limits.patchMs, () => this.#beat(dueMs));
  }

  /** One beat for all runs: after a late one, the event loop is given as long again. */
  #beat(dueMs: number): void {
    this.#pulse = null;
    for (const run of [...this.#dirty]) this.announce(run);
    const lateMs = this.parts.clock.now() - dueMs;
    this.parts.beaten?.(lateMs);
    if (lateMs <= this.parts.limits.patchMs || this.#isClosed) return;
    const restMs = Math.min(lateMs, latestMs);
    this.#pulse = this.parts.clock.after(restMs, () => this.#beat(this.parts.clock.now()));
  }

  async #renewLease(): Promise<void> {
    const { store, clock, limits, process, log } = this.parts;
    try {
      await store.generations.renew(process, clock.now() + limits.leaseMs);
    } catch (error) {
      log.error("lease.failed", { error });
    }
  }
}

/** However late the event loop runs, readers are not left longer than this without news. */
const latestMs = 250;

/** Old code after a reload: all it does goes through `current`. */
async function drive(
  run: Run,
  provider: Provider,
  asked: ChatRequest | Promise<ChatRequest>,
  current: () => Generations,
): Promise<void> {
  try {
    const request = await asked;
    for await (const event of provider.stream(request, run.abort.signal)) current().take(run, event);
    await current().end(run, run.finishReason === null ? "interrupted" : "complete", null);
  } catch (error) {
    if (run.outcome !== null) return;
    const failure = error instanceof UpstreamError ? error.failure : internal;
    current().parts.log.warn("generation.failed", { generation: run.id, kind: failure.kind, error });
    // What has come is kept, and can be gone on from: a provider lost in mid-reply is no failure of the whole.
    const isCutOff = failure.kind === "provider_down" && run.firstTokenMs !== null;
    await current().end(run, isCutOff ? "interrupted" : "failed", failure);
  }
}

const internal: Failure = { kind: "internal", status: 0, detail: "", provider: null, retryAfterMs: null };
