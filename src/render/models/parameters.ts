/** The form of a conversation's parameters. */
import type { ChatParameters } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import type { PageHead } from "../views.ts";

export type ParametersView = PageHead & {
  id: string;
  conversation: string;
  temporary: boolean;
  systemPrompt: string;
  systemDefault: string;
  fields: FieldView[];
  efforts: { value: string; label: string; isChosen: boolean }[];
  stop: string;
  isChosenOnly: boolean;
};

type FieldView = {
  name: string;
  label: string;
  value: string;
  hint: string;
  min: number;
  max: number;
  step: string;
};

export type ParametersInput = {
  parameters: ChatParameters;
  conversation: string;
  /** The chat is to be a temporary one; the form leads back to it. */
  temporary: boolean;
  settings: { systemPrompt: string | null; temperature: number; maxTokens: number };
  id: string;
};

export function parametersView(
  { parameters, settings, ...place }: ParametersInput,
  words: Words,
): ParametersView {
  const said = words.parameters;
  const ifEmpty = (value: number) => fill(said.ifEmpty, { value: words.count(value) }, words);
  const field = (
    name: keyof ChatParameters,
    label: string,
    hint: string,
    [min, max, step]: Range,
  ): FieldView => {
    const value = parameters[name];
    return { name, label, value: value === undefined ? "" : String(value), hint, min, max, step };
  };
  return {
    title: `${said.title} · Banter`,
    heading: said.heading,
    scripted: false,
    refreshes: false,
    ...place,
    systemPrompt: parameters.systemPrompt ?? "",
    systemDefault: settings.systemPrompt ?? said.systemDefault,
    fields: [
      field("temperature", said.temperature, ifEmpty(settings.temperature), [0, 2, "any"]),
      field("topP", said.topP, said.leftIfEmpty, [0, 1, "any"]),
      field("maxTokens", said.maxTokens, ifEmpty(settings.maxTokens), [1, 131_072, "1"]),
      field("usdOutMax", said.usdOutMax, said.usdOutMaxHint, [0, 1000, "any"]),
      field("seed", said.seed, said.noneIfEmpty, [0, 2_147_483_647, "1"]),
    ],
    efforts: (["", "low", "medium", "high"] as const).map((value) => {
      const isChosen = value === (parameters.reasoningEffort ?? "");
      return { value, label: value === "" ? said.left : said[value], isChosen };
    }),
    isChosenOnly: parameters.providers === "chosen",
    stop: (parameters.stop ?? []).join("\n"),
  };
}

type Range = [min: number, max: number, step: string];
