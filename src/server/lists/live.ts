/** Tells an owner's tabs what has changed in their sidebars. */
import type { Bus } from "../../bus/bus.ts";
import type { Admission } from "../../chat/admission.ts";
import type { Generations } from "../../chat/generation.ts";
import type { Conversation } from "../../domain.ts";
import type { Log } from "../../log.ts";
import type { Store } from "../../store/store.ts";
import type { PageStep } from "../../protocol.ts";
import type { Fragments } from "../../render/fragments.ts";
import { languages, type Language } from "../../words/words.ts";
import { tellEach, topics, type Audience } from "../carriers/topics.ts";

export type LiveParts = Audience & {
  bus: Bus;
  store: Store;
  generations: Generations;
  admission: Admission;
  limits: { sidebarTags: number };
  /** It has no row. */
  isTemporary(owner: string, conversation: string): boolean;
  log: Log;
};

/** The returned function ends it. */
export function tellSidebars(parts: LiveParts): () => void {
  const { bus, carrier, log } = parts;
  const isWatched = (owner: string) =>
    languages.some((language) => carrier.watchers(topics.owner(owner, language)) > 0);
  return bus.subscribe((event) => {
    if (event.type !== "conversation.changed") return;
    const { conversation, change } = event;
    if (!isWatched(conversation.owner)) return;
    if (parts.isTemporary(conversation.owner, conversation.id)) return;
    // Nothing is waited for before a row is told: rows come in the order of the changes that they show.
    tellRow(parts, conversation);
    if (change.type !== "about") return;
    tellTags(parts, conversation.owner).catch((error: unknown) => log.error("sidebar.failed", { error }));
  });
}

function tellRow(parts: LiveParts, conversation: Conversation): void {
  const { generations, admission } = parts;
  const { owner, id } = conversation;
  const running = generations.running(owner, id).length + admission.waiting(owner, id).length > 0;
  tellOwner(parts, owner, (fragments) => fragments.row({ ...conversation, running }));
}

async function tellTags(parts: LiveParts, owner: string): Promise<void> {
  const tags = await parts.store.lists.tags(owner, parts.limits.sidebarTags);
  tellOwner(parts, owner, (fragments) => fragments.tags(tags));
}

function tellOwner(parts: LiveParts, owner: string, stepsOf: (fragments: Fragments) => PageStep[]): void {
  const topicOf = (language: Language) => topics.owner(owner, language);
  tellEach(parts, topicOf, (fragments) => ({ type: "patch", steps: stepsOf(fragments) }));
}
