/** Data → what templates place: every decision about a page's content is made here. */
import { budgetView, type BudgetView } from "./models/budget.ts";
import type { ChatParameters, Message, ModelRef } from "../domain.ts";
import {
  actionsOf,
  branchOf,
  cardOf,
  noteOf,
  type ActionView,
  type BranchView,
  type CardView,
  type FrameOptions,
} from "./views/outcome.ts";
import { meterView, type MeterView } from "./views/meter.ts";
import { placeView, type PlaceView } from "./views/place.ts";
import { detailsOf, receiptOf, thoughtOf, type DetailView } from "./views/receipt.ts";
import type { Words } from "../words/words.ts";
import type { ListView, MenuView } from "./sidebar/lists.ts";
import type { SidebarView } from "./sidebar/rows.ts";

export type MessageView = {
  id: string;
  role: Message["role"];
  isUser: boolean;
  /** The person's own words, as they were typed. */
  text: string;
  generation: string | null;
  /** Empty for the person's own. */
  state: string;
  seq: number;
  isRunning: boolean;
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

export type ComposerView = {
  id: string;
  conversation: string;
  /** The message that the next one answers; empty at the start. */
  parent: string;
  /** The message that is being written, or null: the button then sends. */
  running: string | null;
  /** The message that has no reply, its replies having been deleted. */
  unanswered: string | null;
  /** What is sent begins a conversation that is kept in memory only. */
  temporary: boolean;
  textMax: number;
  placeholder: string;
  budget: BudgetView;
  meter: MeterView;
  /** Where there is nothing to write to. */
  hidden: boolean;
};

/** The way to what came before the page's first message. */
export type EarlierView = { conversation: string; from: string; first: string };

export type ModelView = { id: string; name: string; choice: string | null };

/** The model that answers next: what the composer sends along, and what leads to others. */
export type PillView = ModelView & {
  conversation: string;
  value: string;
  endpoint: string | null;
  temporary: boolean;
  /** Tokens that it takes beside a reply, and those for one message alone; null where nobody tells. */
  room: { prompt: number; alone: number } | null;
};

/** What the layout of each page names. */
export type PageHead = {
  title: string;
  scripted: boolean;
  heading: string;
  /** Without JavaScript, a page whose reply still runs comes again by itself. */
  refreshes: boolean;
};

/** Beside the title: tags, and the way to what can be done with the conversation; `id` null for a new one. */
export type AboutView = { id: string | null; title: string; tags: string[]; isArchived: boolean };

/** For a deleted conversation that can be had back until `date`. */
export type DeletedView = PageHead & { date: string; id: string; conversation: string };

export type ChatView = PageHead & {
  about: AboutView;
  /** In the place of a conversation: the page still has the composer, which is not shown. */
  list: ListView | null;
  menu: MenuView | null;
  conversation: string;
  revision: number;
  version: string;
  model: PillView;
  demo: boolean;
  temporary: boolean;
  sidebar: SidebarView;
  earlier: EarlierView | null;
  messages: MessageView[];
  /** A message that was asked for, and is in another branch than the one on show. */
  elsewhere: { id: string; message: string } | null;
  greeting: string;
  ideas: string[];
  composer: ComposerView;
  /** What a message's form is made from in the browser. */
  blankEdit: EditView;
};

export type ErrorView = PageHead & {
  text: string;
  requestId: string | null;
};

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
  const actions = actionsOf(message, options);
  const isUser = message.role === "user";
  return {
    id: message.id,
    role: message.role,
    isUser,
    text: isUser ? textOf(message) : "",
    generation: generation?.id ?? null,
    state: generation?.state ?? "",
    seq: generation?.seq ?? 0,
    isRunning,
    from: generation?.receipt?.details?.from ?? null,
    isFirst: false,
    place: isRunning ? placeView(generation.id, place, options.words) : null,
    modelName: model?.name ?? "",
    provider: generation?.model.endpoint === "demo" ? null : (generation?.receipt?.provider ?? null),
    hasReasoning: body.reasoning !== "",
    isThinking,
    thought: thoughtOf(body.thoughtMs, isThinking, options.words),
    reasoning: body.reasoning,
    blocks: body.blocks,
    key: `${generation?.id ?? ""}.${generation?.state ?? ""}.${branch?.position ?? 0}.${branch?.count ?? 0}`,
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
    receipt: generation?.receipt ? receiptOf(generation.receipt, options.words) : [],
    details: generation?.receipt ? detailsOf(generation.receipt, generation.model, options.words) : [],
  };
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

export type RoomOf = (model: ModelRef, parameters: ChatParameters) => PillView["room"];

/** The endpoint is told where there are several, and it is not the one that most know. */
export function pillView(
  conversation: string,
  chosen: ModelRef | null,
  options: { model: ModelRef; endpoints: readonly string[]; roomOf?: RoomOf },
  parameters: ChatParameters = {},
): PillView {
  const model = chosen !== null && options.endpoints.includes(chosen.endpoint) ? chosen : options.model;
  const isTold = options.endpoints.length > 1 && model.endpoint !== "huggingface";
  const value = `${model.endpoint}/${model.id}`;
  return {
    ...modelView(model),
    conversation,
    value,
    endpoint: isTold ? model.endpoint : null,
    temporary: false,
    room: options.roomOf?.(model, parameters) ?? null,
  };
}

export function composerView(
  conversation: string,
  last: Message | null,
  options: { words: Words; textMax: number; newId(): string },
): ComposerView {
  const said = options.words.composer;
  return {
    id: options.newId(),
    conversation,
    parent: last?.id ?? "",
    running: last?.generation?.state === "running" ? last.id : null,
    unanswered: last?.role === "user" ? last.id : null,
    temporary: false,
    textMax: options.textMax,
    placeholder: last === null ? said.first : said.reply,
    budget: budgetView(null, options.words),
    meter: meterView(last),
    hidden: false,
  };
}

export function earlierView(first: Message | undefined, from: string | null): EarlierView | null {
  return first === undefined || from === null
    ? null
    : { conversation: first.conversation, from, first: first.id };
}

/** Things to try, for an empty page. */
export function welcomeView(isDemo: boolean, { welcome }: Words): { greeting: string; ideas: string[] } {
  return isDemo
    ? { greeting: welcome.demoGreeting, ideas: welcome.demoIdeas }
    : { greeting: welcome.greeting, ideas: welcome.ideas };
}

function textOf(message: Message): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
