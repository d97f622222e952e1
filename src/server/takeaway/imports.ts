/** POST /import: a file of chats, from here or from elsewhere, as a form has it or by itself. */
import { importFile, type ImportParts, type ImportResult } from "../../chat/takeaway/import.ts";
import { refuse } from "../../errors.ts";
import { boundaryOf } from "../../imports/multipart.ts";
import { lineMax } from "../../protocol/parse.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse } from "../answers.ts";
import { isJson } from "../bodies.ts";
import { takeawayPage, type TakeawayAnswerParts } from "./answers.ts";

export type ImportAnswerParts = TakeawayAnswerParts & {
  imports: ImportParts & { limits: { tagsMax: number } };
};

/** By plain forms too; what was read and what was not is on the page that answers. */
export async function answerImport(
  parts: ImportAnswerParts,
  viewer: Viewer,
  request: Request,
): Promise<Response> {
  const result = await read(parts, request, viewer);
  parts.log.info("import.ended", { ...result, refusals: undefined });
  const html = takeawayPage(parts, viewer.language, { broughtIn: result });
  const isNothing = result.added + result.there + result.assistants === 0;
  return htmlResponse(request, html, { status: isNothing ? 400 : 200, isForOnce: true });
}

async function read(
  { imports, store, now }: ImportAnswerParts,
  request: Request,
  viewer: Viewer,
): Promise<ImportResult> {
  const { limits } = imports;
  const boundary = boundaryOf(request.headers.get("content-type"));
  if (boundary === null && !isJson(request)) {
    throw refuse("unsupported_media_type", "wrongType", { type: "multipart/form-data" });
  }
  if (Number(request.headers.get("content-length")) > limits.importBytesMax) {
    throw refuse("too_large", "importLarge", { max: Math.floor(limits.importBytesMax / 1024 / 1024) });
  }
  await store.sessions.create({ ...viewer, nowMs: now() });
  const { image, recording, file, untitled } = wordsIn(viewer.language).takeaway;
  return importFile(imports, viewer.account, {
    body: request.body,
    boundary,
    names: { image, recording, file, untitled },
    titleChars: lineMax.title,
    tags: { max: limits.tagsMax, chars: lineMax.tag },
  });
}
