/** Running replies as their readers have them: what each has been led to, and the steps that lead on from there. */
import type { EventOf } from "../bus/bus.ts";
import type { Generations } from "../chat/generation.ts";
import { partsOf, textOf, thoughtMsOf, type Run } from "../chat/run.ts";
import type { Message } from "../domain.ts";
import type { Frame, ReplyStep } from "../protocol.ts";
import { finishedBlocks, LiveReply } from "../render/reply.ts";
import { topics } from "./carriers/topics.ts";
import type { Carrier } from "./connection.ts";

export type RepliesParts = { carrier: Carrier; generations: Generations };

/** To whom runs are told, and what their readers' pages call message and generation. */
export type Address = {
  topicOf(run: Run): string;
  messageOf(message: string): string;
  generationOf(generation: string): string;
};

const owners: Address = {
  topicOf: (run) => topics.bodies(run.owner, run.conversation),
  messageOf: (message) => message,
  generationOf: (generation) => generation,
};

/** Finished blocks that a reader has, as of an event. */
export type Held = { blocks: number; seq: number };

export const nothing: Held = { blocks: 0, seq: 0 };
/** Of a thread that was just sent. */
export const everything: Held = { blocks: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

export class Replies {
  readonly #replies = new Map<string, LiveReply>();

  constructor(
    readonly parts: RepliesParts,
    readonly address = owners,
  ) {}

  /** Rendered and told where somebody watches; else noted. */
  progressed(event: EventOf<"generation.progressed">): void {
    const known = this.#replies.get(event.generation);
    const run = this.parts.generations.find(event.generation);
    known?.append(event.text, event.reasoning, run ? thoughtMsOf(run) : null);
    if (run === undefined || this.parts.carrier.watchers(this.address.topicOf(run)) === 0) return;
    if (known !== undefined) return this.#lead(run, known);
    const { seq } = this.#replyOf(run);
    if (seq > 0) this.#tellSteps(this.address.topicOf(run), run.id, 0, seq, this.#firstSteps(run));
  }

  /** From what a reader has to the present. */
  since(run: Run, { blocks, seq }: Held): Frame {
    const reply = this.#replyOf(run);
    const generation = this.address.generationOf(run.id);
    return { type: "reply", generation, from: 0, seq: reply.seq, steps: reply.since(blocks, seq) };
  }

  /** Announces what has come, so that what readers have is what the run has. */
  catchUp(run: Run): LiveReply {
    this.parts.generations.announce(run);
    const isNew = run.base.length > 0 && !this.#replies.has(run.id);
    const reply = this.#replyOf(run);
    // Readers of what a run goes on from have it as a whole text is shown, where the last lines may mean another thing.
    if (isNew) this.#tellSteps(this.address.topicOf(run), run.id, 0, run.seq, reply.since(0, 0));
    // What was announced while nobody watched has been noted, but not rendered.
    this.#lead(run, reply);
    return reply;
  }

  /** What a run leaves to be told at its end; it is forgotten here. */
  end(topic: string, message: Message, isWatched: boolean): void {
    if (message.generation === null || message.generation.state === "running") return;
    const { id: generation, seq } = message.generation;
    const reply = this.#replies.get(generation);
    this.#replies.delete(generation);
    if (reply === undefined || !isWatched) return;
    this.#tellSteps(topic, generation, reply.seq, seq, reply.finish(seq));
  }

  /** Leads readers from what they have to what has come. */
  #lead(run: Run, reply: LiveReply): void {
    this.#tellSteps(this.address.topicOf(run), run.id, reply.seq, run.seq, reply.take(run.seq));
  }

  #tellSteps(topic: string, id: string, from: number, seq: number, steps: ReplyStep[]): void {
    const generation = this.address.generationOf(id);
    if (steps.length > 0) this.parts.carrier.publish(topic, { type: "reply", generation, from, seq, steps });
  }

  /** Readers of a run that has just begun hold what its message held before; of any other run, perhaps nothing. */
  #firstSteps(run: Run) {
    return this.#replyOf(run).since(run.seq === 1 ? finishedBlocks(textOf(run.base).text) : 0, 0);
  }

  #replyOf(run: Run): LiveReply {
    const known = this.#replies.get(run.id);
    if (known !== undefined) return known;
    const reply = new LiveReply(this.address.messageOf(run.message));
    const { text, reasoning } = textOf(partsOf(run));
    reply.append(text, reasoning, thoughtMsOf(run));
    reply.take(run.seq);
    this.#replies.set(run.id, reply);
    return reply;
  }
}
