/** The same frames where WebSockets don't get through: as server-sent events, or as answers that end at once. */
import type { Frame } from "../../protocol.ts";
import {
  addStream,
  removeStream,
  type Connections,
  type Peer,
  type Stream,
  type Watcher,
} from "../connection.ts";

export type StreamParts = {
  connections: Connections;
  limits: { backpressureBytesMax: number; pingMs: number; pollMs: number; pollSettleMs: number };
  /** From a page's position to the present, once or for as long as the watcher stays. */
  join(watcher: Watcher, stays: boolean): Promise<void>;
};

/** Server-sent events from the page's position on, until the reader leaves or falls too far behind: it then resumes. */
export function answerStream(parts: StreamParts, peer: Peer): Response {
  const { connections, limits } = parts;
  const encoder = new TextEncoder();
  let leave = () => {};
  const begin = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      leave();
      controller.close();
    };
    const tell = (json: string) => {
      controller.enqueue(encoder.encode(`data: ${json}\n\n`));
      if ((controller.desiredSize ?? 0) <= 0) close();
    };
    const waiting = () => limits.backpressureBytesMax - (controller.desiredSize ?? 0);
    const stream: Stream = { ...peer, tell, waiting, close };
    const watcher = watch(connections, stream);
    // Proxies and browsers both give up on a line that is silent for long.
    const timer = setInterval(() => {
      const isOver = (peer.untilMs ?? Infinity) <= Date.now();
      tell(JSON.stringify({ type: isOver ? "reload" : "pong" } satisfies Frame));
      if (isOver) close();
    }, limits.pingMs);
    leave = () => {
      leave = () => {};
      clearInterval(timer);
      end(connections, stream, watcher);
    };
    parts.join(watcher, true).catch(close);
  };
  const queue = new ByteLengthQueuingStrategy({ highWaterMark: limits.backpressureBytesMax });
  const body = new ReadableStream<Uint8Array>({ start: begin, cancel: () => leave() }, queue);
  return new Response(body, { headers: { ...headers, "Content-Type": "text/event-stream; charset=utf-8" } });
}

/**
 * All that leads from the page's position to the present, as a JSON array of frames; where there is nothing new, it waits
 * for something, and tells at least that there is nothing after `pollMs`; at once where the query is `now`.
 */
export async function answerPoll(
  parts: StreamParts,
  peer: Peer,
  { signal, url }: Request,
): Promise<Response> {
  const { connections, limits } = parts;
  const news = Promise.withResolvers<void>();
  let frames: string[] = [];
  const tell = (json: string) => void frames.push(json);
  let isClosed = false;
  const close = () => {
    isClosed = true;
    news.resolve();
  };
  const stream: Stream = { ...peer, tell, waiting: () => 0, close };
  const watcher = watch(connections, stream);
  signal.addEventListener("abort", () => news.resolve(), { once: true });
  try {
    await parts.join(watcher, false);
    // The last frame says that the page has joined; alone, it is no news.
    if (frames.length === 1 && !url.endsWith("?now")) {
      stream.tell = (json) => {
        frames = [json];
        news.resolve();
      };
      await Promise.race([news.promise, Bun.sleep(limits.pollMs)]);
      // Who has been signed out is told that, and nothing of what has come since.
      if (!isClosed) await Bun.sleep(limits.pollSettleMs);
      if (!isClosed) {
        stream.tell = tell;
        frames = [];
        await parts.join(watcher, false);
      }
    }
  } finally {
    end(connections, stream, watcher);
  }
  return new Response(`[${frames.join(",")}]`, {
    headers: { ...headers, "Content-Type": "application/json" },
  });
}

/** nginx keeps answers back unless it is told not to. */
const headers = { "Cache-Control": "no-store", "X-Accel-Buffering": "no" };

function watch(connections: Connections, stream: Stream): Watcher {
  const { listeners } = connections;
  addStream(connections, stream);
  return {
    account: stream.account,
    language: stream.language,
    topics: [],
    send: (frame) => stream.tell(JSON.stringify(frame)),
    subscribe: (topic) => void listeners.set(topic, (listeners.get(topic) ?? new Set()).add(stream)),
    unsubscribe(topic) {
      const others = listeners.get(topic);
      others?.delete(stream);
      if (others?.size === 0) listeners.delete(topic);
    },
  };
}

function end(connections: Connections, stream: Stream, watcher: Watcher): void {
  for (const topic of watcher.topics) watcher.unsubscribe(topic);
  removeStream(connections, stream);
}
