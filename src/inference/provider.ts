/** The seam to models: what a generation asks of an endpoint and the events it gets back. */
import type { ChatParameters, Failure, LeftCall } from "../domain.ts";

/** `images`: as `data:` URLs. */
export type ChatMessage = { role: "system" | "user" | "assistant"; content: string; images?: string[] };

/** `model` is the id as the endpoint knows it, a provider suffix such as `:fastest` included. */
export type ChatRequest = {
  model: string;
  messages: ChatMessage[];
  maxTokens: number;
  temperature: number;
  topP?: number;
  reasoningEffort?: string;
  seed?: number;
  stop?: readonly string[];
} & Pick<ChatParameters, "usdOutMax" | "providers">;

export type ReplyEvent =
  /** A request goes out: 1 for the first; without what its provider refused before, `to` a provider if one is named. */
  | { type: "call"; count: number; dropped?: string[]; left?: LeftCall[]; to?: string }
  | { type: "provider"; name: string }
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  /** The last one told counts. */
  | ({ type: "usage" } & TokenUsage)
  /** OpenAI's words ("stop", "length", "content_filter"); a provider's own word is kept as it came. */
  | { type: "finish"; reason: string };

/** Those from a cache are among `tokensIn`, those of reasoning among `tokensOut`; absent where nobody told. */
export type TokenUsage = {
  tokensIn: number;
  tokensOut: number;
  costUsd: number | null;
  tokensCached?: number;
  tokensReasoning?: number;
};

/** Thrown by `Provider.stream()`. It carries no request, so that it may be logged whole. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  constructor(
    readonly failure: Failure,
    options: { cause?: unknown } = {},
  ) {
    super(`${failure.kind} (${failure.status})`, options);
  }
}

export type Provider = {
  /** For logs and receipts: "huggingface", "local", "demo". */
  endpoint: string;
  /**
   * One model run. An end of the stream without a `finish` event means that the reply was cut off; `usage`
   * may come after `finish`. Text that arrived together is one event.
   * Throws UpstreamError, or the signal's reason once it is aborted; a reader who leaves early frees the call.
   */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent>;
};
