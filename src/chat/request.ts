/** A conversation's path → what its model is asked. */
import type { ChatParameters, Message, ModelRef } from "../domain.ts";
import { correctionOf, roomOf } from "./context/room.ts";
import type { UnreadRequest } from "./files/fill.ts";
import { buildPrompt, type Prompt } from "./prompt.ts";

/** What holds where a conversation sets nothing else. */
export type RequestSettings = { systemPrompt: string | null; temperature: number; maxTokens: number };

export type Asked = {
  path: Message[];
  parameters: ChatParameters;
  model: ModelRef;
  /** What the model holds, prompt and reply; null where nobody tells. */
  contextTokens: number | null;
  takesImages: boolean | null;
};

export type RequestLimits = { promptTokensMax: number; promptImagesMax: number };

/** The path ends with the reply that is to be written, or gone on with. */
export function requestOf(
  settings: RequestSettings,
  limits: RequestLimits,
  { path, parameters, model, contextTokens, takesImages }: Asked,
): { request: UnreadRequest; prompt: Prompt } {
  // After thoughts alone there are no words to go on from.
  const isContinued = path.at(-1)?.parts.some((part) => part.type === "text" && part.text !== "") ?? false;
  const { systemPrompt, maxTokens, temperature, ...sent } = { ...settings, ...parameters };
  const room = roomOf(contextTokens, maxTokens, limits.promptTokensMax);
  const fitting = { tokensMax: room.prompt, correction: correctionOf(path, model) };
  const images = { takesImages, imagesMax: limits.promptImagesMax };
  const prompt = buildPrompt(path, { ...fitting, ...images, systemPrompt, isContinued });
  const { topP, reasoningEffort, seed, stop, usdOutMax, providers } = sent;
  const optional = { topP, reasoningEffort, seed, stop, usdOutMax, providers };
  const set = Object.entries(optional).filter(([, value]) => value !== undefined);
  const { messages } = prompt;
  const always = { model: model.id, messages, maxTokens: room.reply, temperature };
  return { request: { ...always, ...Object.fromEntries(set) }, prompt };
}
