/** One browser's socket: what it may send, what it watches, how it is closed. */
import type { ServerWebSocket } from "bun";
import type { Frame } from "../protocol.ts";
import type { Watcher } from "./broadcast.ts";
import type { Viewer } from "./viewer.ts";

/** Data only, so that a socket outlives a hot reload of the code that serves it. */
export type SocketData = Viewer & {
  id: string;
  topics: string[];
  /** Ops it may still send now; refilled as time goes by. */
  tokens: number;
  refilledMs: number;
  refusals: number;
};

export type Socket = ServerWebSocket<SocketData>;

/** All open sockets; data only, for the same reason. */
export type Connections = { sockets: Map<string, Socket>; perAccount: Map<string, number> };

export function createConnections(): Connections {
  return { sockets: new Map(), perAccount: new Map() };
}

export function addConnection({ sockets, perAccount }: Connections, socket: Socket): void {
  sockets.set(socket.data.id, socket);
  perAccount.set(socket.data.account, (perAccount.get(socket.data.account) ?? 0) + 1);
}

export function removeConnection({ sockets, perAccount }: Connections, socket: Socket): void {
  if (!sockets.delete(socket.data.id)) return;
  const left = (perAccount.get(socket.data.account) ?? 1) - 1;
  if (left > 0) perAccount.set(socket.data.account, left);
  else perAccount.delete(socket.data.account);
}

/** WebSocket close codes of RFC 6455 and its registry. */
export const closeCodes = { policyViolation: 1008, serviceRestart: 1012 } as const;

export function watcherOf(socket: Socket): Watcher {
  const { data } = socket;
  return {
    account: data.account,
    get topics() {
      return data.topics;
    },
    set topics(topics) {
      data.topics = topics;
    },
    send: (frame) => sendFrame(socket, frame),
    subscribe: (topic) => socket.subscribe(topic),
    unsubscribe: (topic) => socket.unsubscribe(topic),
  };
}

/** What does not fit closes the socket (see closeOnBackpressureLimit): nothing is dropped in silence. */
export function sendFrame(socket: Socket, frame: Frame): void {
  socket.send(JSON.stringify(frame));
}

/** A token bucket: false where the socket sends faster than it may. */
export function takeToken(
  data: SocketData,
  nowMs: number,
  limits: { opsPerSecond: number; opsBurst: number },
): boolean {
  const earned = ((nowMs - data.refilledMs) * limits.opsPerSecond) / 1000;
  data.tokens = Math.min(limits.opsBurst, data.tokens + Math.max(0, earned));
  data.refilledMs = nowMs;
  if (data.tokens < 1) return false;
  data.tokens -= 1;
  return true;
}
