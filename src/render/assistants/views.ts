/** Views of assistants: the list of one's own, the form of one, and the row of them in a new chat. */
import type { Assistant, ChatParameters, ModelRef } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import { parametersView, type ParametersInput, type ParametersView } from "../models/parameters.ts";
import { modelName } from "../../protocol/models.ts";
import type { PageHead } from "../views.ts";
import { modelView } from "../views/message.ts";

export type AssistantsView = PageHead & { assistants: AssistantView[]; isFull: boolean };

export type AssistantView = {
  id: string;
  name: string;
  icon: string;
  /** Its model, and how its system prompt begins. */
  about: string;
  isDefault: boolean;
  isFirst: boolean;
};

export function assistantsView(assistants: Assistant[], max: number, words: Words): AssistantsView {
  const said = words.assistants;
  const views = assistants.map(({ id, name, icon, model, parameters, isDefault }, index) => {
    const prompt = beginning(parameters.systemPrompt ?? "");
    const about = [model === null ? said.lastModel : modelView(model).name, prompt];
    return { id, name, icon, about: about.filter(Boolean).join(" · "), isDefault, isFirst: index === 0 };
  });
  return { ...headOf(said.title), assistants: views, isFull: assistants.length >= max };
}

function beginning(prompt: string): string {
  const line = prompt.replace(/\s+/g, " ").trim();
  return line.length <= promptChars ? line : `${line.slice(0, promptChars - 1).toWellFormed()}…`;
}

const promptChars = 120;

/** What the form shows: of an assistant that there is, of one to be, or as it was sent. */
export type AssistantDraft = {
  /** Null: a new one. */
  id: string | null;
  name: string;
  icon: string;
  model: string;
  suggestions: string;
  parameters: ChatParameters;
};

export type AssistantFormView = ParametersView &
  Omit<AssistantDraft, "parameters"> & {
    models: string[];
    trouble: string | null;
    nameMax: number;
    suggestionsHint: string;
  };

export type FormInput = {
  draft: AssistantDraft;
  trouble: string | null;
  /** What its field offers. */
  models: ModelRef[];
  settings: ParametersInput["settings"];
  newId(): string;
  limits: { assistantNameChars: number; assistantSuggestions: number };
};

export function assistantFormView(
  { draft, trouble, models, settings, newId, limits }: FormInput,
  words: Words,
): AssistantFormView {
  const { parameters, ...fields } = draft;
  const said = words.assistants;
  const id = draft.id ?? newId();
  const form = parametersView({ parameters, settings, conversation: "", temporary: false, id }, words);
  return {
    ...form,
    ...fields,
    ...headOf(draft.id === null || draft.name === "" ? said.new : draft.name),
    id,
    models: models.map(modelName),
    trouble,
    nameMax: limits.assistantNameChars,
    suggestionsHint: fill(said.suggestionsHint, { max: limits.assistantSuggestions }, words),
  };
}

export function draftOf({ id, name, icon, model, suggestions, parameters }: Assistant): AssistantDraft {
  const named = model === null ? "" : modelName(model);
  return { id, name, icon, model: named, suggestions: suggestions.join("\n"), parameters };
}

/** In a new chat and in the palette; nothing where there are none. */
export type ChoiceOfAssistants = {
  assistants: (Pick<Assistant, "id" | "name" | "icon"> & { isCurrent: boolean })[];
  hasAssistant: boolean;
};

export function choiceOfAssistants(assistants: Assistant[], current: Assistant | null): ChoiceOfAssistants {
  return {
    assistants: assistants.map(({ id, name, icon }) => ({ id, name, icon, isCurrent: id === current?.id })),
    hasAssistant: current !== null,
  };
}

function headOf(heading: string): PageHead {
  return { title: `${heading} · Banter`, heading, scripted: false, refreshes: false };
}
