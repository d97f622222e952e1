/** Data → what templates place: every decision about a page's content is made here. */
import { budgetView, type BudgetView } from "./models/budget.ts";
import type { Assistant, ChatParameters, Choice, Message, ModelRef } from "../domain.ts";
import type { ChoiceOfAssistants } from "./assistants/views.ts";
import type { RacersView } from "./models/racers.ts";
import { modelName } from "../protocol/models.ts";
import type { AttachView } from "./views/files.ts";
import { meterView, type MeterView } from "./views/meter.ts";
import { modelView, type EditView, type ModelView } from "./views/message.ts";
import type { Words } from "../words/words.ts";
import type { ListView, MenuView } from "./sidebar/lists.ts";
import type { SidebarView } from "./sidebar/rows.ts";

export type ComposerView = {
  id: string;
  conversation: string;
  /** The message that the next one answers; empty at the start. */
  parent: string;
  /** The message that is being written, or null: the button then sends. */
  running: string | null;
  /** Replies stand side by side, and one is to be kept first. */
  isRace: boolean;
  /** Who answers side by side; null where one does. */
  racers: RacersView | null;
  /** The message that has no reply, its replies having been deleted. */
  unanswered: string | null;
  /** What is sent begins a conversation that is kept in memory only. */
  temporary: boolean;
  textMax: number;
  /** Of each file that may be attached; 0 where none are taken. */
  fileBytesMax: number;
  placeholder: string;
  budget: BudgetView;
  meter: MeterView;
  /** Where there is nothing to write to. */
  hidden: boolean;
};

/**
 * The way to what came before the page's first message. `around`: that is so far from the end that its page does not
 * go there.
 */
export type EarlierView = { conversation: string; from: string; first: string; around: boolean };

/** The model that answers next: what the composer sends along, and what leads to others. */
export type PillView = ModelView & {
  conversation: string;
  value: string;
  endpoint: string | null;
  temporary: boolean;
  /** Tokens that it takes beside a reply, and those for one message alone; null where nobody tells. */
  room: { prompt: number; alone: number } | null;
  /** It is known to take no images. */
  isBlind: boolean;
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

export type ChatView = PageHead &
  ChoiceOfAssistants & {
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
    /** Its messages, as HTML that the same templates have made, perhaps for another page before. */
    thread: string;
    /** A message that was asked for, and is in another branch than the one on show. */
    elsewhere: { id: string; message: string } | null;
    greeting: string;
    ideas: string[];
    composer: ComposerView;
    /** What a message's form is made from in the browser. */
    blankEdit: EditView;
    attaching: AttachView;
  };

export type ErrorView = PageHead & {
  text: string;
  requestId: string | null;
};

export type RoomOf = (model: ModelRef, parameters: ChatParameters) => PillView["room"];

/** The endpoint is told where there are several, and it is not the one that most know. */
export function pillView(
  conversation: string,
  choice: Partial<Choice>,
  options: AnswerOptions & { roomOf?: RoomOf; takesImages?(model: ModelRef): boolean | null },
): PillView {
  const model = answering(choice, options);
  const isTold = options.endpoints.length > 1 && model.endpoint !== "huggingface";
  const value = modelName(model);
  return {
    ...modelView(model),
    conversation,
    value,
    endpoint: isTold ? model.endpoint : null,
    temporary: false,
    room: options.roomOf?.(model, choice.parameters ?? {}) ?? null,
    isBlind: options.takesImages?.(model) === false,
  };
}

type AnswerOptions = { model: ModelRef; endpoints: readonly string[] };

/** What was chosen; an endpoint that is gone has had its time. */
export function answering({ model: chosen }: Partial<Choice>, { model, endpoints }: AnswerOptions): ModelRef {
  return chosen != null && endpoints.includes(chosen.endpoint) ? chosen : model;
}

export function composerView(
  conversation: string,
  last: Message | null,
  options: { words: Words; textMax: number; fileBytesMax: number; newId(): string },
): ComposerView {
  const said = options.words.composer;
  return {
    id: options.newId(),
    conversation,
    parent: last?.id ?? "",
    running: isRunning(last) ? (last?.id ?? null) : null,
    isRace: last?.race !== undefined,
    racers: null,
    unanswered: last?.role === "user" ? last.id : null,
    temporary: false,
    textMax: options.textMax,
    fileBytesMax: options.fileBytesMax,
    placeholder: last === null ? said.first : said.reply,
    budget: budgetView(null, options.words),
    meter: meterView(last),
    hidden: false,
  };
}

/** Of a race, any that runs counts. */
function isRunning(last: Message | null): boolean {
  const states = last?.race ?? [{ state: last?.generation?.state }];
  return states.some(({ state }) => state === "running");
}

export function earlierView(
  first: Message | undefined,
  from: string | null,
  around: boolean,
): EarlierView | null {
  return first === undefined || from === null
    ? null
    : { conversation: first.conversation, from, first: first.id, around };
}

/** As a new chat that begins with it is called. */
export function nameOf({ icon, name }: Assistant): string {
  return `${icon} ${name}`;
}

/** Things to try, for an empty page. */
export function welcomeView(
  isDemo: boolean,
  { welcome }: Words,
  assistant: Assistant | null,
): { greeting: string; ideas: string[] } {
  if (assistant !== null) return { greeting: nameOf(assistant), ideas: assistant.suggestions };
  return isDemo
    ? { greeting: welcome.demoGreeting, ideas: welcome.demoIdeas }
    : { greeting: welcome.greeting, ideas: welcome.ideas };
}
