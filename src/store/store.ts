/** What is kept, as the rest of the program sees it: asynchronous, and each method atomic by itself. */
import type { ChatParameters, Choice, Conversation, Message, ModelRef } from "../domain.ts";
import type { AccountStore } from "./accounts/account-store.ts";
import type { AssistantStore } from "./assistants/assistant-store.ts";
import type { Budgets, Over, Reservation, Spent, Taken } from "./budget/budget.ts";
import type { ChangeStore, ListStore } from "./conversations/list-store.ts";
import type { FileStore } from "./files/file-store.ts";
import type { GenerationStore } from "./generations/generation-store.ts";
import type { PeopleStore, Person } from "./people/people-store.ts";
import type { RefusalStore } from "./models/refusals.ts";
import type { SpendingStore, Usage } from "./models/spending.ts";
import type { Found } from "./search/found.ts";
import type { ShareRows } from "./shares/shares.ts";
import type { TakeawayStore } from "./takeaway/takeaway-store.ts";
import type { TokenRows } from "./tokens/tokens.ts";
import type { TurnStore } from "./turns/turn-store.ts";

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
    /** What comes after a message on the path on show; null where it is not on it. */
    below(owner: string, id: string, message: string, max: number): Promise<Below | null>;
    /** Just the row: for who may subscribe, and the revision. Not one that has been deleted. */
    find(owner: string, id: string): Promise<Conversation | null>;
    /** One that has been deleted and can still be restored. */
    findDeleted(owner: string, id: string): Promise<Conversation | null>;
    /** One message, with what has been checkpointed of it. */
    message(owner: string, id: string): Promise<Message | null>;
    /** The id of the conversation that a message or a generation is in; their ids are apart. */
    of(owner: string, noun: "message" | "generation", id: string): Promise<string | null>;
  };
  lists: ListStore;
  changes: ChangeStore;
  search: {
    /** Titles come with the first page only. `isWhole`: everything there is has been put into the index. */
    find(
      owner: string,
      asked: { query: string; after: number | null; limit: number; titlesMax: number },
    ): Promise<Found>;
    /** Puts at most so many rows into the index; false where nothing was left to do. */
    keepUp(rowsMax: number): Promise<boolean>;
  };
  turns: TurnStore;
  files: FileStore;
  generations: GenerationStore;
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
    /** Who answers beside its model: once more, or no more; "full" where there are as many as there may be. */
    race(
      input: ChoiceInput & { model: ModelRef; isRival: boolean; max: number },
    ): Promise<Conversation | "full" | null>;
    /**
     * What was chosen for the conversation with that id, or the message's; for one that is not begun, else what new
     * ones begin with; and else the model chosen last.
     */
    of(owner: string, id: string): Promise<Choice>;
    /** What was chosen for that one alone; null where nothing was. */
    chosen(owner: string, id: string): Promise<Choice | null>;
    marks(owner: string): Promise<ModelMark[]>;
  };
  spending: SpendingStore;
  catalogues: {
    /** `source` is where the list is from: another one's is not found. */
    read(endpoint: string, source: string): Promise<{ models: unknown; fetchedMs: number } | null>;
    write(list: { endpoint: string; source: string; models: unknown; fetchedMs: number }): Promise<void>;
  };
  refusals: RefusalStore;
  shares: ShareRows;
  takeaway: TakeawayStore;
  accounts: AccountStore;
  people: PeopleStore;
  assistants: AssistantStore;
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
  /** Who it belongs to, where a provider has said so; another who had that name has it no more. */
  person: Person | null;
  tokenHash: string;
  agent: string;
  replaces: string | null;
  nowMs: number;
};

/**
 * `earlier`: the message to read from for a step more; null where the first one is there. `race`: where the last one
 * stands in a race, all who do, itself among them.
 */
export type Thread = {
  conversation: Conversation;
  messages: Message[];
  earlier: string | null;
  race?: Message[];
};

/**
 * The path's last `step` messages, those before the message `before` if it is given; more where the message `from` is
 * further up, `max` at most. `leaf` is the end of another path than the one on show.
 */
export type Window = { step: number; max: number; from: string | null; before?: string; leaf?: string };

/** How many messages come after one, and the first `max` of their ids. */
export type Below = { count: number; after: string[] };

export type ChoiceInput = { owner: string; conversation: string; nowMs: number };

export type ModelMark = { model: ModelRef; favouriteMs: number | null; chosenMs: number | null };
