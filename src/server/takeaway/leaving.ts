/** POST /account/delete: takes away all that is somebody's, where they have typed that they mean it. */
import type { AccountParts } from "../../chat/accounts/end.ts";
import { leave } from "../../chat/accounts/leave.ts";
import { wordsIn } from "../../words/words.ts";
import { languageOf } from "../access/language.ts";
import { readerOf } from "../access/reader.ts";
import { htmlResponse, redirect, refusalOf } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import { refusedPage } from "../pages/faults.ts";
import { takeawayPage, type TakeawayAnswerParts } from "./answers.ts";

export type LeavingParts = TakeawayAnswerParts & {
  bus: AccountParts["bus"];
  turns: { admission: AccountParts["admission"] };
  limits: BodyLimits;
};

/** Leads to a new visit, whose cookie is another. */
export async function answerLeaving(parts: LeavingParts, request: Request): Promise<Response> {
  const { reader, pages, turns } = parts;
  const { viewer, refused } = await readerOf(reader, request);
  if (viewer === null) return refusedPage(request, pages, refused.status, refused.text);
  const words = wordsIn(viewer.language);
  try {
    const { word = "" } = await readFields(request, parts.limits);
    if (word.trim().toLowerCase() !== words.account.word) {
      const html = takeawayPage(parts, viewer.language, { trouble: words.account.wrong });
      return htmlResponse(request, html, { status: 400, isForOnce: true });
    }
    await leave({ ...parts, admission: turns.admission }, viewer);
    parts.log.info("account.ended");
    return redirect("/", 303, { "Set-Cookie": reader.viewers.forget() });
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn(languageOf(request)));
    return refusedPage(request, pages, status, text);
  }
}
