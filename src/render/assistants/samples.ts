/** A view for each template of assistants: see ../samples.ts. */
import type { Assistant } from "../../domain.ts";
import { en } from "../../words/en.ts";
import { assistantFormView, assistantsView, choiceOfAssistants, draftOf } from "./views.ts";

export function sampleAssistants(id: string) {
  const model = { endpoint: "local", id: "model" };
  const base = {
    name: "Sample",
    icon: "🦉",
    suggestions: ["Sample"],
    parameters: { systemPrompt: "Sample" },
  };
  const assistants: Assistant[] = [
    { ...base, id, model, isDefault: true },
    { ...base, id: `${id}2`, model: null, isDefault: false },
  ];
  const [first = null] = assistants;
  const settings = { systemPrompt: null, temperature: 1, maxTokens: 1 };
  const limits = { assistantNameChars: 1, assistantSuggestions: 1 };
  const form = { trouble: "Sample", models: [model], settings, newId: () => id, limits };
  return {
    choice: choiceOfAssistants(assistants, first),
    views: {
      assistants: assistantsView(assistants, 9, en),
      assistant: first === null ? {} : assistantFormView({ ...form, draft: draftOf(first) }, en),
    },
  };
}
