/** Topics, and frames to all who watch one: Bun's own pub/sub copies them to sockets, and streams are told by us. */
import { watchedTopics, type Carrier, type Connections } from "../connection.ts";
import type { SocketServer } from "../routes.ts";
import type { Backlog } from "./backlog.ts";

export const topics = {
  owner: (owner: string) => `owner:${owner}`,
  /** Ids are unique per owner only: with the owner in the name, nobody reaches another's topic by an id. */
  conversation: (owner: string, id: string) => `conversation:${owner}:${id}:owner`,
  isConversation: (topic: string) => topic.startsWith("conversation:"),
};

/** Whether somebody watches a conversation, as of now. */
export function watching(connections: Connections): (owner: string, id: string) => boolean {
  const watched = watchedTopics(connections);
  return (owner, id) => watched.has(topics.conversation(owner, id));
}

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
