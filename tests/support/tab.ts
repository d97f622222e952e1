/** A browser's tab without a browser: loads a page, speaks the protocol, and shows what it is told as a page would. */
import { secondsIn } from "../../src/words/figures.ts";
import type { Frame, Op, PageStep, Position } from "../../src/protocol.ts";
import { BodyModel } from "./body.ts";
import { positionIn, repliesIn } from "./page.ts";

export type FrameOf<Type extends Frame["type"]> = Extract<Frame, { type: Type }>;

/** An op without its id, which the tab makes. */
type Asked = Op extends infer One
  ? One extends { id: string }
    ? Omit<One, "id"> & { id?: string }
    : One
  : never;

const patienceMs = 8000;

export type TabSocket = { send(message: string | Uint8Array<ArrayBuffer>): void; close(): void };

export class Tab {
  /** All that came, oldest first. */
  readonly frames: Frame[] = [];
  /** Bodies of replies by generation, as the page and steps have made them. */
  readonly bodies = new Map<string, BodyModel>();
  readonly reasoning = new Map<string, string>();
  /** How long each reply's reasoning took, once its answer has begun. */
  readonly thoughts = new Map<string, string>();
  /** The number of the last event of each generation that was shown. */
  readonly seqs = new Map<string, number>();
  /** By generation: where it stands in line, as the page says it; empty once it has begun. */
  readonly places = new Map<string, string>();
  /** The same in words, each that was shown. */
  readonly placesTold: string[] = [];
  /** Every step on the page around the bodies. */
  readonly steps: PageStep[] = [];
  /** How often something led on from elsewhere than where the tab was, and it had to ask again. */
  gaps = 0;
  /** By message: a reply that is continued has one body and several generations. */
  readonly #shown = new Map<string, { body: BodyModel; reasoning: string; generation: string | null }>();
  #newest = 0;
  #isJoining = false;
  #socket: TabSocket | null = null;
  #wakers: (() => void)[] = [];
  closeCode: number | null = null;
  /** Told of each frame when it has been shown. */
  onFrame: (frame: Frame) => void = () => {};

  constructor(
    readonly url: string,
    readonly cookie: string,
    readonly html: string,
    public position: Position,
  ) {
    this.#show(html);
  }

  /** For who has a socket of his own: what comes by it is to be given to `receive`. */
  attach(socket: TabSocket): void {
    this.#socket = socket;
  }

  /** Resolves when the server has led the tab to the present. */
  async connect(): Promise<this> {
    const socket = new WebSocket(`${this.url.replace("http", "ws")}/socket`, {
      headers: { Origin: this.url, Cookie: this.cookie },
    } as never);
    this.#socket = socket;
    this.closeCode = null;
    socket.addEventListener("message", (event) => this.receive(JSON.parse(String(event.data)) as Frame));
    socket.addEventListener("close", (event) => {
      this.closeCode = event.code;
      this.#wake();
    });
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error("the socket did not open")));
    });
    return this.join();
  }

  async join(): Promise<this> {
    const seen = this.frames.length;
    this.askToJoin();
    await this.until(() => this.frames.slice(seen).find((frame) => frame.type === "joined"));
    return this;
  }

  /** Sends an op, and returns its id. */
  ask(op: Asked): string {
    const id = ("id" in op && op.id) || crypto.randomUUID();
    this.raw(JSON.stringify({ ...op, id }));
    return id;
  }

  raw(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(message);
  }

  /** Sends a message to the tab's conversation, and resolves with its id when it is acknowledged. */
  async send(text: string, parent: string | null = null): Promise<string> {
    const { conversation } = this.position;
    const id = this.ask({ op: "message.send", conversation, parent, text });
    await this.answered(id);
    return id;
  }

  /** The acknowledgement or the error that answers an op. */
  answered(id: string): Promise<FrameOf<"ack"> | FrameOf<"error">> {
    return this.until(() => {
      return this.frames.find((frame) => (frame.type === "ack" || frame.type === "error") && frame.id === id);
    }) as Promise<FrameOf<"ack"> | FrameOf<"error">>;
  }

  /** Resolves with the first truthy answer, asked again at each frame; rejects after some seconds. */
  async until<T>(look: () => T): Promise<NonNullable<T>> {
    const deadline = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = look();
      if (found) return found;
      const last = () => JSON.stringify(this.frames.slice(-4)).slice(0, 2000);
      if (deadline.aborted) throw new Error(`waited in vain; the last frames: ${last()}`);
      await new Promise<void>((resolve) => {
        this.#wakers.push(resolve);
        deadline.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** The frame around a reply that has ended, as it was patched in. */
  ended(): Promise<string> {
    return this.until(() => {
      const foot = this.steps.findLast((step) => step[0] === "replace" && step[1].startsWith("foot-"));
      return foot?.[0] === "replace" && !foot[2].includes("data-running") ? foot[2] : null;
    });
  }

  /** The body of the newest reply. */
  body(): string {
    return [...this.bodies.values()].at(-1)?.html().join("") ?? "";
  }

  /** The replies on show, oldest first; `generation` is that of one that runs. */
  replies(): { message: string; generation: string | null; body: BodyModel }[] {
    return [...this.#shown].map(([message, { generation, body }]) => ({ message, generation, body }));
  }

  /** Resolves when the socket is closed, with its code. */
  async closed(): Promise<number> {
    await this.until(() => this.closeCode !== null);
    return this.closeCode ?? 0;
  }

  /** As a lost network: without a goodbye that matters. */
  drop(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  /** Makes this tab one that holds just so much of a reply that runs. */
  hold(
    generation: string,
    { body, reasoning, seq }: { body: BodyModel; reasoning: string; seq: number },
  ): void {
    this.#shown.clear();
    this.#shown.set(generation, { body, reasoning, generation });
    this.bodies.set(generation, body);
    this.reasoning.set(generation, reasoning);
    this.seqs.set(generation, seq);
  }

  askToJoin(): void {
    this.#isJoining = true;
    this.ask({ op: "conversation.join", position: { ...this.position, replies: this.#replies() } });
  }

  /** What is finished of the running replies: the last block may still change. */
  #replies(): Position["replies"] {
    return [...this.#shown.values()].flatMap(({ generation, body }) => {
      if (generation === null) return [];
      const blocks = Math.max(0, body.html().length - 1);
      const place = this.places.get(generation) ?? "";
      return [{ generation, blocks, seq: this.seqs.get(generation) ?? 0, place }];
    });
  }

  /** As src/client does it; what is old is dropped, and after a gap it asks again. */
  receive(frame: Frame): void {
    this.frames.push(frame);
    const isNumbered = frame.type === "patch" && frame.revision !== undefined;
    if (isNumbered) this.#newest = Math.max(this.#newest, frame.revision ?? 0);
    // It may end a reply of which some is missing still: the answer to the join is to come first.
    const applied = isNumbered && this.#isJoining ? "old" : this.#apply(frame);
    if (applied === "gap" && !this.#isJoining) {
      this.gaps += 1;
      this.askToJoin();
    }
    if (frame.type === "joined") {
      this.#isJoining = false;
      if (this.#newest > Math.max(this.position.revision, frame.revision)) this.askToJoin();
    }
    this.onFrame(frame);
    this.#wake();
  }

  #apply(frame: Frame): "applied" | "old" | "gap" {
    if (frame.type === "patch") return this.#patch(frame);
    if (frame.type === "reply") return this.#lead(frame);
    if (frame.type !== "thread") return "applied";
    const { conversation, revision } = this.position;
    if (frame.conversation !== conversation || frame.revision < revision) return "old";
    this.position.revision = frame.revision;
    this.#shown.clear();
    this.#show(frame.html);
    this.steps.push(...frame.steps);
    return "applied";
  }

  #patch(frame: FrameOf<"patch">): "applied" | "old" | "gap" {
    const { conversation, revision } = this.position;
    if (frame.conversation !== undefined && frame.conversation !== conversation) return "old";
    if (frame.revision !== undefined) {
      if (frame.revision <= revision) return "old";
      if (frame.revision > revision + 1) return "gap";
      this.position.revision = frame.revision;
    }
    this.steps.push(...frame.steps);
    for (const [kind, target, html = ""] of frame.steps) {
      if (kind === "thread") this.#shown.clear();
      if (target === "thread") this.#show(html);
      if (target.startsWith("place-")) this.#showPlace(target.slice(6), kind === "replace" ? html : "");
      if (kind === "replace" && target.startsWith("foot-")) this.#showFoot(target.slice(5), html);
    }
    return "applied";
  }

  /** The replies of a page or a part of it. */
  #show(html: string): void {
    for (const { message, body, reasoning, article } of repliesIn(html)) {
      this.#shown.set(message, { body: BodyModel.of(body), reasoning, generation: null });
      this.#showFoot(message, article);
    }
  }

  #showFoot(message: string, html: string): void {
    const shown = this.#shown.get(message);
    if (shown === undefined) return;
    const [, generation = null, seq] = /data-running="([^"]+)" data-seq="(\d+)"/.exec(html) ?? [];
    shown.generation = generation;
    if (generation === null) return;
    this.bodies.set(generation, shown.body);
    this.reasoning.set(generation, shown.reasoning);
    this.seqs.set(generation, Number(seq));
    this.#showPlace(generation, html);
  }

  #showPlace(generation: string, html: string): void {
    const [, place = "", words] = / data-standing="([^"]+)"[^>]*>([^<]+)</.exec(html) ?? [];
    this.places.set(generation, place);
    if (words !== undefined) this.placesTold.push(words);
  }

  #lead({ generation, from, seq, steps }: FrameOf<"reply">): "applied" | "old" | "gap" {
    const body = this.bodies.get(generation);
    const held = this.seqs.get(generation);
    if (body === undefined || held === undefined) return "old";
    if (from !== 0 && from !== held) return seq <= held ? "old" : "gap";
    try {
      for (const step of steps) {
        const thoughts = this.reasoning.get(generation) ?? "";
        if (step[0] === "thought") this.thoughts.set(generation, secondsIn("en", step[1]));
        else if (step[0] !== "reasoning") body.apply([step]);
        else this.reasoning.set(generation, thoughts.slice(0, step[1]) + step[2]);
      }
    } catch (error) {
      // As in a browser: it changes a block that this page does not know as open; the join's answer has that.
      if (!this.#isJoining) throw error;
      return "gap";
    }
    this.seqs.set(generation, seq);
    return "applied";
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

/** Loads a page as a new person, or as the one whose cookie is given. */
export async function loadTab(url: string, options: { cookie?: string; path?: string } = {}): Promise<Tab> {
  const headers = options.cookie === undefined ? {} : { Cookie: options.cookie };
  const response = await fetch(`${url}${options.path ?? "/"}`, { headers });
  const html = await response.text();
  const cookie = options.cookie ?? response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  return new Tab(url, cookie, html, positionIn(html));
}

/** A page that is loaded and joined. */
export async function openTab(url: string, options: { cookie?: string; path?: string } = {}): Promise<Tab> {
  return (await loadTab(url, options)).connect();
}
