/** The built-in model: ELIZA at the pace of a typist, so that the whole chat works without a token. */
import { answer } from "./eliza/eliza.ts";
import type { ChatMessage, ChatRequest, Provider, ReplyEvent } from "./provider.ts";
import { sleep } from "./retry.ts";

export const DEMO_MODEL = "eliza";

/** `tokenMs` is the pause before each word; 0 is for tests. */
export function createDemo({ tokenMs = 30 }: { tokenMs?: number } = {}): Provider {
  return { endpoint: "demo", stream: (request, signal) => speak(request, signal, tokenMs) };
}

async function* speak(
  { messages, maxTokens }: ChatRequest,
  signal: AbortSignal,
  tokenMs: number,
): AsyncGenerator<ReplyEvent, void> {
  signal.throwIfAborted();
  yield { type: "call", count: 1 };
  yield { type: "provider", name: DEMO_MODEL };
  const words = tokensOf(replyTo(messages));
  const said = words.slice(0, Math.max(0, maxTokens));
  for (const text of said) {
    if (tokenMs > 0) await sleep(tokenMs, signal);
    signal.throwIfAborted();
    yield { type: "text", text };
  }
  yield { type: "finish", reason: said.length < words.length ? "length" : "stop" };
  const tokensIn = messages.reduce((sum, message) => sum + tokensOf(message.content).length, 0);
  yield { type: "usage", tokensIn, tokensOut: said.length, costUsd: 0 };
}

function replyTo(messages: ChatMessage[]): string {
  return restOfCutReply(messages) ?? answer(writtenIn(messages));
}

/** A reply that stopped early and is asked for again goes on, as a real model would. */
function restOfCutReply(messages: ChatMessage[]): string | null {
  const [said, asked] = messages.slice(-2);
  if (said?.role !== "assistant" || asked === undefined || !/\bcut off\b.*\bgo on\b/i.test(asked.content))
    return null;
  const whole = answer(writtenIn(messages.slice(0, -2)));
  return whole.startsWith(said.content) && whole !== said.content ? whole.slice(said.content.length) : null;
}

function writtenIn(messages: ChatMessage[]): string[] {
  return messages.filter((message) => message.role === "user").map((message) => message.content);
}

/** Each word with the space after it. */
function tokensOf(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+\s?/g) ?? [];
}
