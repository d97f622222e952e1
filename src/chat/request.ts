/** A conversation's path → what its model is asked. */
import type { ChatParameters, Message, ModelRef } from "../domain.ts";
import type { ChatRequest } from "../inference/provider.ts";
import { buildPrompt } from "./prompt.ts";

/** What holds where a conversation sets nothing else. */
export type RequestSettings = { systemPrompt: string | null; temperature: number; maxTokens: number };

/** The path ends with the reply that is to be written, or gone on with. */
export function requestOf(
  settings: RequestSettings,
  limits: { promptCharsMax: number },
  parameters: ChatParameters,
  path: Message[],
  model: ModelRef,
): ChatRequest {
  // After thoughts alone there are no words to go on from.
  const isContinued = path.at(-1)?.parts.some((part) => part.type === "text" && part.text !== "") ?? false;
  const { systemPrompt, ...sent } = { ...settings, ...parameters };
  const messages = buildPrompt(path, { ...limits, systemPrompt, isContinued });
  const { temperature, maxTokens, topP, reasoningEffort, seed, stop, usdOutMax, providers } = sent;
  const optional = { topP, reasoningEffort, seed, stop, usdOutMax, providers };
  const set = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { model: model.id, messages, maxTokens, temperature, ...Object.fromEntries(set) };
}
