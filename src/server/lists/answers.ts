/** Answers about conversations: their pages, lists of them, and parts of pages; null where there is nothing. */
import { isId } from "../../protocol.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse, idInPath, jsonResponse } from "../answers.ts";
import { conversationPage, deletedPage, menuPage, type PageParts } from "../pages.ts";
import { stepReaders } from "./pages.ts";

export type AnswerParts = { pages: PageParts };

export async function answerConversation(
  { pages }: AnswerParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const id = idInPath(request);
  if (id === null) return null;
  const query = new URL(request.url).searchParams;
  const [at = null, edited = null, from = null] = ["at", "edit", "from"].map((wish) =>
    idOrNull(query.get(wish)),
  );
  const html = await conversationPage(pages, viewer, id, { at, edited, from });
  // What is in no file here is not to be in the browser's either.
  const isForOnce = pages.isTemporary(viewer.account, id);
  if (html !== null) return htmlResponse(request, html, { isForOnce });
  const deleted = await deletedPage(pages, viewer, id);
  return deleted === null ? null : htmlResponse(request, deleted, { status: 410, isForOnce: true });
}

const idOrNull = (value: string | null): string | null => (isId(value) ? value : null);

export async function answerMenu(
  { pages }: AnswerParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const id = idInPath(request);
  const html = id === null ? null : await menuPage(pages, viewer, id);
  return html === null ? null : htmlResponse(request, html, { isForOnce: true });
}

export async function answerList(
  { pages }: AnswerParts,
  viewer: Viewer,
  request: Request,
  page: (pages: PageParts, viewer: Viewer, query: URLSearchParams) => Promise<string>,
): Promise<Response> {
  return htmlResponse(request, await page(pages, viewer, new URL(request.url).searchParams));
}

/** For scripts that have a page already: no other site can read the answer, and asking changes nothing. */
export async function answerSteps(
  { pages }: AnswerParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  const read = stepReaders.get(pathname.split("/")[2] ?? "");
  const steps = (await read?.(pages, viewer, searchParams)) ?? null;
  return steps === null ? null : jsonResponse(steps);
}
