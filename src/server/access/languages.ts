/** POST /language: a choice of language, which the browser keeps for all pages, also for those before signing in. */
import { OpError } from "../../protocol.ts";
import { languageCalled, wordsIn } from "../../words/words.ts";
import { ownPath, redirect, refusalOf } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import { refusedPage, type PageLook } from "../pages/faults.ts";
import { languageOf } from "./language.ts";
import type { ReaderParts } from "./reader.ts";

export type LanguageParts = { reader: ReaderParts; pages: PageLook; limits: BodyLimits };

/** Leads back to the page where it was chosen. */
export async function answerLanguage(parts: LanguageParts, request: Request): Promise<Response> {
  const { guard, viewers } = parts.reader;
  const words = wordsIn(languageOf(request));
  if (!guard.isOwnOrigin(request)) return refusedPage(request, parts.pages, 403, words.refusals.otherSite);
  try {
    const language = languageCalled((await readFields(request, parts.limits))["language"]);
    if (language === null) throw new OpError("noLanguage");
    const from = URL.parse(request.headers.get("referer") ?? "");
    const path = ownPath(from === null ? null : from.pathname + from.search);
    return redirect(path, 303, { "Set-Cookie": viewers.speak(language) });
  } catch (error) {
    const { status, text } = refusalOf(error, words);
    return refusedPage(request, parts.pages, status, text);
  }
}
