/** The line to the server: connects, joins, keeps ops until they are acknowledged, and comes back by itself. */
import type { Frame, Op, TurnOp } from "../protocol.ts";
import { newId } from "./id.ts";
import { Outbox } from "./outbox.ts";
import { applyPatch, applyReply, applyThread, type Applied } from "./patch.ts";
import { position, revision } from "./page.ts";

export type LineListener = {
  /** After each frame that changed the page. */
  changed(): void;
  /** A turn is stored in this conversation. */
  arrived(conversation: string): void;
  refused(op: TurnOp | null, frame: Extract<Frame, { type: "error" }>): void;
  connected(isConnected: boolean): void;
};

export class Line {
  readonly #outbox = new Outbox();
  #socket: WebSocket | null = null;
  #failures = 0;
  #isJoining = false;
  /** The highest revision heard of, shown or not. */
  #newest = 0;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly listener: LineListener) {
    setInterval(() => this.#ping(answerMs), pingMs);
    addEventListener("online", () => this.#connect());
    addEventListener("offline", () => this.#expect(0));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#ping(wakeMs);
    });
    this.#connect();
  }

  /** Goes out now, or as soon as there is a line; kept over a reload of the page. */
  send(op: TurnOp): void {
    this.#outbox.add(op);
    this.#write(op);
  }

  waiting(): TurnOp[] {
    return this.#outbox.all();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    if (this.#socket !== null && this.#socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/socket`);
    this.#socket = socket;
    this.#expect(answerMs);
    socket.addEventListener("open", () => {
      this.#join();
      for (const op of this.#outbox.all()) this.#write(op);
    });
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#receive(JSON.parse(String(event.data)) as Frame);
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) this.#lost();
    });
  }

  /** Asks again after a while: twice as long each time, and not all browsers at once. */
  #lost(): void {
    clearTimeout(this.#deadline);
    this.#socket = null;
    this.#isJoining = false;
    const waitMs = Math.min(waitMsMax, firstWaitMs * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    if (this.#failures > 1) this.listener.connected(false);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  #join(): void {
    this.#isJoining = true;
    this.#write({ op: "conversation.join", id: newId(), position: position() });
  }

  #receive(frame: Frame): void {
    this.#expect(null);
    switch (frame.type) {
      case "patch":
        if (frame.revision !== undefined) {
          this.#newest = Math.max(this.#newest, frame.revision);
          // It may end a reply of which some is missing still: the answer to the join is to come first.
          if (this.#isJoining) return;
        }
        return this.#applied(applyPatch(frame));
      case "thread":
        return this.#applied(applyThread(frame));
      case "reply":
        return this.#applied(applyReply(frame));
      case "joined":
        return this.#joined(frame.revision);
      case "ack":
        this.#outbox.remove(frame.id);
        this.listener.changed();
        return this.listener.arrived(frame.conversation);
      case "error":
        return this.listener.refused(frame.id === null ? null : this.#outbox.remove(frame.id), frame);
      case "reload":
        return location.reload();
      case "pong":
        return;
    }
  }

  #joined(serverRevision: number): void {
    this.#isJoining = false;
    this.#failures = 0;
    this.listener.connected(true);
    // A patch that came while joining could not be shown, and the snapshot was older than it.
    if (this.#newest > Math.max(revision(), serverRevision)) this.#join();
    this.listener.changed();
  }

  #applied(applied: Applied): void {
    if (applied === "gap" && !this.#isJoining) this.#join();
    if (applied !== "applied") return;
    this.#outbox.removeShown();
    this.listener.changed();
  }

  #ping(waitMs: number): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return this.#connect();
    this.#write({ op: "ping" });
    this.#expect(waitMs);
  }

  /** A line that says nothing until then is dead, whatever the browser thinks; null: it has just spoken. */
  #expect(waitMs: number | null): void {
    clearTimeout(this.#deadline);
    if (waitMs === null) return;
    const socket = this.#socket;
    this.#deadline = setTimeout(() => {
      socket?.close();
      if (socket === this.#socket) this.#lost();
    }, waitMs);
  }

  #write(op: Op): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(op));
  }
}

const pingMs = 20_000;
const answerMs = 10_000;
/** After a sleep there is no time to lose: the reader is looking. */
const wakeMs = 2000;
const firstWaitMs = 250;
const waitMsMax = 10_000;
