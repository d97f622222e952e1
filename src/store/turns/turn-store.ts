/** What people do in a conversation, as it is written: each method is one transaction. */
import type { ChatParameters, Conversation, Message, ModelRef, Part } from "../../domain.ts";
import type { BudgetAsk } from "../budget/budget.ts";
import type { Thread } from "../store.ts";

export type TurnStore = {
  /** A user message, its empty reply and a running generation; makes the conversation if it is new. */
  send(input: SendInput): Promise<TurnResult>;
  /** A sibling of an assistant message, or a reply to a user message that has none, with a running generation. */
  regenerate(input: RegenerateInput): Promise<TurnResult>;
  /** A sibling of a user message with other text, its empty reply and a running generation. */
  edit(input: EditInput): Promise<TurnResult>;
  /** One more running generation for an assistant message that ended early, its text kept. */
  resume(input: ResumeInput): Promise<TurnResult>;
  /**
   * Shows the branch through `message`: its newest leaf becomes the conversation's. Of a race, it is kept: the others
   * are branches like any from then on, and its model answers next.
   */
  choose(input: { owner: string; message: string; nowMs: number }): Promise<Conversation | null>;
  /** A message with all that hangs below it; where that was on show, the branch beside it, or its parent, is. */
  delete(input: { owner: string; message: string; nowMs: number }): Promise<Deletion>;
};

export type NewGeneration = { id: string; process: string; model: ModelRef; budget?: BudgetAsk | undefined };

/** One of the replies that a turn begins. */
export type NewReply = { reply: { id: string }; generation: NewGeneration };

/** Those beside the first one make it a race; all are written, or none. */
export type NewReplies = NewReply & { rivals?: NewReply[] };

export type SendInput = NewReplies & {
  owner: string;
  conversation: string;
  /** Of a chat that is new, where they are kept elsewhere until it begins. */
  parameters?: ChatParameters;
  /** A new conversation is then kept in memory only, where there is such a place. */
  isTemporary?: boolean;
  /** Used where the conversation is new. */
  title: string;
  /**
   * The message the author saw as the last; null at the start. Unknown: the result is `missing`. A user
   * message stands for its newest reply, which an author who sends twice in a row has not seen yet; for itself
   * where its replies have been deleted.
   */
  parent: string | null;
  message: { id: string; parts: Part[] };
  nowMs: number;
};

/** The id of the reply says whether this turn was here before. In a race, it takes its lane. */
export type RegenerateInput = NewReplies & {
  owner: string;
  /** The message to write anew, or to reply to. */
  message: string;
  nowMs: number;
};

export type EditInput = {
  owner: string;
  /** The user message to write anew. */
  of: string;
  message: { id: string; parts: Part[] };
  reply: { id: string };
  generation: NewGeneration;
  nowMs: number;
};

/** The generation's id says whether this turn was here before. */
export type ResumeInput = { owner: string; message: string; generation: NewGeneration; nowMs: number };

export type TurnResult =
  /**
   * `isNext`: what was on show is still there, and the turn stands below it, or goes on at its end. `rivals`: the
   * replies beside the one that the thread ends with.
   */
  | { status: "created"; thread: Thread; reply: string; isNext: boolean; rivals: Message[] }
  /** The same id with the same text was here before: nothing was written. */
  | { status: "exists"; conversation: string }
  /** An id is taken by another text, or another kind of thing; call again with a fresh id. */
  | { status: "taken" }
  /** The conversation, parent or message is not the owner's or not there. */
  | { status: "missing" }
  /** The message has a running generation, ended whole, or has been answered: it can't be continued. */
  | { status: "refused" };

export type Deletion =
  /** `shown` is another version of it that is on show; "others" where what is on show has changed. */
  | { status: "deleted"; conversation: Conversation; shown: Message | "others" | null }
  /** Nothing was deleted: these messages, below it or itself, are being written. */
  | { status: "running"; messages: string[] }
  | { status: "missing" };
