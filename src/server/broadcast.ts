/** Bus events → patches: rendered once a topic, and only where somebody watches. */
import type { Bus, BusEvent, Change, EventOf } from "../bus/bus.ts";
import type { Admission } from "../chat/admission.ts";
import { see } from "../chat/conversations/organise.ts";
import type { Generations } from "../chat/generation.ts";
import { isAtEnd, messagesOn } from "../chat/races.ts";
import { lengthOf } from "../chat/run.ts";
import type { Conversation, Message } from "../domain.ts";
import type { Log } from "../log.ts";
import type { Frame, PageStep, Position } from "../protocol.ts";
import type { Fragments, ShownMessage } from "../render/fragments.ts";
import type { SidebarData } from "../render/sidebar/rows.ts";
import type { Store, Thread } from "../store/store.ts";
import { languageCalled, type Language } from "../words/words.ts";
import { subscribe, tellEach, topics, topicsOf } from "./carriers/topics.ts";
import type { Carrier, Watcher } from "./connection.ts";
import { everything, nothing, Replies } from "./replies.ts";

export type BroadcastParts = {
  bus: Bus;
  store: Store;
  generations: Generations;
  admission: Admission;
  carrier: Carrier;
  fragments(language: Language): Fragments;
  sidebar(owner: string): Promise<SidebarData>;
  sentBytesMax: number;
  /** How much of a long chat a page shows; see Window in store.ts. */
  threadSteps: { step: number; max: number };
  /** It has no row in the sidebar. */
  isTemporary(owner: string, conversation: string): boolean;
  version(): string;
  log: Log;
};

export class Broadcast {
  readonly #replies: Replies;
  readonly #leave: () => void;

  constructor(readonly parts: BroadcastParts) {
    this.#replies = new Replies(parts);
    this.#leave = parts.bus.subscribe((event) => this.#tell(event));
  }

  close(): void {
    this.#leave();
  }

  /**
   * Subscribes, reads, sends: leads the watcher from the position of its page to the present. One that stays gets
   * the open block of a running reply even if it has it, for the next frame leads on from there.
   */
  async join(watcher: Watcher, position: Position, stays = true): Promise<void> {
    if (position.version !== this.parts.version()) return watcher.send({ type: "reload" });
    const { account } = watcher;
    const id = position.conversation;
    const language = languageCalled(position.language) ?? watcher.language;
    watcher.language = language;
    const wanted = topicsOf(account, position, language);
    subscribe(watcher, wanted);
    const { store, generations, admission, threadSteps } = this.parts;
    const fragments = this.parts.fragments(language);
    const found = await store.conversations.find(account, id);
    // A page of a later past than the store's: a backup has been put in its place.
    if (position.revision > (found?.revision ?? position.revision)) return watcher.send({ type: "reload" });
    const isBehind = found !== null && found.revision !== position.revision;
    const window = { ...threadSteps, from: position.from };
    const thread = isBehind ? await store.conversations.read(account, id, window) : null;
    const isGone = found === null && position.revision > 0;
    const isDeleted = isGone && (await store.conversations.findDeleted(account, id)) !== null;
    if (isDeleted) return watcher.send({ type: "reload" });
    const sidebar = fragments.sidebar(await this.parts.sidebar(account), id);
    if (watcher.topics !== wanted) return;
    // From here on nothing waits: what is sent is what runs have in memory now, and later events come after it.
    const runs = generations.running(account, id);
    if (thread !== null) this.#tellThread((make) => watcher.send(make(fragments)), thread, "thread");
    for (const run of thread === null ? runs : []) {
      const held = position.replies.find((reply) => reply.generation === run.id) ?? nothing;
      const isNews = held.seq !== this.#replies.catchUp(run).seq;
      if (isNews || stays) watcher.send(this.#replies.since(run, held));
    }
    const own = new Set([...runs, ...admission.waiting(account, id)].map((each) => each.id));
    const held = thread === null ? position.replies.filter(({ generation }) => own.has(generation)) : [];
    const rows = sidebar.hash === position.sidebar ? [] : fragments.sidebarSteps(sidebar);
    const steps = [...fragments.places(held), ...rows];
    if (steps.length > 0) watcher.send({ type: "patch", steps });
    const revision = (thread?.conversation ?? found)?.revision ?? 0;
    watcher.send({ type: "joined", conversation: id, revision });
    // Last, for a page that has joined takes it that all is well, and says so.
    const text = fragments.options.words.refusals.gone;
    if (isGone) watcher.send({ type: "error", id: null, code: "not_found", text });
    if (found?.isUnread && !position.isHidden) await see(this.parts, account, id);
  }

  /** The path with the bodies that readers have: of a running reply, what they have been led to. */
  shown(messages: Message[]): ShownMessage[] {
    return messages.map((message) => {
      const isRunning = message.generation?.state === "running";
      const run = isRunning ? this.parts.generations.find(message.generation?.id ?? "") : undefined;
      if (!run || !message.generation) return { message, body: null };
      const reply = this.#replies.catchUp(run);
      const generation = { ...message.generation, seq: reply.seq };
      return { message: { ...message, generation }, body: reply.view() };
    });
  }

  #tell(event: BusEvent): void {
    if (event.type === "generation.progressed") return this.#replies.progressed(event);
    if (event.type === "generation.placed") return this.#tellPlace(event);
    if (event.type !== "conversation.changed") return;
    const failed = (error: unknown) => this.parts.log.error("broadcast.failed", { error });
    this.#tellChange(event.conversation, event.change).catch(failed);
  }

  #tellPlace({ owner, conversation, generation, place }: EventOf<"generation.placed">): void {
    this.#publish(owner, conversation, (fragments) => {
      return { type: "patch", steps: fragments.place(generation, place) };
    });
  }

  async #tellChange(conversation: Conversation, change: Change): Promise<void> {
    const { owner, id, revision } = conversation;
    const { carrier, store } = this.parts;
    const topic = topics.bodies(owner, id);
    const isWatched = carrier.watchers(topic) > 0;
    if (change.type === "message") this.#replies.end(topic, change.message, isWatched);
    if (!isWatched) return;
    const publish: Tell = (make) => this.#publish(owner, id, make);
    // What it then finds says that it is deleted, and how to have it back.
    if (conversation.deletedMs !== null) return carrier.publish(topic, { type: "reload" });
    if (change.type !== "path") {
      return publish((fragments) => {
        const steps = this.#steps(fragments, conversation, change);
        return { type: "patch", conversation: id, revision, steps };
      });
    }
    // What stands before it on a page leads there, and stays.
    const end = { ...this.parts.threadSteps, from: null };
    const thread = await store.conversations.read(owner, id, end);
    // Of a later change, too, it would go past the patch of that one: who lacks either asks.
    if (thread?.conversation.revision === revision) this.#tellThread(publish, thread, "patch");
  }

  #publish(owner: string, id: string, frameOf: (fragments: Fragments) => Frame): void {
    tellEach(this.parts, (language) => topics.conversation(owner, id, language), frameOf);
  }

  /** The path, or its end, then what its running replies have by now: the path was made from the same. */
  #tellThread(tell: Tell, thread: Thread, type: "thread" | "patch"): void {
    const { owner, id } = thread.conversation;
    const runs = this.parts.generations.running(owner, id);
    for (const run of runs) this.#replies.catchUp(run);
    const shown = this.shown(messagesOn(thread));
    tell((fragments) => this.#threadFrame(fragments, thread, shown, type));
    for (const run of runs) tell(() => this.#replies.since(run, everything));
  }

  #threadFrame(
    fragments: Fragments,
    { conversation, messages, earlier }: Thread,
    shown: ShownMessage[],
    type: "thread" | "patch",
  ): Frame {
    const { sentBytesMax } = this.parts;
    // HTML is longer than its text: what can't be sent is not rendered either.
    if (shown.reduce((sum, { message: { parts } }) => sum + lengthOf(parts), 0) > sentBytesMax)
      return { type: "reload" };
    const { id, revision } = conversation;
    const html = fragments.thread(shown, earlier);
    const steps = [...fragments.heading(conversation), ...fragments.composer(id, messages.at(-1) ?? null)];
    if (type === "thread") return { type, conversation: id, revision, html, steps };
    return { type, conversation: id, revision, steps: [["thread", "thread", html], ...steps] };
  }

  #steps(fragments: Fragments, conversation: Conversation, change: OtherChange): PageStep[] {
    if (change.type === "about") return fragments.heading(conversation);
    if (change.type === "versions")
      return this.shown(change.messages).flatMap((each) => fragments.versions(each));
    const last = change.type === "message" ? change.message : (change.messages.at(-1) ?? null);
    const steps =
      change.type === "message" ? fragments.frame(change.message) : fragments.appended(change.messages);
    const composer = last && isAtEnd(conversation, last) ? fragments.composer(conversation.id, last) : [];
    return [...steps, ...fragments.heading(conversation), ...composer];
  }
}

/** A frame for each language in which it is read. */
type Tell = (make: (fragments: Fragments) => Frame) => void;

type OtherChange = Exclude<Change, { type: "path" }>;
