/** The form of a conversation's parameters. */
import type { ChatParameters } from "../../domain.ts";
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

export function parametersView({ parameters, settings, ...place }: ParametersInput): ParametersView {
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
    title: "Parameters · Banter",
    heading: "Parameters of this chat",
    scripted: false,
    refreshes: false,
    ...place,
    systemPrompt: parameters.systemPrompt ?? "",
    systemDefault: settings.systemPrompt ?? "What the model is told before the conversation",
    fields: [
      field("temperature", "Temperature", `${settings.temperature} if empty`, [0, 2, "any"]),
      field("topP", "Top-p", "left to the model if empty", [0, 1, "any"]),
      field("maxTokens", "Most tokens a reply", `${settings.maxTokens.toLocaleString("en")} if empty`, [
        1,
        131_072,
        "1",
      ]),
      field("usdOutMax", "Price limit", "$ a million tokens out; none if empty", [0, 1000, "any"]),
      field("seed", "Seed", "none if empty", [0, 2_147_483_647, "1"]),
    ],
    efforts: ["", "low", "medium", "high"].map((value) => {
      const isChosen = value === (parameters.reasoningEffort ?? "");
      return { value, label: value === "" ? "left to the model" : value, isChosen };
    }),
    isChosenOnly: parameters.providers === "chosen",
    stop: (parameters.stop ?? []).join("\n"),
  };
}

type Range = [min: number, max: number, step: string];
