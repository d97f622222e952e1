/** What people do to conversations as a whole: rename, pin, archive, tag, delete, restore; and look at. */
import type { Bus } from "../../bus/bus.ts";
import type { Conversation, ConversationChange } from "../../domain.ts";
import { refuse } from "../../errors.ts";
import type { ConversationOp } from "../../protocol.ts";
import type { Store } from "../../store/store.ts";
import type { Asker, TurnDone, TurnParts } from "../turns.ts";

/** Resolves when it is stored and told; throws AppError with what to tell whoever asked. */
export async function organise(parts: TurnParts, asker: Asker, op: ConversationOp): Promise<TurnDone> {
  const { store, clock, limits, admission } = parts;
  const owner = asker.account;
  const change = changeOf(op);
  if (ofLists.has(change.type) && parts.isTemporary(owner, op.conversation)) {
    throw refuse("conflict", "temporaryUnlisted");
  }
  const input = { owner, op: op.id, conversation: op.conversation, change, tagsMax: limits.tagsMax };
  const result = await store.changes.apply({ ...input, nowMs: clock.now() });
  if (result.status === "missing") throw refuse("not_found", "noConversation");
  if (result.status === "full") {
    throw refuse("conflict", "tooManyTags", { max: limits.tagsMax });
  }
  const { conversation } = result;
  if (result.status === "changed") tell(parts.bus, conversation);
  // Asked again after a crash, there may still be something to stop.
  if (conversation.deletedMs !== null) {
    const runs = admission.parts.generations.running(owner, conversation.id);
    const going = [...runs, ...admission.waiting(owner, conversation.id)];
    await Promise.all(going.map(({ message }) => admission.stop(owner, message)));
  }
  return { conversation: conversation.id };
}

/** Somebody looks at it: it is no longer unread, in any of the owner's tabs. Resolves with it where it was. */
export async function see(
  { store, bus }: { store: Store; bus: Bus },
  owner: string,
  id: string,
): Promise<Conversation | null> {
  const conversation = await store.changes.see(owner, id);
  if (conversation !== null) tell(bus, conversation);
  return conversation;
}

/** For whoever has changed one. */
export function tell(bus: Bus, conversation: Conversation): void {
  bus.publish({ type: "conversation.changed", conversation, change: { type: "about" } });
}

/** What is done for the lists alone, in which a temporary chat is not. */
const ofLists: ReadonlySet<ConversationChange["type"]> = new Set([
  "pin",
  "unpin",
  "archive",
  "unarchive",
  "tag",
  "untag",
]);

function changeOf(op: ConversationOp): ConversationChange {
  switch (op.op) {
    case "conversation.rename":
      return { type: "rename", title: op.title };
    case "conversation.tag":
      return { type: "tag", tag: op.tag };
    case "conversation.untag":
      return { type: "untag", tag: op.tag };
    case "conversation.pin":
      return { type: "pin" };
    case "conversation.unpin":
      return { type: "unpin" };
    case "conversation.archive":
      return { type: "archive" };
    case "conversation.unarchive":
      return { type: "unarchive" };
    case "conversation.delete":
      return { type: "delete" };
    case "conversation.restore":
      return { type: "restore" };
  }
}
