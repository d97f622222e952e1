/** An assistant as forms and files write it → as the rest knows it. */
import type { Assistant } from "../domain.ts";
import { readModel, readParameters, type Read } from "./models.ts";

export type AssistantLimits = {
  assistantNameChars: number;
  assistantSuggestions: number;
  assistantSuggestionChars: number;
};

/** From a form's texts. `model` may be empty; `suggestions` has a line each. */
export function readAssistant(
  fields: Record<string, unknown>,
  limits: AssistantLimits,
): Read<Omit<Assistant, "id" | "isDefault">> {
  const { assistantNameChars: max, assistantSuggestions, assistantSuggestionChars } = limits;
  const name = lineOf(fields["name"]);
  if (name === "" || name.length > max) return { wrong: "assistantName", values: { max } };
  const icon = lineOf(fields["icon"]);
  if (!isEmoji(icon)) return { wrong: "assistantIcon" };
  const given = lineOf(fields["model"]);
  const model = given === "" ? { value: null } : readModel(given);
  if ("wrong" in model) return model;
  const suggestions = linesOf(fields["suggestions"]);
  const isFit =
    suggestions.length <= assistantSuggestions &&
    suggestions.every((line) => line.length <= assistantSuggestionChars);
  if (!isFit) {
    const values = { max: assistantSuggestions, chars: assistantSuggestionChars };
    return { wrong: "assistantSuggestions", values };
  }
  const parameters = readParameters(fields);
  if ("wrong" in parameters) return parameters;
  return { value: { name, icon, model: model.value, parameters: parameters.value, suggestions } };
}

/** One sign as people see it, however many characters it is made of. */
function isEmoji(text: string): boolean {
  if (text.length > emojiUnitsMax || !emoji.test(text)) return false;
  return [...graphemes.segment(text)].length === 1;
}

/** A family of four with their skins has 23. */
const emojiUnitsMax = 32;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A picture, with all that may change it; two letters that make a flag; or a key. */
const emoji =
  /^(?:\p{Extended_Pictographic}(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{E0020}-\u{E007F}]|\u{FE0F}|\u{200D})*|\p{Regional_Indicator}{2}|[0-9#*]\u{FE0F}?\u{20E3})$/u;

/** Without breaks, and without what can't be kept as text. */
function lineOf(value: unknown): string {
  if (typeof value !== "string") return "";
  return value
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

function linesOf(value: unknown): string[] {
  if (typeof value !== "string") return [];
  return value
    .split("\n")
    .map(lineOf)
    .filter((line) => line !== "");
}
