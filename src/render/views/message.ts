/** A message → what its template places. */
import type { Message, ModelRef } from "../../domain.ts";
import { fileView, type FileView } from "./files.ts";
import {
  actionsOf,
  branchOf,
  cardOf,
  noteOf,
  type ActionView,
  type BranchView,
  type CardView,
  type FrameOptions,
} from "./outcome.ts";
import { placeView, type PlaceView } from "./place.ts";
import { laneActionsOf } from "./race.ts";
import { detailsOf, receiptOf, thoughtOf, type DetailView } from "./receipt.ts";

export type MessageView = {
  id: string;
  role: Message["role"];
  isUser: boolean;
  /** The person's own words, as they were typed. */
  text: string;
  files: FileView[];
  generation: string | null;
  /** Empty for the person's own. */
  state: string;
  seq: number;
  isRunning: boolean;
  /** About what it takes of a prompt, beside others: the browser tells by it what goes along. */
  tokens: number;
  /** The first message that this reply was written from; null where all were. */
  from: string | null;
  /** What stands above it did not go along to the newest reply. */
  isFirst: boolean;
  /** Where it stands, if anywhere; null for one that does not run. */
  place: PlaceView | null;
  modelName: string;
  provider: string | null;
  hasReasoning: boolean;
  isThinking: boolean;
  thought: string;
  reasoning: string;
  /** Safe HTML, one string a block. */
  blocks: string[];
  /** It stands beside others. */
  isLane: boolean;
  /** Changes whenever the frame around the body does. */
  key: string;
  card: CardView | null;
  note: string | null;
  /** Whether there is a row of actions, versions and figures. */
  hasTools: boolean;
  actions: ActionView[];
  /** Where it can be written anew; null for what is not the person's own. */
  editHref: string | null;
  /** The form in its place, while it is being written anew. */
  edit: EditView | null;
  deletion: DeletionView | null;
  branch: BranchView | null;
  receipt: string[];
  details: DetailView[];
};

export type DeletionView = { id: string; message: string; conversation: string };

export type EditView = { id: string; message: string; conversation: string; text: string; textMax: number };

export type ModelView = { id: string; name: string; choice: string | null };

/** What a reply's body shows now; for a running one, what its readers have been led to. */
export type BodyView = {
  blocks: string[];
  reasoning: string;
  /** How long it took; null where nobody measured it, or it goes on. */
  thoughtMs: number | null;
};

export function messageView(message: Message, body: BodyView, options: FrameOptions): MessageView {
  const { generation } = message;
  const isRunning = generation?.state === "running";
  const model = generation === null ? null : modelView(generation.model);
  const place = isRunning ? options.placeOf(generation.id) : null;
  const isThinking = isRunning && body.blocks.length === 0;
  const branch = branchOf(message, options);
  const isLane = message.race !== undefined;
  const actions = isLane ? laneActionsOf(message, options) : actionsOf(message, options);
  const isUser = message.role === "user";
  return {
    id: message.id,
    role: message.role,
    isUser,
    text: isUser ? textOf(message) : "",
    files: message.parts.flatMap((part) => ("file" in part ? [fileView(part, options.words)] : [])),
    generation: generation?.id ?? null,
    state: generation?.state ?? "",
    seq: generation?.seq ?? 0,
    isRunning,
    tokens: isRunning ? 0 : tokensOf(message),
    from: generation?.receipt?.details?.from ?? null,
    isFirst: false,
    place: isRunning ? placeView(generation.id, place, options.words) : null,
    modelName: model?.name ?? "",
    provider: whoWrote(message, isLane),
    hasReasoning: body.reasoning !== "",
    isThinking,
    thought: thoughtOf(body.thoughtMs, isThinking, options.words),
    reasoning: body.reasoning,
    blocks: body.blocks,
    isLane,
    key: `${generation?.id ?? ""}.${generation?.state ?? ""}.${branch?.position ?? 0}.${isLane ? "race" : (branch?.count ?? 0)}`,
    card: cardOf(message, options),
    note: noteOf(message, options),
    hasTools: isUser || actions.length > 0 || branch !== null,
    actions,
    editHref: isUser ? `/conversations/${message.conversation}?edit=${message.id}#m-${message.id}` : null,
    edit: null,
    deletion: isRunning
      ? null
      : { id: options.newId(), message: message.id, conversation: message.conversation },
    branch,
    receipt: generation?.receipt ? receiptOf(generation.receipt, options.words, generation.model) : [],
    details: generation?.receipt ? detailsOf(generation.receipt, generation.model, options.words) : [],
  };
}

/** Thoughts don't go along. */
function tokensOf({ parts }: Message): number {
  const tokens = parts.map((part) => {
    if (part.type === "text") return part.text.length / 4;
    return "tokens" in part ? part.tokens : 0;
  });
  return Math.ceil(tokens.reduce((sum, each) => sum + each, 0));
}

/** Side by side, the same model may be asked with two wishes: they are told apart until who answers is known. */
function whoWrote({ generation }: Message, isLane: boolean): string | null {
  if (generation === null || generation.model.endpoint === "demo") return null;
  return generation.receipt?.provider ?? (isLane ? modelView(generation.model).choice : null);
}

export function editView(
  { id: message, conversation }: Pick<Message, "id" | "conversation">,
  text: string,
  options: { textMax: number; newId(): string },
): EditView {
  return { id: options.newId(), message, conversation, text, textMax: options.textMax };
}

/** `org/model:choice` → its parts as people say them. */
export function modelView(model: ModelRef): ModelView {
  const [path = model.id, choice] = model.id.split(":", 2);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { id: model.id, name: model.endpoint === "demo" ? "ELIZA" : name, choice: choice ?? null };
}

function textOf(message: Message): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
