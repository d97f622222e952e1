/** GET /parameters: what a person has set for a conversation, to be set otherwise. */
import { isId } from "../../protocol.ts";
import { parametersView } from "../../render/models/parameters.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { sheetResponse, type SheetParts } from "./sheet.ts";

/** Null where no conversation is told. */
export async function answerParameters(
  parts: SheetParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const { searchParams } = new URL(request.url);
  const conversation = searchParams.get("conversation");
  if (!isId(conversation)) return null;
  const { parameters } = await parts.store.models.of(viewer.account, conversation);
  const place = { conversation, temporary: searchParams.has("temporary"), id: parts.newId() };
  const view = parametersView({ parameters, settings: parts.settings, ...place }, wordsIn(viewer.language));
  return sheetResponse(parts, request, viewer, "parameters", view);
}
