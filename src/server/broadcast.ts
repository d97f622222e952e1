/** Bus events → patches: rendered once a topic, and only where somebody watches. */
import type { Bus, BusEvent, Change } from "../bus/bus.ts";
import type { Admission } from "../chat/admission.ts";
import type { Generations } from "../chat/generation.ts";
import { lengthOf, partsOf, textOf, thoughtMsOf, type Run } from "../chat/run.ts";
import type { Conversation, Message } from "../domain.ts";
import type { Log } from "../log.ts";
import type { Frame, PageStep, Position, ReplyStep } from "../protocol.ts";
import type { Fragments, ShownMessage } from "../render/fragments.ts";
import { finishedBlocks, LiveReply } from "../render/reply.ts";
import type { Store, Thread } from "../store/store.ts";
import { watchedTopics, type Carrier, type Connections, type Watcher } from "./connection.ts";

export type BroadcastParts = {
  bus: Bus;
  store: Store;
  generations: Generations;
  admission: Admission;
  carrier: Carrier;
  fragments: Fragments;
  sidebarRows: number;
  sentBytesMax: number;
  /** It has no row in the sidebar. */
  isTemporary(owner: string, conversation: string): boolean;
  version(): string;
  log: Log;
};

export const topics = {
  owner: (owner: string) => `owner:${owner}`,
  /** Ids are unique per owner only: with the owner in the name, nobody reaches another's topic by an id. */
  conversation: (owner: string, id: string) => `conversation:${owner}:${id}:owner`,
  isConversation: (topic: string) => topic.startsWith("conversation:"),
};

type EventOf<Type extends BusEvent["type"]> = Extract<BusEvent, { type: Type }>;

/** Whether somebody watches a conversation, as of now. */
export function watching(connections: Connections): (owner: string, id: string) => boolean {
  const watched = watchedTopics(connections);
  return (owner, id) => watched.has(topics.conversation(owner, id));
}

const topicOf = (run: Run) => topics.conversation(run.owner, run.conversation);

export class Broadcast {
  readonly #replies = new Map<string, LiveReply>();
  readonly #leave: () => void;

  constructor(readonly parts: BroadcastParts) {
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
    const wanted = [topics.owner(account), topics.conversation(account, id)];
    subscribe(watcher, wanted);
    const { store, fragments, generations, admission } = this.parts;
    const found = await store.conversations.find(account, id);
    // A page of a later past than the store's: a backup has been put in its place.
    if (position.revision > (found?.revision ?? position.revision)) return watcher.send({ type: "reload" });
    const isBehind = found !== null && found.revision !== position.revision;
    const thread = isBehind ? await store.conversations.read(account, id) : null;
    const sidebar = fragments.sidebar(await store.conversations.list(account, this.parts.sidebarRows), id);
    if (watcher.topics !== wanted) return;
    // From here on nothing waits: what is sent is what runs have in memory now, and later events come after it.
    const runs = generations.running(account, id);
    if (thread !== null) this.#tellThread((frame) => watcher.send(frame), thread);
    for (const run of thread === null ? runs : []) {
      const held = position.replies.find((reply) => reply.generation === run.id) ?? nothing;
      const isNews = held.seq !== this.#catchUp(run).seq;
      if (isNews || stays) watcher.send(this.#sinceFrame(run, held));
    }
    const own = new Set([...runs, ...admission.waiting(account, id)].map((each) => each.id));
    const held = thread === null ? position.replies.filter(({ generation }) => own.has(generation)) : [];
    const rows = sidebar.hash === position.sidebar ? [] : fragments.sidebarRows(sidebar);
    const steps = [...fragments.places(held), ...rows];
    if (steps.length > 0) watcher.send({ type: "patch", steps });
    const revision = (thread?.conversation ?? found)?.revision ?? 0;
    watcher.send({ type: "joined", conversation: id, revision });
    // Last, for a page that has joined takes it that all is well, and says so.
    if (found === null && position.revision > 0) watcher.send(deleted);
  }

  /** The path with the bodies that readers have: of a running reply, what they have been led to. */
  shown(messages: Message[]): ShownMessage[] {
    return messages.map((message) => {
      const isRunning = message.generation?.state === "running";
      const run = isRunning ? this.parts.generations.find(message.generation?.id ?? "") : undefined;
      if (!run || !message.generation) return { message, body: null };
      const reply = this.#catchUp(run);
      const generation = { ...message.generation, seq: reply.seq };
      return { message: { ...message, generation }, body: reply.view() };
    });
  }

  #tell(event: BusEvent): void {
    if (event.type === "generation.progressed") return this.#tellProgress(event);
    if (event.type === "generation.placed") return this.#tellPlace(event);
    if (event.type !== "conversation.changed") return;
    const failed = (error: unknown) => this.parts.log.error("broadcast.failed", { error });
    this.#tellChange(event.conversation, event.change).catch(failed);
  }

  #tellProgress(event: EventOf<"generation.progressed">): void {
    const known = this.#replies.get(event.generation);
    const run = this.parts.generations.find(event.generation);
    known?.append(event.text, event.reasoning, run ? thoughtMsOf(run) : null);
    if (run === undefined || this.parts.carrier.watchers(topicOf(run)) === 0) return;
    if (known !== undefined) return this.#lead(run, known);
    const { seq } = this.#replyOf(run);
    if (seq > 0) this.#tellSteps(topicOf(run), run.id, 0, seq, this.#firstSteps(run));
  }

  #tellPlace({ owner, conversation, generation, place }: EventOf<"generation.placed">): void {
    const topic = topics.conversation(owner, conversation);
    if (this.parts.carrier.watchers(topic) === 0) return;
    this.parts.carrier.publish(topic, {
      type: "patch",
      steps: this.parts.fragments.place(generation, place),
    });
  }

  /** Leads readers from what they have to what has come. */
  #lead(run: Run, reply: LiveReply): void {
    this.#tellSteps(topicOf(run), run.id, reply.seq, run.seq, reply.take(run.seq));
  }

  #tellSteps(topic: string, generation: string, from: number, seq: number, steps: ReplyStep[]): void {
    if (steps.length > 0) this.parts.carrier.publish(topic, { type: "reply", generation, from, seq, steps });
  }

  /** Readers of a run that has just begun hold what its message held before; of any other run, perhaps nothing. */
  #firstSteps(run: Run) {
    return this.#replyOf(run).since(run.seq === 1 ? finishedBlocks(textOf(run.base).text) : 0, 0);
  }

  async #tellChange(conversation: Conversation, change: Change): Promise<void> {
    const { owner, id, revision } = conversation;
    const { carrier, fragments, generations, admission } = this.parts;
    const topic = topics.conversation(owner, id);
    const isWatched = carrier.watchers(topic) > 0;
    if (change.type === "message") this.#endReply(topic, change.message, isWatched);
    const publish = (frame: Frame) => carrier.publish(topic, frame);
    if (isWatched && change.type === "path") {
      const thread = await this.parts.store.conversations.read(owner, id);
      if (thread !== null) this.#tellThread(publish, thread);
    } else if (isWatched && change.type !== "path") {
      publish({ type: "patch", conversation: id, revision, steps: this.#stepsOf(conversation, change) });
    }
    if (carrier.watchers(topics.owner(owner)) === 0 || this.parts.isTemporary(owner, id)) return;
    const running = generations.running(owner, id).length + admission.waiting(owner, id).length > 0;
    const steps = fragments.row({ ...conversation, running });
    carrier.publish(topics.owner(owner), { type: "patch", steps });
  }

  #stepsOf(conversation: Conversation, change: Exclude<Change, { type: "path" }>): PageStep[] {
    const { fragments } = this.parts;
    if (change.type === "about") return fragments.heading(conversation);
    const last = change.type === "message" ? change.message : (change.messages.at(-1) ?? null);
    const steps =
      change.type === "message" ? fragments.frame(change.message) : fragments.appended(change.messages);
    const composer = last?.id === conversation.leaf ? fragments.composer(conversation.id, last) : [];
    return [...steps, ...fragments.heading(conversation), ...composer];
  }

  /** The whole path, then what its running replies have by now: the path was made from the same. */
  #tellThread(tell: (frame: Frame) => void, { conversation, messages }: Thread): void {
    const runs = this.parts.generations.running(conversation.owner, conversation.id);
    for (const run of runs) this.#catchUp(run);
    tell(this.#threadFrame(conversation, messages));
    for (const run of runs) tell(this.#sinceFrame(run, everything));
  }

  #endReply(topic: string, message: Message, isWatched: boolean): void {
    if (message.generation === null || message.generation.state === "running") return;
    const { id: generation, seq } = message.generation;
    const reply = this.#replies.get(generation);
    this.#replies.delete(generation);
    if (reply === undefined || !isWatched) return;
    this.#tellSteps(topic, generation, reply.seq, seq, reply.finish(seq));
  }

  #threadFrame(conversation: Conversation, messages: Message[]): Frame {
    const { fragments, sentBytesMax } = this.parts;
    // HTML is longer than its text: what can't be sent is not rendered either.
    if (messages.reduce((sum, { parts }) => sum + lengthOf(parts), 0) > sentBytesMax)
      return { type: "reload" };
    const { id, revision } = conversation;
    const html = fragments.thread(this.shown(messages));
    const steps = [...fragments.heading(conversation), ...fragments.composer(id, messages.at(-1) ?? null)];
    return { type: "thread", conversation: id, revision, html, steps };
  }

  #sinceFrame(run: Run, { blocks, seq }: typeof nothing): Frame {
    const reply = this.#replyOf(run);
    return { type: "reply", generation: run.id, from: 0, seq: reply.seq, steps: reply.since(blocks, seq) };
  }

  /** Announces what has come, so that what readers have is what the run has. */
  #catchUp(run: Run): LiveReply {
    this.parts.generations.announce(run);
    const isNew = run.base.length > 0 && !this.#replies.has(run.id);
    const reply = this.#replyOf(run);
    // Readers of what a run goes on from have it as a whole text is shown, where the last lines may mean another thing.
    if (isNew) this.#tellSteps(topicOf(run), run.id, 0, run.seq, reply.since(0, 0));
    // What was announced while nobody watched has been noted, but not rendered.
    this.#lead(run, reply);
    return reply;
  }

  #replyOf(run: Run): LiveReply {
    const known = this.#replies.get(run.id);
    if (known !== undefined) return known;
    const reply = new LiveReply(run.message);
    const { text, reasoning } = textOf(partsOf(run));
    reply.append(text, reasoning, thoughtMsOf(run));
    reply.take(run.seq);
    this.#replies.set(run.id, reply);
    return reply;
  }
}

/** Finished blocks that a reader has, as of an event: none, or all of the thread that was just sent. */
const nothing = { blocks: 0, seq: 0 };
const everything = { blocks: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

const gone = "This conversation is gone: it was deleted, or temporary.";
const deleted: Frame = { type: "error", id: null, code: "not_found", text: gone };

function subscribe(watcher: Watcher, wanted: string[]): void {
  for (const topic of watcher.topics) if (!wanted.includes(topic)) watcher.unsubscribe(topic);
  for (const topic of wanted) if (!watcher.topics.includes(topic)) watcher.subscribe(topic);
  watcher.topics = wanted;
}
