/** Whole pages: a new chat, a stored conversation, and what to say where there is none. */
import { see } from "../chat/conversations/organise.ts";
import { messagesOn } from "../chat/races.ts";
import type { Assistant, Choice, Conversation, Message } from "../domain.ts";
import { choiceOfAssistants } from "../render/assistants/views.ts";
import { aboutView } from "../render/fragments.ts";
import type { ListView, MenuView } from "../render/sidebar/lists.ts";
import { otherLanguages, type SidebarData } from "../render/sidebar/rows.ts";
import {
  composerView,
  nameOf,
  pillView,
  welcomeView,
  type ChatView,
  type DeletedView,
} from "../render/views.ts";
import { filesMax } from "../protocol.ts";
import { attachView } from "../render/views/files.ts";
import { editView } from "../render/views/message.ts";
import type { Viewer } from "./access/viewer.ts";
import { budgetView } from "../render/models/budget.ts";
import type { BudgetReader } from "./models/budget.ts";
import type { Store } from "../store/store.ts";
import type { Broadcast } from "./broadcast.ts";
import type { PageLook } from "./pages/faults.ts";
import { stretchAfter, stretchAround } from "./pages/stretch.ts";
import type { KeptThreads, ShownThread } from "./pages/threads.ts";
import { listOf, menuOf, searchOf, type ListParts } from "./lists/pages.ts";

export type PageParts = ListParts &
  PageLook & {
    broadcast: Broadcast;
    threads: KeptThreads;
    version(): string;
    model: { endpoint: string; id: string };
    sidebar(owner: string): Promise<SidebarData>;
    budget?: BudgetReader;
    isTemporary(owner: string, conversation: string): boolean;
    /** Whether people sign in here. */
    hasSessions: boolean;
    /** Who looks after the server. */
    isAdmin?(account: string): Promise<boolean>;
    /** How much of a long chat a page shows; see Window in store.ts. */
    threadSteps: { step: number; max: number };
    limits: ListParts["limits"] & { deletedKeptMs: number };
  };

/** A new chat; `id` is that of one whose model has been chosen already. */
export async function homePage(
  parts: PageParts,
  viewer: Viewer,
  {
    id = parts.fragments(viewer.language).options.newId(),
    isTemporary = false,
  }: { id?: string | undefined; isTemporary?: boolean } = {},
): Promise<string> {
  const choice = await parts.store.models.of(viewer.account, id);
  const assistant = await parts.store.assistants.of(viewer.account, id);
  const heading = assistant === null ? "" : nameOf(assistant);
  return chatPage(parts, viewer, { id, heading, choice, isTemporary, assistant });
}

/** `at` is a message that was looked for, `edited` one that is shown as a form; the page goes up to them, or to `from`. */
export type Wish = { at?: string | null; edited?: string | null; from?: string | null };

/** Null where the viewer has no such conversation. */
export async function conversationPage(
  parts: PageParts,
  viewer: Viewer,
  id: string,
  { at = null, edited = null, from = null }: Wish = {},
): Promise<string | null> {
  const { store, broadcast } = parts;
  const fragments = parts.fragments(viewer.language);
  // Seen before it is read: the page shows it as no longer unread.
  await see(broadcast.parts, viewer.account, id);
  const found = await store.conversations.find(viewer.account, id);
  if (found === null) return null;
  const isTemporary = parts.isTemporary(viewer.account, id);
  const isPlain = (from ?? edited ?? at) === null && !isTemporary;
  const look = `${viewer.language} ${parts.version()}`;
  const known = isPlain ? parts.threads.find(found, look) : null;
  if (known !== null) return chatPage(parts, viewer, { ...headOf(found), thread: known });
  const { step, max } = parts.threadSteps;
  const named = edited ?? at;
  const below = named && (await store.conversations.below(viewer.account, id, named, step));
  const stretch = below && !from ? await stretchAround(parts, viewer.account, id, named, below) : null;
  const window = { step, max, from: stretch ? null : (from ?? named) };
  const read = await store.conversations.read(viewer.account, id, window);
  if (read === null) return null;
  const { conversation } = read;
  const { messages, earlier, later } = stretch ?? { ...read, messages: messagesOn(read), later: null };
  const isHere = at === null || below !== null || messages.some((message) => message.id === at);
  const isElsewhere = !isHere && (await isIn(store, viewer.account, conversation, at));
  const elsewhere = isElsewhere ? { id: fragments.options.newId(), message: at } : null;
  const isFull = stretch !== null || messages.length + step > max;
  const thread: ShownThread = {
    html: fragments.thread(broadcast.shown(messages), earlier, edited, isFull ? { later } : null),
    leaf: read.messages.at(-1) ?? null,
    // What is written into a form would be gone.
    refreshes:
      messages.some(isRunning) && !messages.some((each) => each.role === "user" && each.id === edited),
  };
  if (isPlain && !messages.some(isRunning)) parts.threads.keep(conversation, look, thread);
  return chatPage(parts, viewer, { ...headOf(conversation), thread, elsewhere, isTemporary });
}

function headOf(conversation: Conversation): Pick<Shown, "id" | "heading" | "conversation" | "choice"> {
  return { id: conversation.id, heading: conversation.title, conversation, choice: conversation };
}

function isRunning({ generation }: Message): boolean {
  return generation?.state === "running";
}

async function isIn(store: Store, owner: string, { id }: Conversation, message: string): Promise<boolean> {
  return (await store.conversations.of(owner, "message", message)) === id;
}

/**
 * What stands before a message on a page, as of a revision: from `from` on, or as much as there may be at once; null
 * where it is none.
 */
export async function earlierMessages(
  { store, fragments, broadcast, threadSteps }: PageParts,
  viewer: Viewer,
  id: string,
  { from, before }: { from: string; before: string },
): Promise<{ html: string; revision: number } | null> {
  const window = { ...threadSteps, from, before };
  const thread = await store.conversations.read(viewer.account, id, window);
  const isThere =
    thread?.messages.some((message) => message.id === from) || thread?.messages.length === threadSteps.max;
  if (!thread || !isThere) return null;
  const html = fragments(viewer.language).thread(broadcast.shown(thread.messages), thread.earlier);
  return { html, revision: thread.conversation.revision };
}

/** What comes after a message that a page ends with, as of a revision; null where it is none, or the last. */
export async function laterMessages(
  parts: PageParts,
  viewer: Viewer,
  id: string,
  after: string,
): Promise<{ html: string; revision: number } | null> {
  const stretch = await stretchAfter(parts, viewer.account, id, after);
  if (stretch === null) return null;
  const { messages, later, revision } = stretch;
  const shown = parts.broadcast.shown(messages);
  return { html: parts.fragments(viewer.language).thread(shown, null, null, { later }), revision };
}

/** A message's own Markdown, then its files' names; null where the viewer has no such message. */
export async function messageText(parts: PageParts, viewer: Viewer, id: string): Promise<string | null> {
  const message = await parts.store.conversations.message(viewer.account, id);
  if (message === null) return null;
  const text = message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const names = message.parts.flatMap((part) => ("file" in part ? [`[${part.name}]`] : []));
  return [text, names.join("\n")].filter((each) => each !== "").join("\n\n");
}

/** One that can still be restored; null where there is none. */
export async function deletedPage(parts: PageParts, viewer: Viewer, id: string): Promise<string | null> {
  const { store, templates, limits } = parts;
  const { newId, words } = parts.fragments(viewer.language).options;
  const conversation = await store.conversations.findDeleted(viewer.account, id);
  if (conversation?.deletedMs == null) return null;
  const view: DeletedView = {
    title: `${words.deletedPage.title} · Banter`,
    scripted: false,
    refreshes: false,
    heading: conversation.title,
    date: words.date(conversation.deletedMs + limits.deletedKeptMs),
    id: newId(),
    conversation: id,
  };
  return templates(viewer.language).render("deleted", view);
}

export async function listPage(parts: PageParts, viewer: Viewer, query: URLSearchParams): Promise<string> {
  const list = await listOf(parts, viewer, query);
  return chatPage(parts, viewer, { heading: list.heading, list });
}

export async function searchPage(parts: PageParts, viewer: Viewer, query: URLSearchParams): Promise<string> {
  const list = await searchOf(parts, viewer, query, false);
  return chatPage(parts, viewer, { heading: list.heading, list });
}

/** What can be done with a conversation, for who has no scripts; null where there is none. */
export async function menuPage(parts: PageParts, viewer: Viewer, id: string): Promise<string | null> {
  const menu = await menuOf(parts, viewer, id);
  return menu === null ? null : chatPage(parts, viewer, { heading: menu.title, menu });
}

type Shown = {
  /** Of a new chat, where it has one already. */
  id?: string;
  choice?: Partial<Choice>;
  /** What a new chat begins with. */
  assistant?: Assistant | null;
  heading: string;
  conversation?: Conversation;
  thread?: ShownThread;
  isTemporary?: boolean;
  elsewhere?: ChatView["elsewhere"];
  list?: ListView;
  menu?: MenuView;
};

async function chatPage(parts: PageParts, viewer: Viewer, shown: Shown): Promise<string> {
  const { limits } = parts;
  const fragments = parts.fragments(viewer.language);
  const { words } = fragments.options;
  const { conversation, heading, list = null, menu = null, isTemporary = false } = shown;
  const { id = fragments.options.newId(), choice = {}, thread = noThread, assistant = null } = shown;
  const racers = fragments.racers(id, choice);
  const sidebar = fragments.sidebar(await parts.sidebar(viewer.account), id);
  const isDemo = parts.model.endpoint === "demo";
  const isChat = list === null && menu === null;
  const view: ChatView = {
    title: `${heading || (isTemporary ? words.say.temporaryChat : words.say.newChat)} · Banter`,
    scripted: menu === null,
    heading,
    about: conversation === undefined ? noAbout : aboutView(conversation),
    list,
    menu,
    refreshes: thread.refreshes,
    conversation: id,
    revision: conversation?.revision ?? 0,
    version: parts.version(),
    model: {
      ...pillView(id, choice, fragments.options),
      temporary: isTemporary,
    },
    demo: isDemo && isChat,
    temporary: isTemporary,
    sidebar: {
      ...sidebar,
      // To the hour is enough to tell a clock that is days off, and leaves the page as it is until then.
      nowMs: Math.floor(fragments.options.now() / 3_600_000) * 3_600_000,
      searchMax: limits.searchChars,
      hasSessions: parts.hasSessions,
      isAdmin: (await parts.isAdmin?.(viewer.account)) ?? false,
      languages: otherLanguages(words),
      query: list?.query ?? "",
    },
    thread: thread.html,
    elsewhere: shown.elsewhere ?? null,
    ...welcomeView(isDemo, words, assistant),
    ...choiceOfAssistants(await parts.store.assistants.list(viewer.account), assistant),
    composer: {
      ...composerView(id, thread.leaf, fragments.options),
      racers: racers && { ...racers, temporary: isTemporary },
      hidden: !isChat,
      temporary: isTemporary,
      budget: budgetView((await parts.budget?.(viewer.account)) ?? null, words),
    },
    blankEdit: editView({ id: "", conversation: id }, "", fragments.options),
    attaching: attachView(words, fragments.options.fileBytesMax, filesMax),
  };
  return parts.templates(viewer.language).render("chat", view);
}

const noThread: ShownThread = { html: "", leaf: null, refreshes: false };
const noAbout = { id: null, title: "", tags: [], isArchived: false };
