/** What a search finds. */
import type { Conversation } from "../../domain.ts";

/** A text in pieces that were found and pieces around them. */
export type Piece = { text: string; isHit: boolean };

export type MessageHit = {
  id: string;
  conversation: string;
  title: string;
  role: "user" | "assistant";
  createdMs: number;
  isArchived: boolean;
  excerpt: Piece[];
};

export type Found = {
  titles: { conversation: Conversation & { running: boolean }; title: Piece[] }[];
  messages: MessageHit[];
  /** Where the next page begins. */
  next: number | null;
  isWhole: boolean;
};
