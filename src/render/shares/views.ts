/** Views of links to a branch: the list of one's own, and what their readers see. */
import type { Message } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import { renderBlocks } from "../markdown.ts";
import type { PageHead } from "../views.ts";
import { modelView, type BodyView } from "../views/message.ts";
import { thoughtOf } from "../views/receipt.ts";

/** `id` names a message on the page alone: nobody else knows it by that. */
export type SharedMessageView = {
  id: string;
  role: Message["role"];
  isUser: boolean;
  text: string;
  modelName: string;
  provider: null;
  hasReasoning: boolean;
  isThinking: boolean;
  thought: string;
  reasoning: string;
  /** Safe HTML, one string a block. */
  blocks: string[];
  isRunning: boolean;
  seq: number;
  key: string;
  note: string | null;
  /** That there are files, which are not shared; null where there are none. */
  files: string | null;
};

export type SharedView = {
  title: string;
  heading: string;
  version: string;
  messages: SharedMessageView[];
  /** The address of a page that shows more of what came before. */
  earlier: string | null;
  /** A reply is being written, and the link does not show it before its end. */
  isPending: boolean;
  /** It is written before the reader's eyes. */
  isLive: boolean;
};

/** The message that a link is pinned to, as its readers' pages name it. */
export const leafName = "leaf";

/** `body` is what the readers of a running reply have been led to; null for one that does not run. */
export function sharedMessage(
  message: Message,
  name: string,
  body: BodyView | null,
  words: Words,
): SharedMessageView {
  const { generation, role } = message;
  const isRunning = generation?.state === "running";
  const { blocks, reasoning, thoughtMs } = body ?? storedBody(message, name);
  const isThinking = isRunning && blocks.length === 0;
  const isUser = role === "user";
  return {
    id: name,
    role,
    isUser,
    text: isUser ? textOf(message) : "",
    modelName: generation === null ? "" : modelView(generation.model).name,
    provider: null,
    hasReasoning: reasoning !== "",
    isThinking,
    thought: thoughtOf(thoughtMs, isThinking, words),
    reasoning,
    blocks,
    isRunning,
    seq: generation?.seq ?? 0,
    key: sharedKey(message),
    note: noteOf(message, words),
    files: filesOf(message, words),
  };
}

/** How many, but no names: they were given for other eyes. */
function filesOf({ parts }: Message, { shares }: Words): string | null {
  const count = parts.filter((part) => "file" in part).length;
  return count === 0 ? null : shares.files(count);
}

/** Another one means another writing of the reply, or its end; it gives no id away. */
export function sharedKey({ id, generation }: Message): string {
  return Bun.hash(`${id} ${generation?.id} ${generation?.state}`).toString(36);
}

export type ShareView = {
  id: string;
  title: string;
  /** Null where it can't be shown any more. */
  href: string | null;
  until: string;
  isLive: boolean;
};

export type SharesView = PageHead & {
  shares: ShareView[];
  /** The form for one more; null where no conversation is meant. */
  form: { id: string; conversation: string; leaf: string; title: string } | null;
  back: string;
};

type Listed = {
  id: string;
  title: string;
  isLive: boolean;
  expiresMs: number | null;
  secret: string | null;
};

/** `origin` is where browsers reach this server. */
export function sharesView(
  shares: Listed[],
  origin: string,
  form: SharesView["form"],
  words: Words,
): SharesView {
  const said = words.shares;
  const views = shares.map(({ id, title, isLive, expiresMs, secret }) => ({
    id,
    title,
    isLive,
    href: secret === null ? null : `${origin}/s/${secret}`,
    until: expiresMs === null ? said.forever : fill(said.until, { date: words.date(expiresMs) }, words),
  }));
  const back = form === null ? "/" : `/conversations/${form.conversation}`;
  const head = { title: `${said.title} · Banter`, scripted: false, refreshes: false, heading: said.title };
  return { ...head, shares: views, form, back };
}

/** How it ended, without what only its owner is to know of it. */
function noteOf({ generation }: Message, { note, shares }: Words): string | null {
  switch (generation?.state) {
    case "stopped":
      return note.stopped;
    case "failed":
    case "interrupted":
      return shares.unfinished;
    default:
      return null;
  }
}

function storedBody(message: Message, name: string): BodyView {
  let reasoning = "";
  let thoughtMs: number | null = null;
  for (const part of message.parts) {
    if (part.type !== "reasoning") continue;
    reasoning += part.text;
    thoughtMs = part.durationMs;
  }
  const blocks = message.role === "user" ? [] : renderBlocks(textOf(message), name);
  return { blocks, reasoning, thoughtMs };
}

function textOf(message: Message): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
