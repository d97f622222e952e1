/** Replies side by side, for who shows them. */
import type { Conversation, Message } from "../domain.ts";
import type { Thread } from "../store/store.ts";

/** What a page shows of a path: in the place of its last reply, all that stand beside it. */
export function messagesOn({ messages, race }: Thread): Message[] {
  return race === undefined ? messages : [...messages.slice(0, -1), ...race];
}

/** Whether what is written next comes after this message: it is the last on show, or stands beside that. */
export function isAtEnd({ leaf }: Conversation, { id, race }: Message): boolean {
  return id === leaf || (race?.some(({ message }) => message === leaf) ?? false);
}
