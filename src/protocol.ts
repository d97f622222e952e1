/** What browser and server say to each other: ops one way, frames the other. Shared by both. */

import type { ChatParameters, ConversationChange, ModelRef } from "./domain.ts";
import type { Values } from "./words/fill.ts";
import type { Refusal } from "./words/en/refusals.ts";

/** A form field and an op's field have the same names: forms post what the socket sends. */
export type Op = StoredOp | { op: "conversation.join"; id: string; position: Position } | { op: "ping" };

/** Every op there is, as a record, so that none is forgotten. */
export const opNames = Object.keys({
  ping: 0,
  "conversation.join": 0,
  "message.send": 0,
  "message.edit": 0,
  "message.regenerate": 0,
  "message.continue": 0,
  "message.delete": 0,
  "branch.choose": 0,
  "generation.stop": 0,
  "race.stop": 0,
  "model.choose": 0,
  "model.favour": 0,
  "model.unfavour": 0,
  "model.configure": 0,
  "model.race": 0,
  "model.unrace": 0,
  "conversation.rename": 0,
  "conversation.pin": 0,
  "conversation.unpin": 0,
  "conversation.archive": 0,
  "conversation.unarchive": 0,
  "conversation.delete": 0,
  "conversation.restore": 0,
  "conversation.tag": 0,
  "conversation.untag": 0,
} satisfies Record<Op["op"], 0>);

/** Acknowledged once it is stored. */
export type StoredOp = TurnOp | ConversationOp | ModelOp;

/**
 * `id` names the op for its acknowledgement, and the message that it makes: a resend is harmless. `model` is
 * the one that its author saw, or asks for; without it, the conversation's answers. `models` are two to four that
 * answer side by side: on the wire, their names with spaces between.
 */
export type TurnOp =
  | {
      op: "message.send";
      id: string;
      conversation: string;
      parent: string | null;
      text: string;
      /** Ids of files that were brought before; then the text may be empty. */
      files?: string[];
      model?: ModelRef;
      models?: ModelRef[];
      /** "on": a new conversation is kept in memory only. */
      temporary?: string;
    }
  | { op: "message.edit"; id: string; message: string; text: string }
  | { op: "message.regenerate"; id: string; message: string; model?: ModelRef; models?: ModelRef[] }
  | { op: "message.continue"; id: string; message: string; model?: ModelRef }
  | { op: "message.delete"; id: string; conversation: string; message: string }
  | { op: "branch.choose"; id: string; message: string }
  | { op: "generation.stop"; id: string; message: string }
  /** Stops all replies that stand beside that one. */
  | { op: "race.stop"; id: string; message: string };

/** The conversation may not be begun yet. Done twice, each is as done once. */
export type ModelOp =
  | { op: "model.choose"; id: string; conversation: string; model: ModelRef }
  | { op: "model.favour" | "model.unfavour"; id: string; conversation: string; model: ModelRef }
  /** It answers the next message too, beside the conversation's own; or no more. */
  | { op: "model.race" | "model.unrace"; id: string; conversation: string; model: ModelRef }
  | { op: "model.configure"; id: string; conversation: string; parameters: ChatParameters };
/** `id` names the op alone, so that one sent again is done once. */
export type ConversationOp = ConversationChange extends infer Change
  ? Change extends { type: infer Type extends string }
    ? { op: `conversation.${Type}`; id: string; conversation: string } & Omit<Change, "type">
    : never
  : never;

/** What a page shows: the answer to it leads from there to the present. */
export type Position = {
  conversation: string;
  revision: number;
  /** The first message on the page, of a long chat not the first there is; null where there is none. */
  from: string | null;
  /** Of the sidebar's rows, as the server gave it. */
  sidebar: string;
  /** In which the page is written. */
  language: string;
  /** Of the program that made the page: another one means that the page must be loaded anew. */
  version: string;
  /** Running replies on the page: finished blocks held, the last event seen, and the place shown, if any. */
  replies: { generation: string; blocks: number; seq: number; place: string }[];
  /** Nobody looks at it: what ends meanwhile is not read. */
  isHidden?: boolean;
};

/** Steps on a reply's body; a block is a child of the body, an item a child of a block's `[data-items]`. */
export type ReplyStep =
  | ["block", index: number, html: string]
  | ["item", block: number, index: number, html: string]
  /** The html of the last block or item step becomes its first `keep` characters and `html`. */
  | ["tail", keep: number, html: string]
  /** Removes the blocks from `count` on. */
  | ["cut", count: number]
  | ["reasoning", offset: number, text: string]
  /** The answer has begun: how long the reasoning took. */
  | ["thought", ms: number];

/** Steps on the page around it; targets are element ids. */
export type PageStep =
  | ["append", target: string, html: string]
  | ["replace", target: string, html: string]
  | ["remove", target: string]
  /** Puts `html`, whose id is `row`, among the target's children: what has `data-pinned` first, then by `data-updated`. */
  | ["row", target: string, row: string, html: string]
  /** The path's end, or all of it: what stands before its first message on the page stays. */
  | ["thread", target: string, html: string];

export type Frame =
  | { type: "ack"; id: string; conversation: string }
  | { type: "error"; id: string | null; code: string; text: string }
  /** Applies where the page's revision is one less; `revision` is absent for the owner's sidebar. */
  | { type: "patch"; conversation?: string; revision?: number; steps: PageStep[] }
  /** Answers a join: leads there from any position. The page keeps the elements that are the same. */
  | { type: "thread"; conversation: string; revision: number; html: string; steps: PageStep[] }
  /** Leads a reader of event `from` to `seq`; where `from` is 0, any reader. */
  | { type: "reply"; generation: string; from: number; seq: number; steps: ReplyStep[] }
  | { type: "joined"; conversation: string; revision: number }
  | { type: "reload" }
  | { type: "pong" };

/** What is wrong with an op, to be said to whoever sent it. `id` is given where it could be read. */
export class OpError extends Error {
  override readonly name = "OpError";
  constructor(
    readonly refusal: Refusal,
    readonly id: string | null = null,
    readonly values: Values = {},
  ) {
    super(refusal);
  }
}

/** That one message carries. */
export const filesMax = 8;

/** Who answer it side by side: as many as can be read. */
export const racersMax = 4;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isId(value: unknown): value is string {
  return typeof value === "string" && uuid.test(value);
}
