/** Requests for pages of a chat, and for parts of one → answers. */
import { isId } from "../../protocol.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse, idInPath, redirect } from "../answers.ts";
import { beginWith } from "../assistants/begin.ts";
import { earlierMessages, homePage, laterMessages, messageText, type PageParts } from "../pages.ts";

export type ChatParts = {
  pages: PageParts;
  /** Whoever opens a page may want to know soon what there is to choose. */
  catalogue: { want(): void };
  now(): number;
};

export async function answerHome(
  parts: ChatParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  parts.catalogue.want();
  const { searchParams } = new URL(request.url);
  const given = searchParams.get("conversation");
  const asked = searchParams.get("assistant");
  if (asked !== null) return answerAssisted(parts, viewer, request, asked);
  const id = isId(given) ? given : undefined;
  const isBegun = id !== undefined && (await parts.pages.store.conversations.find(viewer.account, id));
  if (isBegun) return redirect(`/conversations/${id}`);
  const isTemporary = searchParams.has("temporary");
  // Its new conversation has an id, which by the time of a step back may be an old one's.
  return htmlResponse(request, await homePage(parts.pages, viewer, { id, isTemporary }), { isForOnce: true });
}

/** A new chat that begins with an assistant, or with none. */
async function answerAssisted(
  { pages, now }: ChatParts,
  viewer: Viewer,
  request: Request,
  asked: string,
): Promise<Response | null> {
  const conversation = crypto.randomUUID();
  const id = await beginWith(pages.store, viewer, { asked, conversation, nowMs: now() });
  if (id === null) return null;
  const isTemporary = new URL(request.url).searchParams.has("temporary");
  return htmlResponse(request, await homePage(pages, viewer, { id, isTemporary }), { isForOnce: true });
}

/** A part of a page, for a page that goes on upwards. */
export function answerEarlier(
  { pages }: ChatParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  return answerPart(pages, viewer, request, async (id, asked) => {
    const [from, before] = [asked.get("from"), asked.get("before")];
    return isId(from) && isId(before) ? earlierMessages(pages, viewer, id, { from, before }) : null;
  });
}

/** The same downwards, for one that does not go to the end. */
export function answerLater(
  { pages }: ChatParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  return answerPart(pages, viewer, request, async (id, asked) => {
    const after = asked.get("after");
    return isId(after) ? laterMessages(pages, viewer, id, after) : null;
  });
}

async function answerPart(
  pages: PageParts,
  viewer: Viewer,
  request: Request,
  read: (id: string, asked: URLSearchParams) => Promise<{ html: string; revision: number } | null>,
): Promise<Response | null> {
  const id = idInPath(request);
  const part = id === null ? null : await read(id, new URL(request.url).searchParams);
  if (id === null || part === null) return null;
  const response = htmlResponse(request, part.html, { isForOnce: pages.isTemporary(viewer.account, id) });
  response.headers.set("Revision", String(part.revision));
  return response;
}

/** As it was written: for who copies it. */
export async function answerMessage(
  { pages }: ChatParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const id = idInPath(request);
  const text = id === null ? null : await messageText(pages, viewer, id);
  if (text === null) return null;
  const headers = { "Cache-Control": "private, no-cache", "Content-Type": "text/markdown; charset=utf-8" };
  return new Response(text, { headers });
}
