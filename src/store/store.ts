/** What is kept, as the rest of the program sees it: asynchronous, and each method atomic by itself. */
import type {
  ChatParameters,
  Conversation,
  ConversationChange,
  Failure,
  GenerationState,
  Message,
  ModelRef,
  Part,
  Receipt,
} from "../domain.ts";
import type { BudgetAsk, Budgets, Over, Reservation, Spent, Taken } from "./budget/budget.ts";
import type { RefusalStore } from "./models/refusals.ts";
import type { SpendingStore, Usage } from "./models/spending.ts";
import type { Found } from "./search/found.ts";
import type { TokenRows } from "./tokens/tokens.ts";

/**
 * Writes are by owner; a row of another owner is answered like a missing one. What goes wrong with the file
 * is an AppError: `store.full`, `store.busy`, `store.unwritable`, `store.corrupt`, `store.closed`.
 */
export type Store = {
  sessions: {
    find(tokenHash: string): Promise<SessionRow | null>;
    /** Seen last, first. */
    list(account: string): Promise<SessionRow[]>;
    /** Stores account and session at the first write; harmless when they are there. */
    create(input: { account: string; tokenHash: string; nowMs: number }): Promise<void>;
    /** A session of somebody who said who they are; `replaces` is the hash of the one they had before. */
    signIn(input: SignInInput): Promise<void>;
    see(tokenHash: string, nowMs: number): Promise<void>;
    /** False where the account has no such session. */
    end(account: string, tokenHash: string): Promise<boolean>;
    /** All that were signed in, of every account; how many. */
    endSignedIn(): Promise<number>;
  };
  tokens: TokenRows;
  /** Of the server as a whole. */
  settings: {
    find(name: string): Promise<string | null>;
    set(name: string, value: string): Promise<void>;
  };
  conversations: {
    /** The conversation and its visible path, first message first, live checkpoints folded in; or its end. */
    read(owner: string, id: string, window?: Window): Promise<Thread | null>;
    /** What leads to a message, first message first, whatever branch is on show; empty where it is missing. */
    path(owner: string, message: string): Promise<Message[]>;
    /** Just the row: for who may subscribe, and the revision. Not one that has been deleted. */
    find(owner: string, id: string): Promise<Conversation | null>;
    /** One that has been deleted and can still be restored. */
    findDeleted(owner: string, id: string): Promise<Conversation | null>;
    /** One message, with what has been checkpointed of it. */
    message(owner: string, id: string): Promise<Message | null>;
    /** The id of the conversation that a message or a generation is in; their ids are apart. */
    of(owner: string, noun: "message" | "generation", id: string): Promise<string | null>;
  };
  lists: {
    /** One moment's: the pinned ones that are not archived, the first page of the others, and tags. */
    sidebar(
      owner: string,
      limits: { pinned: number; recent: number; tags: number },
    ): Promise<{ pinned: ConversationRow[]; recent: Page; tags: TagCount[] }>;
    /** From after that place on, newest turn first; `next` is the place of the last one, where there are more. */
    page(owner: string, of: ListOf, page: { after: Place | null; limit: number }): Promise<Page>;
    /** An owner's tags, the most used first. */
    tags(owner: string, limit: number): Promise<TagCount[]>;
  };
  changes: {
    /** Does what an op asks for, once. A deleted conversation can only be restored. */
    apply(input: ChangeInput): Promise<ChangeResult>;
    /** No longer unread; null where it was not. */
    see(owner: string, id: string): Promise<Conversation | null>;
    /** True once for each conversation that has only its first words as a title: whoever asks then may ask a model. */
    claimTitle(owner: string, id: string): Promise<boolean>;
    /** A model's title, for whoever claimed it; null where a person has given one meanwhile. */
    giveTitle(owner: string, id: string, title: string): Promise<Conversation | null>;
    /**
     * Takes away for good, at most `rowsMax` rows at once, what was deleted before then, and forgets ops of before
     * then; false where nothing was left to do.
     */
    sweep(input: { deletedBeforeMs: number; doneBeforeMs: number; rowsMax: number }): Promise<boolean>;
  };
  search: {
    /** Titles come with the first page only. `isWhole`: everything there is has been put into the index. */
    find(
      owner: string,
      asked: { query: string; after: number | null; limit: number; titlesMax: number },
    ): Promise<Found>;
    /** Puts at most so many rows into the index; false where nothing was left to do. */
    keepUp(rowsMax: number): Promise<boolean>;
  };
  turns: {
    /** A user message, its empty reply and a running generation; makes the conversation if it is new. */
    send(input: SendInput): Promise<TurnResult>;
    /** A sibling of an assistant message, or a reply to a user message that has none, with a running generation. */
    regenerate(input: RegenerateInput): Promise<TurnResult>;
    /** A sibling of a user message with other text, its empty reply and a running generation. */
    edit(input: EditInput): Promise<TurnResult>;
    /** One more running generation for an assistant message that ended early, its text kept. */
    resume(input: ResumeInput): Promise<TurnResult>;
    /** Shows the branch through `message`: its newest leaf becomes the conversation's. */
    choose(input: { owner: string; message: string; nowMs: number }): Promise<Conversation | null>;
    /** A message with all that hangs below it; where that was on show, the branch beside it, or its parent, is. */
    delete(input: { owner: string; message: string; nowMs: number }): Promise<Deletion>;
  };
  generations: {
    /**
     * Appends text of running generations, all in one transaction that a power cut may undo, a killed
     * process not. Rows of ended generations, and those that go backwards, change nothing.
     */
    checkpoint(rows: Checkpoint[], nowMs?: number): Promise<void>;
    /** Ends a running generation and writes its message whole. Null where another caller was first. */
    finish(input: FinishInput): Promise<{ conversation: Conversation; message: Message } | null>;
    /** Marks this process alive until then; called well within the lease. */
    renew(process: string, untilMs: number): Promise<void>;
    /** Ends as `interrupted` what dead processes left running, with the text of their checkpoints. */
    recover(input: { nowMs: number; self: string }): Promise<Recovered[]>;
    count(): Promise<Record<GenerationState, number>>;
  };
  usage: {
    /** `day` is UTC, as below. */
    add(account: string, day: string, usage: Usage): Promise<void>;
    /** What an account's ended generations took on a day (UTC, "2026-01-31"), by kind. */
    list(account: string, day: string): Promise<Usage[]>;
  };
  budget: {
    /** For a call that no turn makes; null where it is kept. */
    reserve(account: string, id: string, asked: Reservation, budgets: Budgets): Promise<Over | null>;
    settle(id: string, taken: Taken | null): Promise<void>;
    spent(account: string, day: string): Promise<Spent>;
  };
  models: {
    /** For a conversation, begun or not, and for the owner's next new one; null where it is not begun. */
    choose(input: ChoiceInput & { model: ModelRef }): Promise<Conversation | null>;
    /** Null where the conversation is not begun; then it begins with them. */
    configure(input: ChoiceInput & { parameters: ChatParameters }): Promise<Conversation | null>;
    favour(input: { owner: string; model: ModelRef; isFavourite: boolean; nowMs: number }): Promise<void>;
    /** What was chosen for the conversation with that id, or the message's; else the model chosen last. */
    of(owner: string, id: string): Promise<{ model: ModelRef | null; parameters: ChatParameters }>;
    marks(owner: string): Promise<ModelMark[]>;
  };
  spending: SpendingStore;
  catalogues: {
    /** `source` is where the list is from: another one's is not found. */
    read(endpoint: string, source: string): Promise<{ models: unknown; fetchedMs: number } | null>;
    write(list: { endpoint: string; source: string; models: unknown; fetchedMs: number }): Promise<void>;
  };
  refusals: RefusalStore;
  /** Frees the file; later calls reject. */
  close(): Promise<void>;
};

export type SessionRow = {
  tokenHash: string;
  account: string;
  /** What the browser is called; null where nobody signed in. */
  agent: string | null;
  createdMs: number;
  seenMs: number;
  signedInMs: number | null;
};

export type SignInInput = {
  account: string;
  tokenHash: string;
  agent: string;
  replaces: string | null;
  nowMs: number;
};

/** `number` tells which of two of one time is the newer. */
export type ConversationRow = Conversation & { running: boolean; number: number };

export type ListOf = "recent" | "archived" | "deleted" | { tag: string };

export type Page = { rows: ConversationRow[]; next: Place | null };

export type TagCount = { tag: string; count: number };

/** Where a page of a list ends. */
export type Place = Pick<ConversationRow, "updatedMs" | "number">;

export type ChangeInput = {
  owner: string;
  /** The same op with the same change is done once. */
  op: string;
  conversation: string;
  change: ConversationChange;
  tagsMax: number;
  nowMs: number;
};

export type ChangeResult =
  | { status: "changed"; conversation: Conversation }
  /** It was so already, or this op was done before. */
  | { status: "same"; conversation: Conversation }
  | { status: "missing" }
  /** It has as many tags as it may. */
  | { status: "full" };

/** `earlier`: the message to read from for a step more; null where the first one is there. */
export type Thread = { conversation: Conversation; messages: Message[]; earlier: string | null };

/**
 * The path's last `step` messages, those before the message `before` if it is given; more where the message `from` is
 * further up, `max` at most.
 */
export type Window = { step: number; max: number; from: string | null; before?: string };

export type ChoiceInput = { owner: string; conversation: string; nowMs: number };

export type ModelMark = { model: ModelRef; favouriteMs: number | null; chosenMs: number | null };

export type NewGeneration = { id: string; process: string; model: ModelRef; budget?: BudgetAsk | undefined };

export type SendInput = {
  owner: string;
  conversation: string;
  /** A new conversation is then kept in memory only, where there is such a place. */
  /** Of a chat that is new, where they are kept elsewhere until it begins. */
  parameters?: ChatParameters;
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
  reply: { id: string };
  generation: NewGeneration;
  nowMs: number;
};

export type RegenerateInput = {
  owner: string;
  /** The message to write anew, or to reply to. */
  message: string;
  /** Says whether this turn was here before. */
  reply: { id: string };
  generation: NewGeneration;
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
  /** `isNext`: what was on show is still there, and the turn stands below it, or goes on at its end. */
  | { status: "created"; thread: Thread; reply: string; isNext: boolean }
  /** The same id with the same text was here before: nothing was written. */
  | { status: "exists"; conversation: string }
  /** An id is taken by another text, or another kind of thing; call again with a fresh id. */
  | { status: "taken" }
  /** The conversation, parent or message is not the owner's or not there. */
  | { status: "missing" }
  /** The message has a running generation, ended whole, or has been answered: it can't be continued. */
  | { status: "refused" };

export type Deletion =
  | { status: "deleted"; conversation: Conversation }
  /** Nothing was deleted: these messages, below it or itself, are being written. */
  | { status: "running"; messages: string[] }
  | { status: "missing" };

/** Text that came since the last checkpoint; `seq` counts all events up to here. */
export type Checkpoint = { generation: string; seq: number; text: string; reasoning: string };

export type FinishInput = {
  generation: string;
  state: Exclude<GenerationState, "running">;
  seq: number;
  /** The whole message, not only what is new; null leaves it as it is. */
  parts: Part[] | null;
  receipt: Receipt;
  failure: Failure | null;
  nowMs: number;
  /** Nobody sees its conversation: it is unread from now on. */
  isUnread: boolean;
};

export type Recovered = { owner: string; conversation: string; message: string; generation: string };
