/** Tells an owner's tabs what has changed in their sidebars. */
import type { Bus } from "../../bus/bus.ts";
import type { Admission } from "../../chat/admission.ts";
import type { Generations } from "../../chat/generation.ts";
import type { Conversation } from "../../domain.ts";
import type { Log } from "../../log.ts";
import type { Fragments } from "../../render/fragments.ts";
import type { Store } from "../../store/store.ts";
import { topics } from "../carriers/topics.ts";
import type { Carrier } from "../connection.ts";

export type LiveParts = {
  bus: Bus;
  store: Store;
  generations: Generations;
  admission: Admission;
  carrier: Carrier;
  fragments: Fragments;
  limits: { sidebarTags: number };
  /** It has no row. */
  isTemporary(owner: string, conversation: string): boolean;
  log: Log;
};

/** The returned function ends it. */
export function tellSidebars(parts: LiveParts): () => void {
  const { bus, carrier, log } = parts;
  return bus.subscribe((event) => {
    if (event.type !== "conversation.changed") return;
    const { conversation, change } = event;
    if (carrier.watchers(topics.owner(conversation.owner)) === 0) return;
    if (parts.isTemporary(conversation.owner, conversation.id)) return;
    // Nothing is waited for before a row is told: rows come in the order of the changes that they show.
    tellRow(parts, conversation);
    if (change.type !== "about") return;
    tellTags(parts, conversation.owner).catch((error: unknown) => log.error("sidebar.failed", { error }));
  });
}

function tellRow(
  { carrier, fragments, generations, admission }: LiveParts,
  conversation: Conversation,
): void {
  const { owner, id } = conversation;
  const running = generations.running(owner, id).length + admission.waiting(owner, id).length > 0;
  carrier.publish(topics.owner(owner), { type: "patch", steps: fragments.row({ ...conversation, running }) });
}

async function tellTags({ store, carrier, fragments, limits }: LiveParts, owner: string): Promise<void> {
  const tags = await store.lists.tags(owner, limits.sidebarTags);
  carrier.publish(topics.owner(owner), { type: "patch", steps: fragments.tags(tags) });
}
