/** A provider set up for a test, and what came out of one of its replies. */
import { createHuggingFace, type HuggingFaceOptions } from "../../src/inference/huggingface.ts";
import type { ChatRequest, Provider, ReplyEvent } from "../../src/inference/provider.ts";

export type Told = {
  text: string;
  reasoning: string;
  finish: string | null;
  usage: [number, number] | null;
  events: ReplyEvent[];
  /** What the stream threw. */
  error: unknown;
};

export type LogLine = { event: string; fields: Record<string, unknown> };

export const question: ChatRequest = {
  model: "acme/small",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  maxTokens: 200,
  temperature: 0.7,
};

/** Does not really wait before it asks again; `pausesMs` are the waits there would have been. */
export function createClient(baseUrl: string, options: Partial<HuggingFaceOptions> = {}) {
  const lines: LogLine[] = [];
  const pausesMs: number[] = [];
  const add = (event: string, fields: Record<string, unknown> = {}) => void lines.push({ event, fields });
  const log: HuggingFaceOptions["log"] = { debug: add, info: add, warn: add, error: add, child: () => log };
  const provider = createHuggingFace({
    endpoint: "local",
    token: null,
    baseUrl,
    log,
    limits: { firstByteMs: 10_000, idleMs: 10_000, replyBytesMax: 4_000_000 },
    sleep: async (ms) => void pausesMs.push(ms),
    random: () => 0.5,
    ...options,
  });
  return { provider, lines, pausesMs };
}

/** Reads a reply to its end; never throws. */
export async function hear(
  provider: Provider,
  { request = question, signal = new AbortController().signal, onEvent = (_event: ReplyEvent) => {} } = {},
): Promise<Told> {
  const told: Told = { text: "", reasoning: "", finish: null, usage: null, events: [], error: null };
  try {
    for await (const event of provider.stream(request, signal)) {
      addTo(told, event);
      onEvent(event);
    }
  } catch (error) {
    told.error = error;
  }
  return told;
}

export function addTo(told: Told, event: ReplyEvent) {
  told.events.push(event);
  if (event.type === "text") told.text += event.text;
  else if (event.type === "reasoning") told.reasoning += event.text;
  else if (event.type === "finish") told.finish = event.reason;
  else if (event.type === "usage") told.usage = [event.tokensIn, event.tokensOut];
}

/** Random numbers from 0 up to 1 that a printed seed brings back. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
