/** Whole pages: a new chat, a stored conversation, and what to say where there is none. */
import type { Conversation, Message } from "../domain.ts";
import type { Fragments } from "../render/fragments.ts";
import type { Templates } from "../render/templates.ts";
import { composerView, modelView, welcomeView, type ChatView, type ErrorView } from "../render/views.ts";
import type { Store } from "../store/store.ts";
import type { Broadcast } from "./broadcast.ts";
import { securityHeaders } from "./guard.ts";
import type { Viewer } from "./viewer.ts";

export type PageParts = {
  store: Store;
  broadcast: Broadcast;
  fragments: Fragments;
  templates(): Templates;
  version(): string;
  model: { endpoint: string; id: string };
  sidebarRows: number;
  newId(): string;
};

export async function homePage(parts: PageParts, viewer: Viewer): Promise<string> {
  return chatPage(parts, viewer, null, []);
}

/** Null where the viewer has no such conversation. */
export async function conversationPage(parts: PageParts, viewer: Viewer, id: string): Promise<string | null> {
  const thread = await parts.store.conversations.read(viewer.account, id);
  return thread === null ? null : chatPage(parts, viewer, thread.conversation, thread.messages);
}

async function chatPage(
  parts: PageParts,
  viewer: Viewer,
  conversation: Conversation | null,
  messages: Message[],
): Promise<string> {
  const { fragments } = parts;
  const id = conversation?.id ?? parts.newId();
  const rows = await parts.store.conversations.list(viewer.account, parts.sidebarRows);
  const views = fragments.messages(parts.broadcast.shown(messages));
  const isDemo = parts.model.endpoint === "demo";
  const title = conversation?.title ?? "New chat";
  const view: ChatView = {
    title: `${title} · Banter`,
    scripted: true,
    heading: conversation === null ? "" : title,
    refreshes: views.some((message) => message.isRunning),
    conversation: id,
    revision: conversation?.revision ?? 0,
    version: parts.version(),
    model: modelView(parts.model),
    demo: isDemo,
    sidebar: fragments.sidebar(rows, id),
    messages: views,
    ...welcomeView(isDemo),
    composer: composerView(id, messages.at(-1) ?? null, fragments.options),
  };
  return parts.templates().render("chat", view);
}

type ErrorWords = Pick<ErrorView, "heading" | "text" | "requestId">;

/** `heading` and `text` are said to people: no paths, versions or causes. */
export function errorPage(templates: Templates, words: ErrorWords): string {
  const view: ErrorView = { ...words, title: `${words.heading} · Banter`, scripted: false, refreshes: false };
  return templates.render("error", view);
}

/**
 * An HTML answer; private, for most pages are somebody's. A step back in the browser's history shows it as it was,
 * unless it is for once.
 */
export function htmlResponse(
  html: string,
  options: { status?: number; setCookie?: string | null; isForOnce?: boolean } = {},
): Response {
  const headers = new Headers({
    ...securityHeaders,
    "Cache-Control": options.isForOnce ? "no-store" : "private, no-cache",
    "Content-Type": "text/html; charset=utf-8",
  });
  if (options.setCookie) headers.append("Set-Cookie", options.setCookie);
  return new Response(html, { status: options.status ?? 200, headers });
}
