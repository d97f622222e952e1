/** How many tokens a text is, and how many a model has room for: estimates, corrected by what its provider counted. */
import type { ChatParameters, Message, ModelRef } from "../../domain.ts";

/** In tokens. */
export type Room = {
  /** For all that is asked, the system prompt included. */
  prompt: number;
  reply: number;
};

/** The reply gets what it may take, but never more than half. `unknownMax` is for a model that tells no context. */
export function roomOf(contextTokens: number | null, replyMax: number, unknownMax: number): Room {
  if (contextTokens === null) return { prompt: unknownMax, reply: replyMax };
  const reply = Math.min(replyMax, Math.floor(contextTokens / 2));
  return { prompt: contextTokens - reply, reply };
}

/** Tokens for all that is asked, and for one message where nothing else goes along but the system prompt. */
export type PromptRoom = { prompt: number; alone: number };

/** By what models hold: null where nobody tells. */
export function roomIn(
  contextOf: (model: ModelRef) => number | null,
  settings: { systemPrompt: string | null; maxTokens: number },
) {
  return (model: ModelRef, parameters: ChatParameters): PromptRoom | null => {
    const contextTokens = contextOf(model);
    if (contextTokens === null) return null;
    const { systemPrompt, maxTokens } = { ...settings, ...parameters };
    const { prompt } = roomOf(contextTokens, maxTokens, 0);
    return {
      prompt,
      alone: Math.max(0, prompt - (systemPrompt === null ? 0 : estimateTokens(systemPrompt))),
    };
  };
}

/** Four bytes a token hold for English, and err little for scripts of two and three bytes a letter. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken) + messageTokens;
}

/** By how much estimates were off the last time that this model answered in this conversation; 1 where nobody told. */
export function correctionOf(path: Message[], model: ModelRef): number {
  for (const { generation } of path.toReversed()) {
    const tokensIn = generation?.receipt?.tokensIn ?? null;
    const estimate = generation?.receipt?.details?.promptEstimate ?? 0;
    if (generation === null || tokensIn === null || estimate === 0) continue;
    if (nameOf(generation.model) === nameOf(model)) return Math.min(Math.max(tokensIn / estimate, 0.25), 4);
  }
  return 1;
}

/** Whoever serves it, a model counts in the same way. */
function nameOf({ endpoint, id }: ModelRef): string {
  return `${endpoint}/${id.replace(/:[^:/]*$/, "")}`;
}

const bytesPerToken = 4;
/** Its role, and what tells where it ends. */
const messageTokens = 4;
