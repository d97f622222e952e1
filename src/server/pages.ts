/** Whole pages: a new chat, a stored conversation, and what to say where there is none. */
import type { Conversation, Message, ModelRef } from "../domain.ts";
import type { Fragments } from "../render/fragments.ts";
import type { Templates } from "../render/templates.ts";
import {
  composerView,
  earlierView,
  editView,
  pillView,
  welcomeView,
  type ChatView,
  type ErrorView,
} from "../render/views.ts";
import type { Store, Thread } from "../store/store.ts";
import type { Broadcast } from "./broadcast.ts";
import type { Viewer } from "./access/viewer.ts";
import { htmlResponse } from "./answers.ts";

export type PageParts = {
  store: Store;
  broadcast: Broadcast;
  fragments: Fragments;
  templates(): Templates;
  version(): string;
  model: { endpoint: string; id: string };
  sidebarRows: number;
  isTemporary(owner: string, conversation: string): boolean;
  /** How much of a long chat a page shows; see Window in store.ts. */
  threadSteps: { step: number; max: number };
  newId(): string;
};

/** A new chat; `id` is that of one whose model has been chosen already. */
export async function homePage(
  parts: PageParts,
  viewer: Viewer,
  { id = parts.newId(), isTemporary = false }: { id?: string | undefined; isTemporary?: boolean } = {},
): Promise<string> {
  const { model } = await parts.store.models.of(viewer.account, id);
  const shown = { id, conversation: null, messages: [], earlier: null, model, edited: null, isTemporary };
  return chatPage(parts, viewer, shown);
}

/** `edited` is shown as a form; the page goes up to it, or to `from`, as far as there may be at once. */
type Extent = { edited: string | null; from: string | null };

/** Null where the viewer has no such conversation. */
export async function conversationPage(
  parts: PageParts,
  viewer: Viewer,
  id: string,
  { edited, from }: Extent = { edited: null, from: null },
): Promise<string | null> {
  const window = { ...parts.threadSteps, from: from ?? edited };
  const thread = await parts.store.conversations.read(viewer.account, id, window);
  if (thread === null) return null;
  const isTemporary = parts.isTemporary(viewer.account, id);
  return chatPage(parts, viewer, { id, edited, isTemporary, model: thread.conversation.model, ...thread });
}

/** What stands before a message on a page: from `from` on, or as much as there may be at once; null where it is none. */
export async function earlierMessages(
  { store, fragments, broadcast, threadSteps }: PageParts,
  viewer: Viewer,
  id: string,
  { from, before }: { from: string; before: string },
): Promise<string | null> {
  const window = { ...threadSteps, from, before };
  const thread = await store.conversations.read(viewer.account, id, window);
  const isThere =
    thread?.messages.some((message) => message.id === from) || thread?.messages.length === threadSteps.max;
  return thread && isThere ? fragments.thread(broadcast.shown(thread.messages), thread.earlier) : null;
}

/** A message's own Markdown; null where the viewer has no such message. */
export async function messageText(parts: PageParts, viewer: Viewer, id: string): Promise<string | null> {
  const message = await parts.store.conversations.message(viewer.account, id);
  return message && message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

type Shown = {
  id: string;
  conversation: Conversation | null;
  messages: Message[];
  earlier: Thread["earlier"];
  model: ModelRef | null;
  /** The message that is shown as a form. */
  edited: string | null;
  isTemporary: boolean;
};

async function chatPage(
  parts: PageParts,
  viewer: Viewer,
  { id, conversation, messages, earlier, model, edited, isTemporary }: Shown,
): Promise<string> {
  const { fragments } = parts;
  const rows = await parts.store.conversations.list(viewer.account, parts.sidebarRows);
  const views = fragments.messages(parts.broadcast.shown(messages));
  const form = views.find((message) => message.isUser && message.id === edited);
  if (form !== undefined)
    form.edit = editView({ id: form.id, conversation: id }, form.text, fragments.options);
  const isDemo = parts.model.endpoint === "demo";
  const title = conversation?.title ?? (isTemporary ? "Temporary chat" : "New chat");
  const view: ChatView = {
    title: `${title} · Banter`,
    scripted: true,
    heading: conversation === null ? "" : title,
    // What is written into a form would be gone.
    refreshes: form === undefined && views.some((message) => message.isRunning),
    conversation: id,
    revision: conversation?.revision ?? 0,
    version: parts.version(),
    model: { ...pillView(id, model, fragments.options), temporary: isTemporary },
    demo: isDemo,
    temporary: isTemporary,
    sidebar: fragments.sidebar(rows, id),
    earlier: earlierView(messages[0], earlier),
    messages: views,
    ...welcomeView(isDemo),
    composer: { ...composerView(id, messages.at(-1) ?? null, fragments.options), temporary: isTemporary },
    blankEdit: editView({ id: "", conversation: id }, "", fragments.options),
  };
  return parts.templates().render("chat", view);
}

export function missingPage(request: Request, templates: Templates): Response {
  const text = "It may have been deleted, or belong to somebody else.";
  return errorPage(request, templates, 404, { heading: "There is no such page", text, requestId: null });
}

export function refusedPage(request: Request, templates: Templates, status: number, text: string): Response {
  return errorPage(request, templates, status, { heading: "That did not work", text, requestId: null });
}

/** A fault of ours: the page tells the request's id, and nothing else. */
export function faultPage(request: Request, templates: Templates, requestId: string): Response {
  const text = "What is stored is safe. Trying again may help.";
  return errorPage(request, templates, 500, { heading: "Something went wrong", text, requestId });
}

type ErrorWords = Pick<ErrorView, "heading" | "text" | "requestId">;

function errorPage(request: Request, templates: Templates, status: number, words: ErrorWords): Response {
  const view: ErrorView = { ...words, title: `${words.heading} · Banter`, scripted: false, refreshes: false };
  return htmlResponse(request, templates.render("error", view), { status });
}
