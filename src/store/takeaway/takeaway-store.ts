/** What somebody takes along, read in parts, so that no history is held whole; and what is brought in. */
import type {
  ChatParameters,
  Failure,
  GenerationState,
  Message,
  ModelRef,
  Part,
  Receipt,
  TitledBy,
} from "../../domain.ts";

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
  /**
   * Keeps a conversation that was brought in whole, or not at all. `there`: the owner has one with that id, or had
   * until lately. `taken`: an id in it belongs to something else of the owner's.
   */
  add(owner: string, imported: Imported, nowMs: number): Promise<"added" | "there" | "taken">;
  /**
   * Much is to be added: until all who asked for it have called what this returns, a thread that runs
   * store/takeaway/thread.ts does what commits had to do now and then.
   */
  relieve(startThread: () => Worker): () => void;
};

/** A conversation as a file has it; its messages are each after their parent. */
export type Imported = {
  id: string;
  title: string;
  titledBy: TitledBy;
  createdMs: number;
  updatedMs: number;
  pinnedMs: number | null;
  archivedMs: number | null;
  tags: string[];
  model: ModelRef | null;
  parameters: ChatParameters;
  leaf: string;
  messages: ImportedMessage[];
};

export type ImportedMessage = {
  id: string;
  parent: string | null;
  role: Message["role"];
  createdMs: number;
  parts: Part[];
  /** Null for the person's own. */
  reply: ImportedReply | null;
};

/** Its generation's id is made of the owner's and the message's, for those are alone in the whole file. */
export type ImportedReply = {
  generation: string;
  state: Exclude<GenerationState, "running">;
  model: ModelRef;
  receipt: Receipt | null;
  failure: Failure | null;
};
