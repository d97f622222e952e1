/** A model's name and a conversation's parameters, as forms and ops write them → as the rest knows them. */
import type { ChatParameters, ModelRef } from "../domain.ts";
import type { Values } from "../words/fill.ts";
import type { Refusal } from "../words/en/refusals.ts";

/** `wrong` is what to tell whoever sent it. */
export type Read<T> = { value: T } | { wrong: Refusal; values?: Values };

/** `endpoint/id`: an endpoint's name has no slash, a model's id may have. */
export function readModel(text: unknown): Read<ModelRef> {
  const found = typeof text === "string" ? /^([a-z][a-z0-9-]{0,31})\/([\x21-\x7e]{1,200})$/.exec(text) : null;
  const [, endpoint = "", id = ""] = found ?? [];
  return found === null ? { wrong: "noModel" } : { value: { endpoint, id } };
}

/** The other way: what `readModel` reads. */
export function modelName({ endpoint, id }: ModelRef): string {
  return `${endpoint}/${id}`;
}

/** From a form's texts; what is empty is not set. */
export function readParameters(fields: Record<string, unknown>): Read<ChatParameters> {
  const parameters: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(readers)) {
    const text = fields[name] ?? "";
    if (typeof text !== "string") return { wrong: "noText", values: { name } };
    if (text.trim() === "") continue;
    const found = read(text);
    if ("wrong" in found) return found;
    parameters[name] = found.value;
  }
  return { value: parameters as ChatParameters };
}

type Reader = (text: string) => Read<unknown>;

const readers: { [Name in keyof Required<ChatParameters>]: Reader } = {
  systemPrompt: (text) => {
    const prompt = text.toWellFormed().replaceAll("\0", "").replaceAll("\r\n", "\n");
    return prompt.length <= parametersMax.systemPrompt
      ? { value: prompt }
      : { wrong: "systemPromptLong", values: { max: parametersMax.systemPrompt } };
  },
  temperature: number("temperature", 0, 2),
  topP: number("topP", 0, 1),
  maxTokens: whole("maxTokens", 1, 131_072),
  reasoningEffort: (text) =>
    ["low", "medium", "high"].includes(text) ? { value: text } : { wrong: "effort" },
  seed: whole("seed", 0, 2_147_483_647),
  usdOutMax: number("usdOutMax", 0, 1000),
  providers: (text) => (text === "chosen" ? { value: text } : { wrong: "providers" }),
  stop: (text) => {
    const words = text
      .toWellFormed()
      .replaceAll("\0", "")
      .split(/\r?\n/)
      .filter((word) => word !== "");
    const isFit = words.length <= parametersMax.stops && words.every((word) => word.length <= 100);
    return isFit ? { value: words } : { wrong: "stopWords" };
  },
};

/** In UTF-16 units; providers take four stop words. */
export const parametersMax = { systemPrompt: 32_000, stops: 4 };

function number(wrong: Refusal, least: number, most: number): Reader {
  return (text) => {
    const value = /^\d{1,9}(\.\d{1,9})?$/.test(text.trim()) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? { value } : { wrong, values: { least, most } };
  };
}

function whole(wrong: Refusal, least: number, most: number): Reader {
  return (text) => {
    const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? { value } : { wrong, values: { least, most } };
  };
}
