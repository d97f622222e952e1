/** A stretch of a long chat, far above its end: what stands around a message, and what comes after that. */
import { messagesOn } from "../../chat/races.ts";
import type { Message } from "../../domain.ts";
import type { Below, Store } from "../../store/store.ts";

export type StretchParts = { store: Store; threadSteps: { step: number; max: number } };

/** `earlier` as in a thread; `later`: the last message here, where the path goes on after it. */
export type Stretch = { messages: Message[]; earlier: string | null; later: string | null; revision: number };

/** A step above the message and a step below; null where a page can begin with it and go to the end. */
export async function stretchAround(
  parts: StretchParts,
  owner: string,
  id: string,
  message: string,
  { count, after }: Below,
): Promise<Stretch | null> {
  const { step, max } = parts.threadSteps;
  if (count + 2 * step <= max) return null;
  return readUpTo(parts, owner, id, after.at(-1) ?? message, step + 1 + after.length);
}

/** A step more, after a message on the path; null where it is not on it, or the last. */
export async function stretchAfter(
  parts: StretchParts,
  owner: string,
  id: string,
  message: string,
): Promise<Stretch | null> {
  const below = await parts.store.conversations.below(owner, id, message, parts.threadSteps.step);
  const last = below?.after.at(-1);
  return below && last ? readUpTo(parts, owner, id, last, below.after.length) : null;
}

async function readUpTo(
  { store, threadSteps }: StretchParts,
  owner: string,
  id: string,
  last: string,
  size: number,
): Promise<Stretch | null> {
  const window = { ...threadSteps, step: size, from: null, leaf: last };
  const thread = await store.conversations.read(owner, id, window);
  if (thread === null) return null;
  const { earlier, conversation } = thread;
  // Of the same moment as the revision, so that a page knows whether it has come to the end.
  const later = last === conversation.leaf ? null : last;
  return { messages: messagesOn(thread), earlier, later, revision: conversation.revision };
}
