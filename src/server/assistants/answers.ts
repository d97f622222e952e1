/** GET and POST /assistants: one's own, to be made, changed, ordered, chosen for new chats and deleted. */
import { refuse } from "../../errors.ts";
import { isId, OpError } from "../../protocol.ts";
import { assistantsView, draftOf } from "../../render/assistants/views.ts";
import type { Store } from "../../store/store.ts";
import { fill } from "../../words/fill.ts";
import { wordsIn } from "../../words/words.ts";
import { languageOf } from "../access/language.ts";
import { readerOf, type ReaderParts } from "../access/reader.ts";
import { toSignIn } from "../access/signin.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse, redirect, refusalOf } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import { missingPage, refusedPage, type PageLook } from "../pages/faults.ts";
import { emptyDraft, formResponse, fromChat, fromFields, readForm, type FormParts } from "./form.ts";

export type AssistantParts = FormParts & {
  reader: ReaderParts;
  store: Store;
  pages: PageLook;
  now(): number;
  limits: BodyLimits & { assistantsMax: number };
};

export function assistantRoutes(parts: AssistantParts) {
  return {
    "/assistants": {
      GET: (request: Request) => answerAssistants(parts, request),
      POST: (request: Request) => answerAssistant(parts, request),
    },
  };
}

/** The list; with `edit`, the form of one; with `new`, the form of one more. */
async function answerAssistants(parts: AssistantParts, request: Request): Promise<Response> {
  const { viewers } = parts.reader;
  const viewer = await viewers.find(request);
  if (viewer === null) return viewers.asks ? toSignIn(request) : redirect("/");
  const { searchParams } = new URL(request.url);
  if (searchParams.has("new")) return formResponse(parts, request, viewer, emptyDraft);
  const edited = searchParams.get("edit");
  if (edited !== null) {
    const assistant = await parts.store.assistants.find(viewer.account, edited);
    if (assistant === null) return missingPage(request, parts.pages);
    return formResponse(parts, request, viewer, draftOf(assistant));
  }
  const { assistantsMax } = parts.limits;
  const assistants = await parts.store.assistants.list(viewer.account);
  const view = assistantsView(assistants, assistantsMax, wordsIn(viewer.language));
  const html = parts.pages.templates(viewer.language).render("assistants", view);
  return htmlResponse(request, html, { isForOnce: true });
}

/** What is to be done is told by the button that was pressed. */
async function answerAssistant(parts: AssistantParts, request: Request): Promise<Response> {
  const { viewer, refused } = await readerOf(parts.reader, request);
  if (viewer === null) return refusedPage(request, parts.pages, refused.status, refused.text);
  try {
    const fields = await readFields(request, parts.limits);
    if (fields["chat"] !== undefined) {
      return await formResponse(parts, request, viewer, await fromChat(parts, viewer, fields));
    }
    if (fields["save"] !== undefined) return await save(parts, request, viewer, fields);
    const isDone = await change(parts.store.assistants, viewer.account, fields);
    return isDone ? redirect("/assistants") : missingPage(request, parts.pages);
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn(languageOf(request)));
    return refusedPage(request, parts.pages, status, text);
  }
}

async function change(
  assistants: Store["assistants"],
  owner: string,
  { use, up, remove }: Record<string, string>,
): Promise<boolean> {
  if (use !== undefined) return assistants.useForNew(owner, use === "" ? null : use);
  if (up !== undefined) return assistants.moveUp(owner, up);
  return remove !== undefined && assistants.remove(owner, remove);
}

/** What can't be kept is shown again, with what is wrong with it. */
async function save(
  parts: AssistantParts,
  request: Request,
  viewer: Viewer,
  fields: Record<string, string>,
): Promise<Response> {
  const { store, now, limits } = parts;
  const { id } = fields;
  if (!isId(id)) throw new OpError("noOpId");
  const words = wordsIn(viewer.language);
  const read = readForm(parts, fields);
  if ("wrong" in read) {
    const trouble = fill(words.refusals[read.wrong], read.values ?? {}, words);
    return formResponse(parts, request, viewer, fromFields(fields), trouble);
  }
  await store.sessions.create({ ...viewer, nowMs: now() });
  const { assistantsMax: max } = limits;
  const assistant = { id, ...read.value };
  const kept = await store.assistants.keep({ owner: viewer.account, assistant, max, nowMs: now() });
  if (kept === "full") throw refuse("conflict", "assistantsFull", { max });
  return redirect("/assistants");
}
