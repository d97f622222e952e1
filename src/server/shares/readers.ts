/** Who reads a shared branch while its last reply is written: they follow that reply, and nothing else. */
import type { Bus, BusEvent } from "../../bus/bus.ts";
import type { Generations } from "../../chat/generation.ts";
import type { Message } from "../../domain.ts";
import type { Log } from "../../log.ts";
import type { Frame } from "../../protocol.ts";
import type { SharedPosition } from "../../protocol/shares.ts";
import { leafName, sharedKey, sharedMessage, type SharedMessageView } from "../../render/shares/views.ts";
import type { Templates } from "../../render/templates.ts";
import type { Share } from "../../store/shares/shares.ts";
import type { Store } from "../../store/store.ts";
import { languageCalled, languages, wordsIn, type Language } from "../../words/words.ts";
import { topics } from "../carriers/topics.ts";
import { watchedTopics, type Carrier, type Connections, type Watcher } from "../connection.ts";
import { Replies, type Address } from "../replies.ts";

export type SharedParts = {
  store: Store;
  bus: Bus;
  generations: Generations;
  carrier: Carrier;
  connections: Connections;
  templates(language: Language): Templates;
  version(): string;
  log: Log;
};

export class SharedReaders {
  readonly #replies: Replies;
  readonly #leave: () => void;

  constructor(readonly parts: SharedParts) {
    this.#replies = new Replies(parts, address);
    this.#leave = parts.bus.subscribe((event) => this.#tell(event));
  }

  close(): void {
    this.#leave();
  }

  /** Leads from what the page shows to the present; where it shows another state of the reply, it is to be loaded anew. */
  async join(watcher: Watcher, share: Share, position: SharedPosition): Promise<void> {
    const { owner, conversation, leaf } = share;
    const language = languageCalled(position.language) ?? watcher.language;
    watcher.topics = [
      topics.sharedBody(owner, conversation, leaf),
      topics.shared(owner, conversation, leaf, language),
    ];
    for (const topic of watcher.topics) watcher.subscribe(topic);
    const message = await this.parts.store.conversations.message(owner, leaf);
    const isKnown = message !== null && sharedKey(message) === position.key;
    if (!isKnown || position.version !== this.parts.version()) return watcher.send({ type: "reload" });
    // From here on nothing waits: see Broadcast.join.
    const run = this.#runOf(message);
    if (run !== undefined) {
      this.#replies.catchUp(run);
      watcher.send(this.#replies.since(run, position));
    }
    watcher.send({ type: "joined", conversation: "", revision: 0 });
  }

  /** The last message as its readers have it. */
  shown(leaf: Message, language: Language): SharedMessageView {
    const run = this.#runOf(leaf);
    const reply = run === undefined ? null : this.#replies.catchUp(run);
    const seen =
      reply === null || leaf.generation === null
        ? leaf
        : { ...leaf, generation: { ...leaf.generation, seq: reply.seq } };
    return sharedMessage(seen, leafName, reply?.view() ?? null, wordsIn(language));
  }

  #runOf({ generation }: Message) {
    return generation?.state === "running" ? this.parts.generations.find(generation.id) : undefined;
  }

  #tell(event: BusEvent): void {
    if (event.type === "generation.progressed") return this.#replies.progressed(event);
    if (event.type !== "conversation.changed") return;
    const { change } = event;
    const { id, owner, deletedMs } = event.conversation;
    if (change.type === "message" && deletedMs === null) return this.#tellMessage(owner, id, change.message);
    // Nothing that is added elsewhere reaches them; what they read may have been taken away.
    if (change.type === "path" || change.type === "versions" || deletedMs !== null) {
      this.#tellGone(owner, id).catch((error: unknown) => this.parts.log.error("shares.failed", { error }));
    }
  }

  #tellMessage(owner: string, conversation: string, message: Message): void {
    const { carrier, templates } = this.parts;
    const body = topics.sharedBody(owner, conversation, message.id);
    const isWatched = carrier.watchers(body) > 0;
    this.#replies.end(body, message, isWatched);
    if (!isWatched) return;
    // It is gone on with: what they have is the reply before.
    if (message.generation?.state === "running") return carrier.publish(body, { type: "reload" });
    for (const language of languages) {
      const topic = topics.shared(owner, conversation, message.id, language);
      if (carrier.watchers(topic) === 0) continue;
      const view = sharedMessage(message, leafName, null, wordsIn(language));
      const steps = (["message-head", "message-thought", "shared-foot"] as const).map((part) => {
        return [
          "replace",
          `${part.split("-")[1]}-${leafName}`,
          templates(language).render(part, view),
        ] as const;
      });
      carrier.publish(topic, { type: "patch", steps: steps.map((step) => [...step]) } satisfies Frame);
    }
  }

  async #tellGone(owner: string, conversation: string): Promise<void> {
    const { store, connections, carrier } = this.parts;
    const prefix = topics.sharedBody(owner, conversation, "");
    const watched = [...watchedTopics(connections)].filter((topic) => topic.startsWith(prefix));
    for (const topic of watched) {
      const leaf = topic.slice(prefix.length);
      // Topics of a language are those of a message and a little more.
      if (leaf.includes(":")) continue;
      const message = await store.conversations.message(owner, leaf);
      if (message === null) carrier.publish(topic, { type: "reload" });
    }
  }
}

/** Their pages have no ids that any other page has. */
const address: Address = {
  topicOf: ({ owner, conversation, message }) => topics.sharedBody(owner, conversation, message),
  messageOf: () => leafName,
  generationOf: () => leafName,
};
