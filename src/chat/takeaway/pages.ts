/** What is taken along, one conversation after the other, and each a few messages at a time. */
import type { Conversation } from "../../domain.ts";
import type { Store } from "../../store/store.ts";
import type { TakenMessage } from "../../store/takeaway/takeaway-store.ts";

export type TakeawayParts = {
  store: Store;
  now(): number;
  limits: { takeawayMessages: number; takeawayTextBytesMax: number };
};

/** Those of the owner's that are still there when their turn comes. */
export async function* taken(
  { store }: TakeawayParts,
  owner: string,
  ids: readonly string[],
): AsyncGenerator<Conversation> {
  for (const id of ids) {
    const conversation = await store.conversations.find(owner, id);
    if (conversation !== null) yield conversation;
  }
}

/** All its messages, of every branch, a message always after its parent. */
export async function* pagesOf(
  { store, limits }: TakeawayParts,
  { owner, id }: Conversation,
): AsyncGenerator<TakenMessage[]> {
  let after: number | null = 0;
  while (after !== null) {
    const page: { rows: TakenMessage[]; next: number | null } = await store.takeaway.messages(owner, id, {
      after,
      limit: limits.takeawayMessages,
    });
    if (page.rows.length > 0) yield page.rows;
    after = page.next;
  }
}
