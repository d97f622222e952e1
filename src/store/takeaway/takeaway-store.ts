/** What somebody takes along: read in parts, so that no history is held whole. */
import type { Message } from "../../domain.ts";

/** Its siblings are those with the same parent and role. */
export type TakenMessage = Omit<Message, "siblings">;

/** From after that number on; numbers are in the order in which messages came to be. */
export type Numbered = { after: number; limit: number };

export type TakeawayStore = {
  /** All ids, the one that was last written in first; none that are deleted. */
  ids(owner: string): Promise<string[]>;
  /**
   * Of all branches, a message always after its parent; what is being written is there as far as it has been stored.
   * `next` is null where there are no more.
   */
  messages(
    owner: string,
    conversation: string,
    page: Numbered,
  ): Promise<{ rows: TakenMessage[]; next: number | null }>;
  /** The ids of the branch on show. */
  shown(owner: string, conversation: string): Promise<Set<string>>;
};
