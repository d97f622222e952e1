/** POST /account/delete: takes away all that is somebody's, where they have typed that they mean it. */
import type { AccountParts } from "../../chat/accounts/end.ts";
import { leave } from "../../chat/accounts/leave.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer, Viewers } from "../access/viewer.ts";
import { htmlResponse, redirect } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import { takeawayPage, type TakeawayAnswerParts } from "./answers.ts";

export type LeavingParts = TakeawayAnswerParts & {
  reader: { viewers: Pick<Viewers, "forget"> };
  bus: AccountParts["bus"];
  turns: { admission: AccountParts["admission"] };
  limits: BodyLimits;
};

/** Leads to a new visit, whose cookie is another. */
export async function answerLeaving(
  parts: LeavingParts,
  viewer: Viewer,
  request: Request,
): Promise<Response> {
  const { viewers } = parts.reader;
  const words = wordsIn(viewer.language);
  const { word = "" } = await readFields(request, parts.limits);
  if (word.trim().toLowerCase() !== words.account.word) {
    const html = takeawayPage(parts, viewer.language, { trouble: words.account.wrong });
    return htmlResponse(request, html, { status: 400, isForOnce: true });
  }
  await leave({ ...parts, admission: parts.turns.admission }, viewer);
  parts.log.info("account.ended");
  return redirect("/", 303, { "Set-Cookie": viewers.forget() });
}
