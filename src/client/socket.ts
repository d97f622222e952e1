/** The line to the server: connects, joins, keeps ops until they are acknowledged, and comes back by itself. */
import type { Frame, Op, Position, StoredOp } from "../protocol.ts";
import type { Carrier, CarrierEvents } from "./carriers/carrier.ts";
import { Choice } from "./carriers/choice.ts";
import { waitAfter } from "./carriers/frames.ts";
import { openPolls, openStream } from "./carriers/stream.ts";
import { newId } from "./id.ts";
import { Outbox } from "./outbox.ts";
import { applyPatch, applyReply, applyThread, type Applied } from "./patch.ts";
import { position, revision } from "./page.ts";
import { isLookedAt, onLook } from "./reading/look.ts";

export type LineListener = {
  /** After each frame that changed the page around the replies' own text. */
  changed(): void;
  /** A turn is stored in this conversation. */
  arrived(conversation: string): void;
  refused(op: StoredOp | null, frame: Extract<Frame, { type: "error" }>): void;
  connected(isConnected: boolean): void;
};

export class Line {
  readonly #outbox = new Outbox();
  #carrier: Carrier | null = null;
  readonly #choice = new Choice([openSocket, openStream, openPolls]);
  #failures = 0;
  #isJoining = false;
  /** The highest revision heard of, shown or not. */
  #newest = 0;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly listener: LineListener) {
    setInterval(() => this.#ping(answerMs), pingMs);
    addEventListener("online", () => {
      this.#choice.reset();
      this.#connect();
    });
    addEventListener("offline", () => this.#drop());
    onLook(() => {
      if (isLookedAt()) this.#ping(wakeMs);
      // Where the page is has a new meaning: it is read from now on, or not any more.
      if (this.#carrier?.isOpen()) this.#join();
    });
    this.#connect();
  }

  /** Goes out now, or as soon as there is a line; kept over a reload of the page. */
  send(op: StoredOp): void {
    this.#outbox.add(op);
    if (this.#carrier?.isOpen()) this.#carrier.send(op);
  }

  waiting(): StoredOp[] {
    return this.#outbox.all();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    if (this.#carrier !== null) return;
    let carrier: Carrier | null = null;
    let wasOpen = false;
    const isCurrent = () => carrier === this.#carrier;
    const opened = () => {
      wasOpen = true;
      this.#choice.opened();
      this.#isJoining = true;
      for (const op of this.#outbox.all()) carrier?.send(op);
    };
    const frame = (each: Frame) => isCurrent() && this.#receive(each);
    const closed = () => isCurrent() && this.#lost(wasOpen);
    carrier = this.#choice.open({ opened, frame, closed }, position);
    this.#carrier = carrier;
    this.#expect(this.#choice.isBest ? answerMs : silenceMs);
  }

  /** Asks again after a while. */
  #lost(wasOpen: boolean, wasSilent = false): void {
    clearTimeout(this.#deadline);
    this.#carrier = null;
    this.#isJoining = false;
    const waitMs = waitAfter(this.#failures);
    this.#failures += 1;
    if (!wasOpen) this.#choice.missed(wasSilent);
    if (this.#failures > 1) this.listener.connected(false);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  #join(): void {
    this.#isJoining = true;
    this.#carrier?.join();
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
        return this.#applied(applyReply(frame), true);
      case "joined":
        return this.#joined(frame.revision);
      case "ack": {
        const op = this.#outbox.remove(frame.id);
        this.listener.changed();
        return op?.op === "message.send" ? this.listener.arrived(frame.conversation) : undefined;
      }
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

  #applied(applied: Applied, isTextAlone = false): void {
    if (applied === "gap" && !this.#isJoining) this.#join();
    if (applied !== "applied" || isTextAlone) return;
    this.#outbox.removeShown();
    this.listener.changed();
  }

  #ping(waitMs: number): void {
    if (this.#carrier === null) return this.#connect();
    if (!this.#carrier.isOpen()) return;
    this.#carrier.ping();
    this.#expect(this.#choice.isBest ? waitMs : beatMs);
  }

  /** A line that says nothing until then is dead, whatever the browser thinks; null: it has just spoken. */
  #expect(waitMs: number | null): void {
    clearTimeout(this.#deadline);
    if (waitMs === null) return;
    this.#deadline = setTimeout(() => this.#drop(), waitMs);
  }

  #drop(): void {
    const carrier = this.#carrier;
    if (carrier === null) return;
    // Without waiting for the goodbye, for which a browser has patience.
    this.#lost(carrier.isOpen(), true);
    carrier.close();
  }
}

function openSocket({ opened, frame, closed }: CarrierEvents, at: () => Position): Carrier {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/socket`);
  const send = (op: Op) => socket.send(JSON.stringify(op));
  const join = () => send({ op: "conversation.join", id: newId(), position: at() });
  socket.addEventListener("open", () => {
    join();
    opened();
  });
  socket.addEventListener("message", (event) => frame(JSON.parse(String(event.data)) as Frame));
  socket.addEventListener("close", closed);
  return {
    send,
    join,
    ping: () => send({ op: "ping" }),
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close: () => socket.close(),
  };
}

const pingMs = 20_000;
const answerMs = 10_000;
/** A stream begins to speak at once, or something on the way keeps it. */
const silenceMs = 4000;
/** Other carriers than sockets can't be asked: the server speaks by itself, at least this often. */
const beatMs = 30_000;
/** After a sleep there is no time to lose: the reader is looking. */
const wakeMs = 2000;
