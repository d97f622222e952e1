/** Somebody with one chat, who comes back by himself when his line is lost, as the browser's code does. */
import { createHash } from "node:crypto";
import type { Frame, Position, TurnOp } from "../../../src/protocol.ts";
import { markText } from "../../bench/prose.ts";
import { nowMs } from "../../bench/usage.ts";
import { Tab } from "../../support/tab.ts";
import { openLine, type Line } from "../../support/line.ts";

/** A new page's own words of itself. */
export type Place = { url: string; position: Position };

/** What became of an op: the time until it was acknowledged, or the code of its refusal. */
export type Answer = { ackMs: number } | { refused: string };

export type PersonState = {
  number: number;
  conversation: string;
  /** Of the reply's HTML. */
  shown: string | null;
  isRunning: boolean;
  markedMs: number[];
  /** When the line was lost first. */
  lostMs: number | null;
  /** From each loss of the line until all was there again. */
  backMs: number[];
  /** Of each line that was closed; null where there was no goodbye. */
  codes: (number | null)[];
  troubles: string[];
};

type Waiting = { op: TurnOp; sentMs: number; resolve(answer: Answer): void };

export class Person {
  readonly tab: Tab;
  readonly #backMs: number[] = [];
  readonly #codes: (number | null)[] = [];
  readonly #troubles: string[] = [];
  readonly #markedMs: number[] = [];
  readonly #outbox = new Map<string, Waiting>();
  readonly #came = Promise.withResolvers<number>();
  #ended = Promise.withResolvers<void>();
  #sends = 0;
  #pong = Promise.withResolvers<void>();
  #line: Line | null = null;
  #failures = 0;
  #lostMs: number | null = null;
  #firstLostMs: number | null = null;
  #isGone = false;
  #isDeaf = false;
  #hasCome = false;

  constructor(
    readonly place: Place,
    readonly number: number,
    account: number,
  ) {
    const token = createHash("sha256").update(`account ${account}`).digest("base64url");
    const cookie = `banter_${new URL(place.url).port}=${token}`;
    const position = { ...place.position, conversation: crypto.randomUUID() };
    this.tab = new Tab(place.url, cookie, "", position);
  }

  /**
   * Resolves with 101 when the server has led him to the present, else with the status of its refusal. Who is deaf
   * asks to be led there, and reads nothing of the answer until he goes on.
   */
  come(isDeaf = false): Promise<number> {
    this.#isDeaf = isDeaf;
    this.#connect();
    return this.#came.promise;
  }

  /** After the last reply on show. */
  send(text: string): Promise<Answer> {
    const { conversation } = this.tab.position;
    const parent = this.tab.replies().at(-1)?.message ?? null;
    this.#sends += 1;
    this.#ended = Promise.withResolvers<void>();
    return this.#ask({ op: "message.send", id: crypto.randomUUID(), conversation, parent, text });
  }

  /** Has the whole thread sent to all who watch. */
  choose(): Promise<Answer> {
    const message = this.tab.replies().at(-1)?.message ?? "";
    return this.#ask({ op: "branch.choose", id: crypto.randomUUID(), message });
  }

  /** What is being written for him. */
  stop(): Promise<Answer> {
    const running = this.tab.replies().find(({ generation }) => generation !== null);
    const message = running?.message ?? crypto.randomUUID();
    return this.#ask({ op: "generation.stop", id: crypto.randomUUID(), message });
  }

  #ask(op: TurnOp): Promise<Answer> {
    const { id } = op;
    const answered = Promise.withResolvers<Answer>();
    this.#outbox.set(id, { op, sentMs: nowMs(), resolve: answered.resolve });
    this.#line?.send(JSON.stringify(op));
    return answered.promise;
  }

  /** Resolves when there is a reply to each of his messages, and none is written any more. */
  ended(): Promise<void> {
    return this.#ended.promise;
  }

  async ping(): Promise<number> {
    this.#pong = Promise.withResolvers<void>();
    const startMs = nowMs();
    this.#line?.send('{"op":"ping"}');
    await this.#pong.promise;
    return nowMs() - startMs;
  }

  goOn(): void {
    this.#isDeaf = false;
    this.#line?.goOn();
  }

  leave(): void {
    this.#isGone = true;
    this.#line?.close();
  }

  state(): PersonState {
    const reply = this.tab.replies().at(-1);
    return {
      number: this.number,
      conversation: this.tab.position.conversation,
      shown: reply === undefined ? null : hashOf(reply.body.html().join("")),
      isRunning: (reply?.generation ?? null) !== null,
      markedMs: this.#markedMs,
      lostMs: this.#firstLostMs,
      backMs: this.#backMs,
      codes: this.#codes,
      troubles: this.#troubles,
    };
  }

  #connect(): void {
    const { url } = this.place;
    this.#line = openLine(
      url,
      { Origin: url, Cookie: this.tab.cookie },
      {
        opened: () => {
          this.tab.askToJoin();
          for (const { op } of this.#outbox.values()) this.#line?.send(JSON.stringify(op));
          if (!this.#isDeaf) return;
          this.#line?.stall();
          this.#hasCome = true;
          this.#came.resolve(101);
        },
        text: (text) => this.#take(text),
        closed: ({ status, code }) => this.#lost(status, code),
      },
    );
    this.tab.attach(this.#line);
  }

  #lost(status: number | null, code: number | null): void {
    if (!this.#hasCome) return this.#came.resolve(status ?? 0);
    if (this.#lostMs === null) this.#codes.push(code);
    this.#lostMs ??= nowMs();
    this.#firstLostMs ??= this.#lostMs;
    if (this.#isGone) return;
    const waitMs = Math.min(waitMsMax, firstWaitMs * 1.5 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    setTimeout(() => this.#connect(), waitMs);
  }

  #take(text: string): void {
    if (text.startsWith('{"type":"reply"')) this.#mark(text);
    const frame = JSON.parse(text) as Frame;
    const { gaps } = this.tab;
    this.tab.receive(frame);
    this.tab.frames.length = 0;
    this.tab.steps.length = 0;
    if (this.tab.gaps > gaps) this.#troubles.push("a gap");
    if (frame.type === "joined") this.#joined();
    else if (frame.type === "pong") this.#pong.resolve();
    else if (frame.type === "ack") this.#answer(frame.id, (sentMs) => ({ ackMs: nowMs() - sentMs }));
    else if (frame.type === "error") {
      if (frame.id === null) this.#troubles.push(frame.text);
      else this.#answer(frame.id, () => ({ refused: frame.code }));
    } else if (frame.type === "reload") this.#troubles.push("a reload");
    if (frame.type !== "patch" && frame.type !== "thread") return;
    const replies = this.tab.replies();
    if (replies.length >= Math.max(1, this.#sends) && !replies.some(({ generation }) => generation !== null))
      this.#ended.resolve();
  }

  #mark(text: string): void {
    let at = 0;
    while ((at = text.indexOf(markText(this.#markedMs.length), at)) !== -1) this.#markedMs.push(nowMs());
  }

  #joined(): void {
    this.#failures = 0;
    this.#hasCome = true;
    this.#came.resolve(101);
    if (this.#lostMs !== null) this.#backMs.push(nowMs() - this.#lostMs);
    this.#lostMs = null;
  }

  #answer(id: string, answerOf: (sentMs: number) => Answer): void {
    const waiting = this.#outbox.get(id);
    this.#outbox.delete(id);
    waiting?.resolve(answerOf(waiting.sentMs));
  }
}

export function hashOf(html: string): string {
  return Bun.hash(html).toString(36);
}

/** As src/client/socket.ts has them. */
const firstWaitMs = 250;
const waitMsMax = 10_000;
