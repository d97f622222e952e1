/** The form of an assistant: what it shows at first, what came back by it, and the page around it. */
import { isId, OpError } from "../../protocol.ts";
import { readAssistant, type AssistantLimits } from "../../protocol/assistants.ts";
import { modelName, readParameters, type Read } from "../../protocol/models.ts";
import type { Assistant, ChatParameters, ModelRef } from "../../domain.ts";
import { assistantFormView, type AssistantDraft } from "../../render/assistants/views.ts";
import { answering } from "../../render/views.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse } from "../answers.ts";
import type { SheetParts } from "../models/sheet.ts";

export type FormParts = {
  sheets: Pick<
    SheetParts,
    "store" | "catalogue" | "model" | "endpoints" | "settings" | "templates" | "newId"
  >;
  limits: AssistantLimits;
};

export const emptyDraft: AssistantDraft = {
  id: null,
  name: "",
  icon: "💬",
  model: "",
  suggestions: "",
  parameters: {},
};

/** What stands in the form of a chat's parameters, saved or not, and the model that answers there. */
export async function fromChat(
  { sheets }: FormParts,
  viewer: Viewer,
  fields: Record<string, string>,
): Promise<AssistantDraft> {
  const { chat } = fields;
  if (!isId(chat)) throw new OpError("noId", null, { name: "chat" });
  const choice = await sheets.store.models.of(viewer.account, chat);
  const model = modelName(answering(choice, sheets));
  return { ...emptyDraft, model, parameters: fitting(fields) };
}

/** As it was sent; what could not be read of the parameters is left out. */
export function fromFields(fields: Record<string, string>): AssistantDraft {
  const { id = null, name = "", icon = "", model = "", suggestions = "" } = fields;
  return { id, name, icon, model, suggestions, parameters: fitting(fields) };
}

function fitting(fields: Record<string, string>): ChatParameters {
  const read = Object.entries(fields).map(([name, text]) => readParameters({ [name]: text }));
  return Object.assign({}, ...read.map((each) => ("value" in each ? each.value : {}))) as ChatParameters;
}

export function readForm(
  { sheets, limits }: FormParts,
  fields: Record<string, string>,
): Read<Omit<Assistant, "id" | "isDefault">> {
  const read = readAssistant(fields, limits);
  if ("wrong" in read || read.value.model === null) return read;
  const { endpoint } = read.value.model;
  return sheets.endpoints.includes(endpoint) ? read : { wrong: "noEndpoint", values: { endpoint } };
}

export async function formResponse(
  { sheets, limits }: FormParts,
  request: Request,
  { account, language }: Viewer,
  draft: AssistantDraft,
  trouble: string | null = null,
): Promise<Response> {
  const models = await modelsToOffer(sheets, account);
  const { settings, newId } = sheets;
  const view = assistantFormView({ draft, trouble, models, settings, newId, limits }, wordsIn(language));
  const html = sheets.templates(language).render("assistant", view);
  return htmlResponse(request, html, { status: trouble === null ? 200 : 400, isForOnce: true });
}

/** Those that were chosen or marked before, the newest first, and some of all there are. */
async function modelsToOffer({ store, catalogue }: FormParts["sheets"], owner: string): Promise<ModelRef[]> {
  const [marks, lists] = await Promise.all([store.models.marks(owner), catalogue.lists()]);
  const known = marks.toSorted((a, b) => (b.chosenMs ?? 0) - (a.chosenMs ?? 0)).map(({ model }) => model);
  const listed = lists.flatMap(({ endpoint, models }) => models.map(({ id }) => ({ endpoint, id })));
  const byName = new Map([...known, ...listed].map((model) => [modelName(model), model]));
  return [...byName.values()].slice(0, offersMax);
}

const offersMax = 300;
