/** GET /usage: what a person's replies took, by day, model, month and conversation. */
import { usageView } from "../../render/models/usage.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { sheetResponse, type SheetParts } from "./sheet.ts";

export async function answerUsage(parts: SheetParts, viewer: Viewer, request: Request): Promise<Response> {
  const nowMs = parts.now();
  const since = new Date(nowMs - daysMax * 86_400_000).toISOString().slice(0, 10);
  const recent = new Date(nowMs - 29 * 86_400_000).toISOString().slice(0, 10);
  const [byModel, byConversation, titles] = await Promise.all([
    parts.store.spending.byModel(viewer.account, since, rowsMax),
    parts.store.spending.byConversation(viewer.account, conversationsMax),
    parts.store.spending.titles(viewer.account, recent),
  ]);
  const budget = await parts.budget(viewer.account);
  const words = wordsIn(viewer.language);
  const { ownTokens, oauth } = parts.settings;
  const token = ownTokens ? words.token.own : oauth?.pays ? words.oauth.token.title : null;
  const view = usageView({ byModel, byConversation, titles }, nowMs, words, budget, token);
  return sheetResponse(parts, request, viewer, "usage", view);
}

/** A year, in as many rows as a page can take. */
const daysMax = 366;
const rowsMax = 10_000;
const conversationsMax = 50;
