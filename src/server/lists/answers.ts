/** Answers about conversations: their pages, lists of them, and parts of pages; null where there is nothing. */
import { isId } from "../../protocol.ts";
import { toSignIn } from "../access/signin.ts";
import type { Viewer, Viewers } from "../access/viewer.ts";
import { htmlResponse, jsonResponse } from "../answers.ts";
import { conversationPage, deletedPage, menuPage, type PageParts } from "../pages.ts";
import { stepReaders } from "./pages.ts";

export type AnswerParts = { pages: PageParts; reader: { viewers: Viewers } };

export async function answerConversation(parts: AnswerParts, request: Request): Promise<Response | null> {
  const { name, id, query, viewer, refused } = await asked(parts, request);
  if (refused !== null) return refused;
  if (viewer === null || id === null) return null;
  const [at = null, edited = null, from = null] = ["at", "edit", "from"].map((wish) =>
    idOrNull(query.get(wish)),
  );
  const wish = { at, edited, from };
  const html = await conversationPage(parts.pages, viewer, id, wish);
  // What is in no file here is not to be in the browser's either.
  const isForOnce = parts.pages.isTemporary(viewer.account, id);
  if (html !== null) return htmlResponse(request, html, { isForOnce });
  const deleted = await deletedPage(parts.pages, viewer, name);
  return deleted === null ? null : htmlResponse(request, deleted, { status: 410, isForOnce: true });
}

const idOrNull = (value: string | null): string | null => (isId(value) ? value : null);

export async function answerMenu(parts: AnswerParts, request: Request): Promise<Response | null> {
  const { id, viewer, refused } = await asked(parts, request);
  if (refused !== null) return refused;
  const html = viewer === null || id === null ? null : await menuPage(parts.pages, viewer, id);
  return html === null ? null : htmlResponse(request, html, { isForOnce: true });
}

/** A browser without a cookie of ours has an empty list. */
export async function answerList(
  { pages, reader }: AnswerParts,
  request: Request,
  page: (pages: PageParts, viewer: Viewer, query: URLSearchParams) => Promise<string>,
): Promise<Response> {
  const welcome = await reader.viewers.welcome(request);
  if (welcome === null) return toSignIn(request);
  const html = await page(pages, welcome.viewer, new URL(request.url).searchParams);
  return htmlResponse(request, html, { setCookie: welcome.setCookie });
}

/** For scripts that have a page already: no other site can read the answer, and asking changes nothing. */
export async function answerSteps(parts: AnswerParts, request: Request): Promise<Response | null> {
  const { name, query, viewer } = await asked(parts, request);
  const read = stepReaders.get(name);
  const steps = viewer === null ? null : ((await read?.(parts.pages, viewer, query)) ?? null);
  return steps === null ? null : jsonResponse(steps);
}

/** The second part of the path, which may be an id; `refused` leads who has to sign in to where one does. */
async function asked({ reader: { viewers } }: AnswerParts, request: Request) {
  const { pathname, searchParams: query } = new URL(request.url);
  const name = pathname.split("/")[2] ?? "";
  const viewer = await viewers.find(request);
  const refused = viewer === null && viewers.asks ? toSignIn(request) : null;
  return { name, id: isId(name) ? name : null, query, viewer, refused };
}
