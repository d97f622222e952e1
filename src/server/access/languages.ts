/** POST /language: a choice of language, which the browser keeps for all pages, also for those before signing in. */
import { OpError } from "../../protocol.ts";
import { languageCalled } from "../../words/words.ts";
import { ownPath, redirect } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import type { Viewers } from "./viewer.ts";

export type LanguageParts = { reader: { viewers: Pick<Viewers, "speak"> }; limits: BodyLimits };

/** Leads back to the page where it was chosen. */
export async function answerLanguage({ reader, limits }: LanguageParts, request: Request): Promise<Response> {
  const language = languageCalled((await readFields(request, limits))["language"]);
  if (language === null) throw new OpError("noLanguage");
  const from = URL.parse(request.headers.get("referer") ?? "");
  const path = ownPath(from === null ? null : from.pathname + from.search);
  return redirect(path, 303, { "Set-Cookie": reader.viewers.speak(language) });
}
