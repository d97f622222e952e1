/** The WebSocket: parses what comes, says what is wrong with it, and hands it on. */
import { takeToken } from "../chat/admission/pace.ts";
import { performOnce, type TurnParts } from "../chat/turns.ts";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { OpError, type Op } from "../protocol.ts";
import { idIn, parseOp } from "../protocol/parse.ts";
import { fill } from "../words/fill.ts";
import { wordsIn } from "../words/words.ts";
import { refusalOf } from "./answers.ts";
import type { Broadcast } from "./broadcast.ts";
import {
  addConnection,
  closeCodes,
  countsOf,
  removeConnection,
  sendFrame,
  type Connections,
  type Socket,
  type Watcher,
} from "./connection.ts";

export type SocketParts = {
  broadcast: Broadcast;
  turns: TurnParts;
  /** Outlive a hot reload. */
  connections: Connections;
  watcherOf(socket: Socket): Watcher;
  clock: Clock;
  log: Log;
  limits: { messageChars: number; opsPerSecond: number; opsBurst: number; refusalsMax: number };
};

export function openSocket({ connections, log }: SocketParts, socket: Socket): void {
  addConnection(connections, socket);
  log.debug("socket.opened", { socket: socket.data.id, ...countsOf(connections) });
}

export function closeSocket({ connections, log }: SocketParts, socket: Socket, code: number): void {
  removeConnection(connections, socket);
  log.debug("socket.closed", { socket: socket.data.id, code, ...countsOf(connections) });
}

/** Never rejects: whatever is wrong is said to the sender, and to nobody else. */
export async function receive(parts: SocketParts, socket: Socket, message: string | Buffer): Promise<void> {
  let id: string | null = null;
  try {
    if (!takeToken(socket.data, parts.clock.now(), parts.limits)) return refuse(parts, socket, message);
    const op = readOp(message, parts.limits.messageChars);
    if (op.op === "ping") return sendFrame(socket, { type: "pong" });
    id = op.id;
    if (op.op === "conversation.join")
      return await parts.broadcast.join(parts.watcherOf(socket), op.position);
    const done = await performOnce(parts.turns, socket.data, op);
    sendFrame(socket, { type: "ack", id, ...done });
  } catch (error) {
    answerError(parts, socket, id, error);
  }
}

function readOp(message: string | Buffer, charsMax: number): Op {
  if (typeof message !== "string") throw new OpError("notText");
  let input: unknown;
  try {
    input = JSON.parse(message);
  } catch {
    throw new OpError("notJson");
  }
  return parseOp(input, charsMax);
}

/** A socket that goes on and on against the limit is not a browser of ours. */
function refuse({ limits, log }: SocketParts, socket: Socket, message: string | Buffer): void {
  socket.data.refusals += 1;
  if (socket.data.refusals > limits.refusalsMax) {
    log.warn("socket.flooded", { socket: socket.data.id });
    return socket.close(closeCodes.policyViolation, "too many messages");
  }
  sendFrame(socket, {
    type: "error",
    id: idIn(String(message)),
    code: "too_fast",
    text: wordsIn(socket.data.language).refusals.tooFast,
  });
}

function answerError({ log }: SocketParts, socket: Socket, id: string | null, error: unknown): void {
  // Unanswered, the op stays in the browser's outbox, and goes to the process that comes next.
  if (error instanceof AppError && error.code === "restarting") return;
  const words = wordsIn(socket.data.language);
  if (error instanceof OpError || error instanceof AppError) {
    const { code, text } = refusalOf(error, words);
    return sendFrame(socket, { type: "error", id: error instanceof OpError ? error.id : id, code, text });
  }
  const request = crypto.randomUUID();
  log.error("op.failed", { request, socket: socket.data.id, error });
  const text = fill(words.refusals.internal, { request }, words);
  sendFrame(socket, { type: "error", id, code: "internal", text });
}
