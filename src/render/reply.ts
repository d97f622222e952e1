/** A running reply as its readers see it: the steps of its body and of its reasoning. */
import { renderBlocks } from "./markdown.ts";
import { StreamingMarkdown, type BodyStep } from "./streaming.ts";
import type { BodyView } from "./views/message.ts";

export type ReplyStep = BodyStep | ["reasoning", offset: number, text: string] | ["thought", ms: number];

export class LiveReply {
  readonly #body: StreamingMarkdown;
  #reasoning = "";
  #reasoningSent = 0;
  /** Null until there is an answer. */
  #thoughtMs: number | null = null;
  #isThoughtSent = false;
  /** The event that its readers have been led to. */
  #seq = 0;

  constructor(message: string) {
    this.#body = new StreamingMarkdown(message);
  }

  get seq(): number {
    return this.#seq;
  }

  append(text: string, reasoning: string, thoughtMs: number | null): void {
    this.#reasoning += reasoning;
    if (text === "") return;
    this.#body.append(text);
    this.#thoughtMs ??= thoughtMs;
  }

  /** From what readers have to what has come, which is then what they have; the body may hold some back. */
  take(seq: number): ReplyStep[] {
    return this.#lead(seq, this.#body.take(seq));
  }

  /** The last steps: the body is then the one that a page of the stored text shows. */
  finish(seq: number): ReplyStep[] {
    return this.#lead(seq, this.#body.finish(seq));
  }

  /** For a reader with `blocks` finished blocks who saw the event `seq` last; others are untouched. */
  since(blocks: number, seq: number): ReplyStep[] {
    const reasoning: ReplyStep[] =
      this.#reasoningSent === 0 ? [] : [["reasoning", 0, this.#reasoning.slice(0, this.#reasoningSent)]];
    return [...reasoning, ...(this.#isThoughtSent ? this.#thought() : []), ...this.#body.since(blocks, seq)];
  }

  /** What readers have. */
  view(): BodyView {
    const reasoning = this.#reasoning.slice(0, this.#reasoningSent);
    return { blocks: this.#body.html(), reasoning, thoughtMs: this.#thoughtMs };
  }

  #lead(seq: number, body: BodyStep[]): ReplyStep[] {
    const offset = this.#reasoningSent;
    this.#reasoningSent = this.#reasoning.length;
    const reasoning: ReplyStep[] =
      offset === this.#reasoning.length ? [] : [["reasoning", offset, this.#reasoning.slice(offset)]];
    if (!this.#isThoughtSent) reasoning.push(...this.#thought());
    this.#isThoughtSent ||= this.#thoughtMs !== null;
    // An event that gives no step is not told, so the next one leads on from the one before it.
    if (reasoning.length + body.length > 0) this.#seq = seq;
    return [...reasoning, ...body];
  }

  #thought(): ReplyStep[] {
    return this.#thoughtMs === null ? [] : [["thought", this.#thoughtMs]];
  }
}

/** How many finished blocks a page of this text holds: the last one may still change when the text goes on. */
export function finishedBlocks(text: string): number {
  return Math.max(0, renderBlocks(text).length - 1);
}
