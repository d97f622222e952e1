/** What all conversations of other programs become. */
import type { ChatParameters } from "../domain.ts";
import type { Imported } from "../store/takeaway/takeaway-store.ts";
import { grow, type Sprout } from "./tree.ts";
import { idFrom, lineIn } from "./values.ts";

/** Whose it becomes, and how what has no text of its own is called there. */
export type Reading = {
  owner: string;
  nowMs: number;
  names: { image: string; recording: string; file: string; untitled: string };
  titleChars: number;
  tags: { max: number; chars: number };
};

export type ForeignChat = {
  source: string;
  endpoint: string;
  /** What it is known by there; without one, its messages tell. */
  key: string;
  title: unknown;
  createdMs: number | null;
  updatedMs: number | null;
  isArchived: boolean;
  parameters: ChatParameters;
  shown: string | null;
};

/** Null where no message of it has anything to show. */
export function foreign(chat: ForeignChat, sprouts: readonly Sprout[], reading: Reading): Imported | null {
  const { owner, nowMs } = reading;
  const conversation = chat.key || idFrom(JSON.stringify(sprouts));
  const createdMs = Math.min(chat.createdMs ?? chat.updatedMs ?? nowMs, nowMs);
  const { source, endpoint } = chat;
  const { messages, leaf } = grow(sprouts, chat.shown, { owner, source, conversation, endpoint, createdMs });
  if (leaf === null) return null;
  const updatedMs = Math.min(chat.updatedMs ?? messages.at(-1)?.createdMs ?? createdMs, nowMs);
  return {
    id: idFrom(owner, source, conversation),
    title: lineIn(chat.title, reading.titleChars) || reading.names.untitled,
    titledBy: "person",
    createdMs,
    updatedMs,
    pinnedMs: null,
    archivedMs: chat.isArchived ? updatedMs : null,
    tags: [],
    model: null,
    parameters: chat.parameters,
    leaf,
    messages,
  };
}
