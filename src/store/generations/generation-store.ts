/** Runs, as they are kept: begun by a turn, checkpointed, ended once. */
import type { Conversation, Failure, GenerationState, Message, Part, Receipt } from "../../domain.ts";

export type GenerationStore = {
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
