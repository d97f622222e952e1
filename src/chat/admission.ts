/** Lets turns in: to run at once, to wait in line, or not at all; and begins those that wait when there is room. */
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { ChatParameters, Conversation, Message, ModelRef, Place } from "../domain.ts";
import { refuse } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store, Thread } from "../store/store.ts";
import type { Generations } from "./generation.ts";
import {
  callNext,
  enter,
  leave,
  placesOf,
  takeSeat,
  type Queue,
  type QueueLimits,
  type Seat,
  type Waiting,
} from "./admission/queue.ts";
import { fillIn } from "./files/fill.ts";
import { requestOf, type RequestLimits, type RequestSettings } from "./request.ts";
import { createRun, receiptOf, type Outcome, type Run } from "./run.ts";

export type AdmissionParts = {
  store: Store;
  bus: Bus;
  clock: Clock;
  log: Log;
  generations: Generations;
  /** Outlive a hot reload. */
  queue: Queue;
  runs: ReadonlyMap<string, Run>;
  settings: RequestSettings;
  limits: QueueLimits & RequestLimits & { placeMs: number };
  /** What a model holds, in tokens; null where nobody tells. */
  contextOf(model: ModelRef): number | null;
  takesImages(model: ModelRef): boolean | null;
  /** The newest load's. */
  current(): Admission;
};

/** To be disposed of, whatever came of the turn. A seat for each of its replies. */
export type Admitted = Disposable & { seats: Seat[] };

export class Admission {
  #tick: (() => void) | null = null;
  #isClosed = false;

  constructor(readonly parts: AdmissionParts) {
    this.#schedule();
  }

  /** Keeps room for a turn's replies; called before anything is written. Throws AppError where there is none. */
  admit(owner: string, replies = 1): Admitted {
    const { queue, runs, limits } = this.parts;
    if (queue.isDraining) throw refuse("restarting", "restarting");
    const seats: Seat[] = [];
    try {
      while (seats.length < replies) seats.push(takeSeat(queue, runs, limits, owner));
    } catch (error) {
      for (const seat of seats) queue.seats.delete(seat);
      throw error;
    }
    return this.#admitted(seats);
  }

  /** Room beyond the limits: for a turn that was there at a first look, of which nothing new should come. */
  readmit(owner: string): Admitted {
    const seat = { owner, isForRun: false };
    this.parts.queue.seats.add(seat);
    return this.#admitted([seat]);
  }

  /** The turn is stored, its generations as running: each begins, or waits for its turn to come. */
  seat({ seats }: Admitted, { conversation, messages }: Thread, rivals: Message[] = []): void {
    const before = messages.slice(0, -1);
    for (const path of [messages, ...rivals.map((rival) => [...before, rival])]) {
      this.#seat(seats.shift(), conversation, path);
    }
  }

  #seat(seat: Seat | undefined, conversation: Conversation, messages: Message[]): void {
    const { queue, clock, runs, limits } = this.parts;
    if (seat !== undefined) queue.seats.delete(seat);
    const waiting = waitingFor(conversation, messages, clock.now());
    if (seat?.isForRun) return this.#start(waiting, messages, conversation.parameters);
    enter(queue, waiting);
    this.changed();
    waiting.told = placesOf(queue, runs, limits).get(waiting.id) ?? null;
  }

  /** A run has ended, or somebody has come or gone: whose turn it is begins, and places are told before long. */
  changed(): void {
    const { queue, runs, limits, current } = this.parts;
    if (this.#isClosed) return current() === this ? undefined : current().changed();
    for (let next = callNext(queue, runs, limits); next !== null; next = callNext(queue, runs, limits)) {
      void this.#read(next);
    }
    this.#schedule();
  }

  /** What leads to its reply has been read: it runs, unless it was stopped or is gone meanwhile. */
  begin(waiting: Waiting, path: Message[], parameters: ChatParameters): void {
    if (waiting.status !== "starting") return;
    const { owner, conversation, id } = waiting;
    const generation = path.at(-1)?.generation;
    const isThere = generation?.id === id && generation.state === "running";
    if (isThere) this.#start(waiting, path, parameters);
    // Not before: what can't be begun keeps its place.
    leave(this.parts.queue, waiting);
    if (!isThere) return this.changed();
    this.parts.bus.publish({ type: "generation.placed", owner, conversation, generation: id, place: null });
  }

  /** Ends the owner's run of that message, begun or not, and resolves once that is stored. */
  async stop(owner: string, message: string): Promise<void> {
    const waiting = this.parts.queue.lines.get(owner)?.find((each) => each.message === message);
    if (waiting === undefined) return this.parts.generations.stop(owner, message);
    await this.#end(waiting, "stopped");
    this.changed();
  }

  waiting(owner: string, conversation: string): Waiting[] {
    const line = this.parts.queue.lines.get(owner) ?? [];
    return line.filter((each) => each.conversation === conversation);
  }

  /** Null for what does not wait. */
  placeOf(generation: string): Place | null {
    const { queue, runs, limits } = this.parts;
    return queue.lines.size === 0 ? null : (placesOf(queue, runs, limits).get(generation) ?? null);
  }

  /**
   * Lets nobody in any more. Who waits is interrupted at once: there would be no time for him. Turns that are being
   * stored and runs have until the deadline; then those are interrupted too.
   */
  async drain(deadlineMs: number): Promise<void> {
    const { queue, runs, clock, generations } = this.parts;
    queue.isDraining = true;
    const until = clock.now() + deadlineMs;
    for (;;) {
      const isLast = runs.size + queue.seats.size === 0 || clock.now() >= until;
      await this.#interruptWaiting();
      if (isLast) break;
      await new Promise<void>((resolve) => clock.after(drainMs, resolve));
    }
    await generations.interrupt();
  }

  /** Lets go of its timer; who waits goes on waiting, for the next load to look after. */
  close(): void {
    this.#isClosed = true;
    this.#tick?.();
  }

  #admitted(seats: Seat[]): Admitted {
    return {
      seats,
      [Symbol.dispose]: () => {
        const left = seats.filter((seat) => this.parts.queue.seats.delete(seat));
        if (left.length > 0) this.changed();
      },
    };
  }

  #start(waiting: Waiting, path: Message[], parameters: ChatParameters): void {
    const { store, generations, clock, limits, settings, contextOf, takesImages } = this.parts;
    const { id, owner, conversation, message, model, sinceMs } = waiting;
    const base = path.at(-1)?.parts ?? [];
    const startedMs = clock.now();
    const times = { startedMs, waitedMs: startedMs - sinceMs };
    const asked = {
      path,
      parameters,
      model,
      contextTokens: contextOf(model),
      takesImages: takesImages(model),
    };
    const { request, prompt } = requestOf(settings, limits, asked);
    const input = { id, owner, conversation, message, model, base, prompt, ...times };
    generations.start(input, fillIn(store.files.read, owner, request));
  }

  /** Old code after a reload, perhaps: what it leads to goes through `current`. */
  async #read(waiting: Waiting): Promise<void> {
    const { store, log, current } = this.parts;
    try {
      const path = await store.conversations.path(waiting.owner, waiting.message);
      const { parameters } = await store.models.of(waiting.owner, waiting.conversation);
      current().begin(waiting, path, parameters);
    } catch (error) {
      // It has kept its place, and the next tick tries again.
      if (waiting.status === "starting") waiting.status = "waiting";
      log.error("generation.not_begun", { generation: waiting.id, error });
    }
  }

  async #end(waiting: Waiting, state: Outcome["state"]): Promise<void> {
    const { store, bus, clock, log, queue } = this.parts;
    waiting.status = "stopping";
    const nowMs = clock.now();
    const run = createRun({
      ...waiting,
      base: [],
      prompt: null,
      startedMs: nowMs,
      waitedMs: nowMs - waiting.sinceMs,
    });
    const receipt = receiptOf(run, nowMs);
    const generation = waiting.id;
    const isUnread = state === "interrupted";
    try {
      const ending = { generation, state, seq: 0, parts: null, receipt, failure: null, nowMs, isUnread };
      const done = await store.generations.finish(ending);
      leave(queue, waiting);
      if (done === null) return;
      log.info("generation.finished", { generation, state, seq: 0, failure: null, ...receipt });
      const change = { type: "message", message: done.message } as const;
      bus.publish({ type: "conversation.changed", conversation: done.conversation, change });
    } catch (error) {
      waiting.status = "waiting";
      throw error;
    }
  }

  async #interruptWaiting(): Promise<void> {
    const { queue, log } = this.parts;
    const ends = [...queue.lines.values()].flat().map((waiting) => this.#end(waiting, "interrupted"));
    for (const end of await Promise.allSettled(ends)) {
      // It stays as running, and the next process ends it.
      if (end.status === "rejected") log.error("generation.not_stored", { error: end.reason });
    }
  }

  /** While anybody waits. */
  #schedule(): void {
    const { queue, clock, limits } = this.parts;
    if (this.#tick !== null || this.#isClosed || queue.lines.size === 0) return;
    this.#tick = clock.after(limits.placeMs, () => {
      this.#tick = null;
      this.changed();
      this.#tellPlaces();
    });
  }

  #tellPlaces(): void {
    const { queue, runs, limits, bus } = this.parts;
    const places = placesOf(queue, runs, limits);
    for (const waiting of [...queue.lines.values()].flat()) {
      const { id: generation, owner, conversation, told } = waiting;
      const place = places.get(generation);
      if (place === undefined || (place.number === told?.number && place.line === told.line)) continue;
      waiting.told = place;
      bus.publish({ type: "generation.placed", owner, conversation, generation, place });
    }
  }
}

/** How often a process that is going looks whether it may. */
const drainMs = 50;

function waitingFor({ id, owner }: Thread["conversation"], path: Message[], nowMs: number): Waiting {
  const reply = path.at(-1);
  const generation = reply?.generation;
  if (reply === undefined || !generation) throw new Error("a turn without a generation at its end");
  const ids = { id: generation.id, owner, conversation: id, message: reply.id };
  return { ...ids, model: generation.model, sinceMs: nowMs, status: "waiting", told: null };
}
