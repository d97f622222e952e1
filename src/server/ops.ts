/** Ops by POST: from forms, then 303 to where the turn is; or as JSON, where there is no socket. */
import { perform, performOnce, type TurnParts } from "../chat/turns.ts";
import { OpError, type Frame, type StoredOp } from "../protocol.ts";
import { wordsIn } from "../words/words.ts";
import type { Told } from "./access/gate.ts";
import type { Viewer } from "./access/viewer.ts";
import { jsonResponse, redirect, refusalOf } from "./answers.ts";
import { isJson, readTurn, type BodyLimits } from "./bodies.ts";
import { hasFiles, readFilesForm, type FormParts } from "./files/form.ts";
import { refusedPage, type PageLook } from "./pages/faults.ts";

export type OpParts = {
  turns: TurnParts;
  pages: PageLook;
  files: FormParts;
  limits: BodyLimits;
};

/** `hasCome` is called when all of a form with files is there. */
export async function answerOp(
  parts: OpParts,
  viewer: Viewer,
  request: Request,
  hasCome: () => void,
): Promise<Response> {
  const name = new URL(request.url).pathname.slice("/ops/".length);
  const act = isJson(request) ? performOnce : perform;
  const style = styleFor(request, parts.pages);
  let id: string | null = null;
  try {
    const form = hasFiles(request) ? await readFilesForm(parts.files, viewer, request, hasCome) : undefined;
    const op = await readTurn(request, name, parts.limits, form);
    id = op.id;
    const { conversation } = await act(parts.turns, viewer, op);
    return style.done(op, conversation);
  } catch (error) {
    if (error instanceof OpError) id = error.id;
    const refusal = refusalOf(error, wordsIn(viewer.language));
    const response = style.refused({ id, ...refusal });
    // A token comes each second at least.
    if (refusal.code === "too_fast") response.headers.set("Retry-After", "1");
    return response;
  }
}

/** Who may not ask at all is told so in the same style. */
export const toldOp: Told = (request, pages, refusal) =>
  styleFor(request, pages).refused({ id: null, ...refusal });

function styleFor(request: Request, pages: PageLook): Style {
  return isJson(request) ? asFrames : asPages(request, pages);
}

type Refusal = { id: string | null; status: number; code: string; text: string };

type Style = { done(op: StoredOp, conversation: string): Response; refused(refusal: Refusal): Response };

/** Refusals are frames too, so that whoever asked can tell them from a broken line. */
const asFrames: Style = {
  done: ({ id }, conversation) => jsonResponse({ type: "ack", id, conversation } satisfies Frame),
  refused: ({ status, ...frame }) => jsonResponse({ type: "error", ...frame } satisfies Frame, status),
};

const asPages = (request: Request, look: PageLook): Style => ({
  done: (op, conversation) => redirect(placeOf(op, conversation, new URL(request.url).searchParams)),
  refused: ({ status, text }) => refusedPage(request, look, status, text),
});

/**
 * The message to show: the new one, where there is a new one; the page's end for one that has gone. A chat that is
 * not begun is shown as a new one, and a deleted one says that it is.
 */
function placeOf(op: StoredOp, conversation: string, from: URLSearchParams): string {
  const page = `/conversations/${conversation}`;
  const query = `?conversation=${conversation}${from.has("temporary") ? "&temporary" : ""}`;
  switch (op.op) {
    case "message.send":
    case "message.edit":
    case "message.regenerate":
      return `${page}#m-${op.id}`;
    case "message.continue":
    case "branch.choose":
    case "generation.stop":
    case "race.stop":
      return `${page}#m-${op.message}`;
    case "model.choose":
    case "model.configure":
      return `/${query}`;
    case "model.race":
    case "model.unrace":
      return `/models${query}&race=1`;
    case "model.favour":
    case "model.unfavour":
      return `/models${query}${from.has("race") ? "&race=1" : ""}`;
    default:
      return page;
  }
}
