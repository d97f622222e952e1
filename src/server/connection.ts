/** Who watches, and by what: sockets and streams, and how many there are. */
import type { ServerWebSocket } from "bun";
import type { Bucket } from "../chat/admission/pace.ts";
import type { Frame } from "../protocol.ts";
import type { Language } from "../words/words.ts";
import type { Viewer } from "./access/viewer.ts";
import type { Backlog } from "./carriers/backlog.ts";

/** Somebody who watches, whatever carries the frames. */
export type Watcher = {
  readonly account: string;
  /** Of the page, once it has joined. */
  language: Language;
  topics: string[];
  send(frame: Frame): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
};

export type Carrier = { publish(topic: string, frame: Frame): void; watchers(topic: string): number };

/** Data only, so that a socket outlives a hot reload of the code that serves it. */
export type SocketData = Viewer &
  Bucket & {
    id: string;
    address: string | null;
    topics: string[];
    refusals: number;
  };

/** `address` is null where it is not known: see access/address.ts. At `untilMs` a stream ends, if it is given. */
export type Peer = Readonly<Viewer & { address: string | null; untilMs?: number | null }>;

export type Socket = ServerWebSocket<SocketData>;

/** All open sockets; data only, for the same reason. */
export type Connections = {
  sockets: Map<string, Socket>;
  /** Readers without a socket. */
  streams: Set<Stream>;
  /** Of both kinds. */
  perAccount: Map<string, number>;
  perAddress: Map<string, number>;
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

export type Stream = Peer & {
  tell(json: string): void;
  /** Bytes told and not taken by the line yet. */
  waiting(): number;
  close(): void;
};

export function createConnections(): Connections {
  return {
    sockets: new Map(),
    streams: new Set(),
    perAccount: new Map(),
    perAddress: new Map(),
    listeners: new Map(),
  };
}

export function addStream(connections: Connections, stream: Stream): void {
  connections.streams.add(stream);
  countIn(connections, stream, 1);
}

export function removeStream(connections: Connections, stream: Stream): void {
  if (connections.streams.delete(stream)) countIn(connections, stream, -1);
}

export function addConnection(connections: Connections, socket: Socket): void {
  connections.sockets.set(socket.data.id, socket);
  countIn(connections, socket.data, 1);
}

export function removeConnection(connections: Connections, socket: Socket): void {
  if (connections.sockets.delete(socket.data.id)) countIn(connections, socket.data, -1);
}

function countIn({ perAccount, perAddress }: Connections, { account, address }: Peer, step: 1 | -1): void {
  count(perAccount, account, step);
  if (address !== null) count(perAddress, address, step);
}

function count(counts: Map<string, number>, name: string, step: 1 | -1): void {
  const left = (counts.get(name) ?? 0) + step;
  if (left > 0) counts.set(name, left);
  else counts.delete(name);
}

/** Tells whoever watches by a session to load anew, which leads to the door, and closes their lines. */
export function endSession({ sockets, streams }: Connections, tokenHash: string): void {
  for (const socket of sockets.values()) {
    if (socket.data.tokenHash !== tokenHash) continue;
    sendFrame(socket, { type: "reload" });
    socket.close(closeCodes.policyViolation, "signed out");
  }
  for (const stream of streams) {
    if (stream.tokenHash !== tokenHash) continue;
    stream.tell(JSON.stringify({ type: "reload" } satisfies Frame));
    stream.close();
  }
}

/** WebSocket close codes of RFC 6455 and its registry. */
export const closeCodes = { policyViolation: 1008, serviceRestart: 1012 } as const;

export function watcherOf(socket: Socket, backlog: Backlog): Watcher {
  const { data } = socket;
  return {
    account: data.account,
    get language() {
      return data.language;
    },
    set language(language) {
      data.language = language;
    },
    get topics() {
      return data.topics;
    },
    set topics(topics) {
      data.topics = topics;
    },
    send(frame) {
      const json = backlog.fit(frame);
      socket.send(json);
      backlog.count(json.length);
    },
    subscribe: (topic) => socket.subscribe(topic),
    unsubscribe: (topic) => socket.unsubscribe(topic),
  };
}

/** What does not fit closes the socket (see closeOnBackpressureLimit): nothing is dropped in silence. */
export function sendFrame(socket: Socket, frame: Frame): void {
  socket.send(JSON.stringify(frame));
}
