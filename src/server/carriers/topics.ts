/** Frames to all who watch a topic: Bun's own pub/sub copies them to sockets, and streams are told by us. */
import type { Carrier, Connections } from "../connection.ts";
import type { SocketServer } from "../routes.ts";
import type { Backlog } from "./backlog.ts";

export function carrierOf(
  server: () => SocketServer | null,
  { listeners }: Connections,
  backlog: Backlog,
): Carrier {
  const watchers = (topic: string) => {
    return (server()?.subscriberCount(topic) ?? 0) + (listeners.get(topic)?.size ?? 0);
  };
  return {
    publish(topic, frame) {
      const json = backlog.fit(frame);
      server()?.publish(topic, json, false);
      for (const stream of listeners.get(topic) ?? []) stream.tell(json);
      backlog.count(json.length * watchers(topic));
    },
    watchers,
  };
}
