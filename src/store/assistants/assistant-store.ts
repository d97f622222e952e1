/** Assistants as they are kept: an account's own, in an order of its own. */
import type { Assistant } from "../../domain.ts";

export type AssistantStore = {
  list(owner: string): Promise<Assistant[]>;
  find(owner: string, id: string): Promise<Assistant | null>;
  /** A new one comes last; one that is there becomes this, in its place. "full": there are `max` already. */
  keep(input: KeepInput): Promise<"kept" | "full">;
  /** False where there is none, or none before it. */
  moveUp(owner: string, id: string): Promise<boolean>;
  /** New chats begin with it, or with none; false where there is no such one. */
  useForNew(owner: string, id: string | null): Promise<boolean>;
  /** Chats that were begun with it keep their copies. */
  remove(owner: string, id: string): Promise<boolean>;
  /**
   * A chat that is not begun is to begin with copies of its choices; null: with none, not even what new chats begin
   * with. False where there is no such assistant, or the chat is begun.
   */
  begin(input: {
    owner: string;
    conversation: string;
    assistant: string | null;
    nowMs: number;
  }): Promise<boolean>;
  /** What a chat that is not begun begins with. */
  of(owner: string, conversation: string): Promise<Assistant | null>;
};

export type KeepInput = {
  owner: string;
  assistant: Omit<Assistant, "isDefault">;
  max: number;
  nowMs: number;
};
