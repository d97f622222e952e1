/** GET /parameters: what a person has set for a conversation, to be set otherwise. */
import { isId } from "../../protocol.ts";
import { parametersView } from "../../render/models/parameters.ts";
import type { Viewer } from "../access/viewer.ts";
import { sheetResponse, type SheetParts } from "./sheet.ts";

/** Null where no conversation is told. */
export async function answerParameters(
  parts: SheetParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const conversation = new URL(request.url).searchParams.get("conversation");
  if (!isId(conversation)) return null;
  const { parameters } = await parts.store.models.of(viewer.account, conversation);
  const view = parametersView({ parameters, conversation, settings: parts.settings, id: parts.newId() });
  return sheetResponse(parts, request, "parameters", view);
}
