/** Pages for when there is nothing else to show: missing, refused, a fault of ours, no way through. */
import type { Templates } from "../../render/templates.ts";
import type { ErrorView } from "../../render/views.ts";
import { wordsIn, type Language } from "../../words/words.ts";
import { languageOf } from "../access/language.ts";
import { htmlResponse } from "../answers.ts";

export type PageLook = { templates(language: Language): Templates };

export function missingPage(request: Request, look: PageLook): Response {
  const { missing: heading, missingText: text } = wordsIn(languageOf(request)).fault;
  return errorPage(request, look, 404, { heading, text, requestId: null });
}

export function refusedPage(request: Request, look: PageLook, status: number, text: string): Response {
  const heading = wordsIn(languageOf(request)).fault.refused;
  return errorPage(request, look, status, { heading, text, requestId: null });
}

/** A fault of ours: the page tells the request's id, and nothing else. */
export function faultPage(request: Request, look: PageLook, requestId: string): Response {
  const { ours: heading, oursText: text } = wordsIn(languageOf(request)).fault;
  return errorPage(request, look, 500, { heading, text, requestId });
}

/** What a browser keeps to show when it can't get through to us; it tries the address again by itself. */
export function offlinePage(request: Request, look: PageLook): Response {
  const { offline: heading, offlineText: text } = wordsIn(languageOf(request)).fault;
  const response = errorPage(request, look, 200, { heading, text, requestId: null });
  response.headers.set("Refresh", "5");
  return response;
}

type ErrorWords = Pick<ErrorView, "heading" | "text" | "requestId">;

function errorPage(request: Request, { templates }: PageLook, status: number, words: ErrorWords): Response {
  const view: ErrorView = { ...words, title: `${words.heading} · Banter`, scripted: false, refreshes: false };
  return htmlResponse(request, templates(languageOf(request)).render("error", view), { status });
}
