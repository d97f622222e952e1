/** Requests for pages of a chat, and for parts of one → answers. */
import { isId } from "../../protocol.ts";
import type { ReaderParts } from "../access/reader.ts";
import { toSignIn } from "../access/signin.ts";
import type { Viewer, Welcome } from "../access/viewer.ts";
import { htmlResponse, idInPath, redirect } from "../answers.ts";
import { beginWith } from "../assistants/begin.ts";
import type { SheetParts } from "../models/sheet.ts";
import { earlierMessages, homePage, messageText, type PageParts } from "../pages.ts";
import { missingPage } from "./faults.ts";

export type ChatParts = {
  reader: ReaderParts;
  pages: PageParts;
  sheets: SheetParts;
  /** Whoever opens a page may want to know soon what there is to choose. */
  catalogue: { want(): void };
  now(): number;
};

export async function answerHome(parts: ChatParts, request: Request): Promise<Response> {
  const welcome = await parts.reader.viewers.welcome(request);
  if (welcome === null) return toSignIn(request);
  parts.catalogue.want();
  const { searchParams } = new URL(request.url);
  const given = searchParams.get("conversation");
  const asked = searchParams.get("assistant");
  if (asked !== null) return answerAssisted(parts, request, welcome, asked);
  const id = isId(given) ? given : undefined;
  const isBegun =
    id !== undefined && (await parts.pages.store.conversations.find(welcome.viewer.account, id));
  if (isBegun) return redirect(`/conversations/${id}`);
  // Its new conversation has an id, which by the time of a step back may be an old one's.
  const options = { setCookie: welcome.setCookie, isForOnce: true };
  const isTemporary = searchParams.has("temporary");
  return htmlResponse(request, await homePage(parts.pages, welcome.viewer, { id, isTemporary }), options);
}

/** A new chat that begins with an assistant, or with none. */
async function answerAssisted(
  { pages, now }: ChatParts,
  request: Request,
  { viewer, setCookie }: Welcome,
  asked: string,
): Promise<Response> {
  const conversation = crypto.randomUUID();
  const id = await beginWith(pages.store, viewer, { asked, conversation, nowMs: now() });
  if (id === null) return missingPage(request, pages);
  const isTemporary = new URL(request.url).searchParams.has("temporary");
  const html = await homePage(pages, viewer, { id, isTemporary });
  return htmlResponse(request, html, { setCookie, isForOnce: true });
}

type Sheet = (parts: SheetParts, viewer: Viewer, request: Request) => Promise<Response | null>;

/** A page of its own, or what is laid over a chat. */
export async function answerSheet(parts: ChatParts, request: Request, sheet: Sheet): Promise<Response> {
  const { viewers } = parts.reader;
  const viewer = await viewers.find(request);
  if (viewer === null && viewers.asks) return toSignIn(request);
  const answer = viewer === null ? null : await sheet(parts.sheets, viewer, request);
  return answer ?? missingPage(request, parts.pages);
}

/** A part of a page, for a page that goes on upwards. */
export async function answerEarlier(parts: ChatParts, request: Request): Promise<Response> {
  const id = idInPath(request);
  const { searchParams } = new URL(request.url);
  const [from, before] = [searchParams.get("from"), searchParams.get("before")];
  const viewer = await parts.reader.viewers.find(request);
  const earlier =
    viewer !== null && id !== null && isId(from) && isId(before)
      ? await earlierMessages(parts.pages, viewer, id, { from, before })
      : null;
  if (viewer === null || id === null || earlier === null) return missingPage(request, parts.pages);
  const isForOnce = parts.pages.isTemporary(viewer.account, id);
  const response = htmlResponse(request, earlier.html, { isForOnce });
  response.headers.set("Revision", String(earlier.revision));
  return response;
}

/** As it was written: for who copies it. */
export async function answerMessage(parts: ChatParts, request: Request): Promise<Response> {
  const id = idInPath(request);
  const viewer = await parts.reader.viewers.find(request);
  const text = viewer !== null && id !== null ? await messageText(parts.pages, viewer, id) : null;
  if (text === null) return missingPage(request, parts.pages);
  const headers = { "Cache-Control": "private, no-cache", "Content-Type": "text/markdown; charset=utf-8" };
  return new Response(text, { headers });
}
