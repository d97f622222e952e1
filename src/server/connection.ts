/** Who watches, and by what: sockets and streams, how many there are, what they may send. */
import type { ServerWebSocket } from "bun";
import type { Frame } from "../protocol.ts";
import type { Viewer } from "./access/viewer.ts";

/** Somebody who watches, whatever carries the frames. */
export type Watcher = {
  readonly account: string;
  topics: string[];
  send(frame: Frame): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
};

export type Carrier = { publish(topic: string, frame: Frame): void; watchers(topic: string): number };

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
export type Connections = {
  sockets: Map<string, Socket>;
  /** Readers without a socket. */
  streams: Set<Stream>;
  /** Of both kinds. */
  perAccount: Map<string, number>;
  /** Bun's pub/sub reaches sockets only: the streams that watch a topic. */
  listeners: Map<string, Set<Stream>>;
};

export function countsOf({ sockets, streams, perAccount }: Connections) {
  return { sockets: sockets.size, streams: streams.size, accounts: perAccount.size };
}

/** What somebody watches, whatever carries it. */
export function watchedTopics({ sockets, listeners }: Connections): Set<string> {
  const topics = new Set(listeners.keys());
  for (const { data } of sockets.values()) for (const topic of data.topics) topics.add(topic);
  return topics;
}

export type Stream = { readonly account: string; tell(json: string): void; close(): void };

export function createConnections(): Connections {
  return { sockets: new Map(), streams: new Set(), perAccount: new Map(), listeners: new Map() };
}

export function addStream({ streams, perAccount }: Connections, stream: Stream): void {
  streams.add(stream);
  perAccount.set(stream.account, (perAccount.get(stream.account) ?? 0) + 1);
}

export function removeStream({ streams, perAccount }: Connections, stream: Stream): void {
  if (streams.delete(stream)) countDown(perAccount, stream.account);
}

export function addConnection({ sockets, perAccount }: Connections, socket: Socket): void {
  sockets.set(socket.data.id, socket);
  perAccount.set(socket.data.account, (perAccount.get(socket.data.account) ?? 0) + 1);
}

export function removeConnection({ sockets, perAccount }: Connections, socket: Socket): void {
  if (sockets.delete(socket.data.id)) countDown(perAccount, socket.data.account);
}

function countDown(perAccount: Map<string, number>, account: string): void {
  const left = (perAccount.get(account) ?? 1) - 1;
  if (left > 0) perAccount.set(account, left);
  else perAccount.delete(account);
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
