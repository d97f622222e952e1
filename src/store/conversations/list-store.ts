/** Conversations as lists, and what is done to one as a whole. */
import type { Conversation, ConversationChange } from "../../domain.ts";

export type ListStore = {
  /** One moment's: the pinned ones that are not archived, the first page of the others, and tags. */
  sidebar(
    owner: string,
    limits: { pinned: number; recent: number; tags: number },
  ): Promise<{ pinned: TitleRow[]; recent: Page<TitleRow>; tags: TagCount[] }>;
  /** From after that place on, newest turn first; `next` is the place of the last one, where there are more. */
  page(owner: string, of: ListOf, page: { after: Place | null; limit: number }): Promise<Page>;
  /** An owner's tags, the most used first. */
  tags(owner: string, limit: number): Promise<TagCount[]>;
};

export type ChangeStore = {
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
  /**
   * Gives to `sweep`, beyond restoring, at most so many that nobody has gone on with since then, that are not pinned,
   * and that nothing is written in; returns them.
   */
  retire(input: { untouchedBeforeMs: number; rowsMax: number }): Promise<Conversation[]>;
};

/** `number` tells which of two of one time is the newer. */
export type ConversationRow = Conversation & { running: boolean; number: number };

/** What the sidebar shows of one: every page has some dozens, and reads nothing else of them. */
export type TitleRow = Pick<
  ConversationRow,
  "id" | "title" | "updatedMs" | "isUnread" | "pinnedMs" | "archivedMs" | "deletedMs" | "running" | "number"
>;

export type ListOf = "recent" | "archived" | "deleted" | { tag: string };

export type Page<Row = ConversationRow> = { rows: Row[]; next: Place | null };

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
