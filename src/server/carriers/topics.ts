/** Topics, and frames to all who watch one: Bun's own pub/sub copies them to sockets, and streams are told by us. */
import type { Frame, Position } from "../../protocol.ts";
import type { Fragments } from "../../render/fragments.ts";
import { languages, type Language } from "../../words/words.ts";
import { watchedTopics, type Carrier, type Connections, type Watcher } from "../connection.ts";
import type { SocketServer } from "../routes.ts";
import type { Backlog } from "./backlog.ts";

export const topics = {
  /** The sidebar, for who reads in this language. */
  owner: (owner: string, language: Language) => `owner:${owner}:${language}`,
  /**
   * What stands around a conversation's messages, for who reads in this language. Ids are unique per owner only: with
   * the owner in the name, nobody reaches another's topic by an id.
   */
  conversation: (owner: string, id: string, language: Language) => `conversation:${owner}:${id}:${language}`,
  /** What models write, which has no words of ours: all who watch a conversation are in it, in whatever language. */
  bodies: (owner: string, id: string) => `bodies:${owner}:${id}`,
  /** Nothing is told here: who is in it has the conversation before their eyes. */
  eyes: (owner: string, id: string) => `eyes:${owner}:${id}`,
  /** Of a branch that is shared, its last message: its text, and what stands around it in a language. */
  sharedBody: (owner: string, id: string, leaf: string) => `shared:${owner}:${id}:${leaf}`,
  shared: (owner: string, id: string, leaf: string, language: Language) =>
    `shared:${owner}:${id}:${leaf}:${language}`,
  isBodies: (topic: string) => topic.startsWith("bodies:"),
};

/** What a page of a conversation watches. */
export function topicsOf(
  owner: string,
  { conversation: id, isHidden = false }: Pick<Position, "conversation" | "isHidden">,
  language: Language,
): string[] {
  const all = [
    topics.owner(owner, language),
    topics.conversation(owner, id, language),
    topics.bodies(owner, id),
  ];
  return isHidden ? all : [...all, topics.eyes(owner, id)];
}

export function subscribe(watcher: Watcher, wanted: string[]): void {
  for (const topic of watcher.topics) if (!wanted.includes(topic)) watcher.unsubscribe(topic);
  for (const topic of wanted) if (!watcher.topics.includes(topic)) watcher.subscribe(topic);
  watcher.topics = wanted;
}

export type Audience = { carrier: Carrier; fragments(language: Language): Fragments };

/** One frame a language, made only for those in which somebody reads. */
export function tellEach(
  { carrier, fragments }: Audience,
  topicOf: (language: Language) => string,
  frameOf: (fragments: Fragments) => Frame,
): void {
  for (const language of languages) {
    const topic = topicOf(language);
    if (carrier.watchers(topic) > 0) carrier.publish(topic, frameOf(fragments(language)));
  }
}

/** Whether somebody watches a conversation, as of now. */
export function watching(connections: Connections): (owner: string, id: string) => boolean {
  const watched = watchedTopics(connections);
  return (owner, id) => watched.has(topics.bodies(owner, id));
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
