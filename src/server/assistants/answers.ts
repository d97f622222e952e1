/** GET and POST /assistants: one's own, to be made, changed, ordered, chosen for new chats and deleted. */
import { refuse } from "../../errors.ts";
import { isId, OpError } from "../../protocol.ts";
import { assistantsView, draftOf } from "../../render/assistants/views.ts";
import type { Store } from "../../store/store.ts";
import { fill } from "../../words/fill.ts";
import { wordsIn } from "../../words/words.ts";
import type { Gates } from "../access/gate.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse, redirect } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import type { PageLook } from "../pages/faults.ts";
import { emptyDraft, formResponse, fromChat, fromFields, readForm, type FormParts } from "./form.ts";

export type AssistantParts = FormParts & {
  store: Store;
  pages: PageLook;
  now(): number;
  limits: BodyLimits & { assistantsMax: number };
};

export function assistantRoutes(parts: AssistantParts, { newcomer, sender }: Gates) {
  return {
    "/assistants": {
      GET: newcomer((viewer, request) => answerAssistants(parts, viewer, request)),
      POST: sender((viewer, request) => answerAssistant(parts, viewer, request)),
    },
  };
}

/** The list; with `edit`, the form of one; with `new`, the form of one more. */
async function answerAssistants(
  parts: AssistantParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const { searchParams } = new URL(request.url);
  if (searchParams.has("new")) return formResponse(parts, request, viewer, emptyDraft);
  const edited = searchParams.get("edit");
  if (edited !== null) {
    const assistant = await parts.store.assistants.find(viewer.account, edited);
    if (assistant === null) return null;
    return formResponse(parts, request, viewer, draftOf(assistant));
  }
  const { assistantsMax } = parts.limits;
  const assistants = await parts.store.assistants.list(viewer.account);
  const view = assistantsView(assistants, assistantsMax, wordsIn(viewer.language));
  const html = parts.pages.templates(viewer.language).render("assistants", view);
  return htmlResponse(request, html, { isForOnce: true });
}

/** What is to be done is told by the button that was pressed. */
async function answerAssistant(
  parts: AssistantParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const fields = await readFields(request, parts.limits);
  if (fields["chat"] !== undefined) {
    return formResponse(parts, request, viewer, await fromChat(parts, viewer, fields));
  }
  if (fields["save"] !== undefined) return save(parts, request, viewer, fields);
  return (await change(parts.store.assistants, viewer.account, fields)) ? redirect("/assistants") : null;
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
