/** What went wrong upstream → a Failure, in terms of what the person can do next. */
import type { Failure, FailureKind } from "../domain.ts";
import { cutTo, detailOfBody, detailOfJson, plainText } from "./detail.ts";
import { UpstreamError } from "./provider.ts";

/** An answer that is not the reply asked for; `body` is its beginning. */
export type BadAnswer = { status: number; headers: Headers; body: string };

export function failureOfAnswer(answer: BadAnswer, nowMs = Date.now()): Failure {
  const { status, headers, body } = answer;
  const detail = detailOfBody(body, headers.get("content-type") ?? "");
  const retryAfterMs = parseRetryAfter(headers.get("retry-after"), nowMs);
  return { kind: kindOfAnswer(status, body.toLowerCase()), status, detail, provider: null, retryAfterMs };
}

/**
 * `error` is what `fetch` or a read of its body threw. Its message is not shown: it may name the address.
 * Null where it is no fault of the network.
 */
export function networkError(error: unknown): UpstreamError | null {
  const code = codeOf(error);
  if (code === "") return null;
  return new UpstreamError(newFailure("provider_down", 0, NETWORK_WORDS[code] ?? otherWords(code)), {
    cause: code,
  });
}

/** No answer in time, as our own watch found. */
export function timedOut(detail: string): UpstreamError {
  return new UpstreamError(newFailure("provider_down", 0, detail), { cause: "timeout" });
}

/** An answer came and began well, but can't be read as a reply. */
export function unreadable(detail: string, status = 200): UpstreamError {
  return new UpstreamError(newFailure("reply_unreadable", status, detail));
}

/** The provider told an error where the reply should go on; `chunk` holds it in any of the known shapes. */
export function replyError(chunk: unknown): UpstreamError {
  return new UpstreamError(newFailure("reply_error", 200, detailOfJson(chunk)));
}

/** The call can't be made; nothing was sent. */
export function unsendable(
  kind: FailureKind,
  detail: string,
  options: { cause?: unknown } = {},
): UpstreamError {
  return new UpstreamError(newFailure(kind, 0, detail), options);
}

/** Seconds or an HTTP date → milliseconds from now, at most a day; null where it says neither. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null || value.trim() === "") return null;
  const seconds = Number(value);
  const waitMs = Number.isNaN(seconds) ? Date.parse(value) - nowMs : seconds * 1000;
  return Number.isNaN(waitMs) ? null : Math.round(Math.min(Math.max(waitMs, 0), RETRY_AFTER_MS_MAX));
}

/** The error as it may leave: with the provider's name, bounded, and without the token should it be repeated. */
export function completed(
  error: UpstreamError,
  { provider, token, charsMax }: { provider: string | null; token: string | null; charsMax: number },
): UpstreamError {
  const { failure } = error;
  const said = token === null || token === "" ? failure.detail : failure.detail.replaceAll(token, "[token]");
  const detail = cutTo(charsMax, said);
  return new UpstreamError(
    { ...failure, detail, provider: failure.provider ?? provider },
    { cause: error.cause },
  );
}

/** Asking again would only find the same. */
export function isPermanent(error: UpstreamError): boolean {
  return typeof error.cause === "string" && /^UnexpectedRedirect$|CERT|ALTNAME|SELF_SIGNED/.test(error.cause);
}

const RETRY_AFTER_MS_MAX = 86_400_000;

function newFailure(kind: FailureKind, status: number, detail: string): Failure {
  return { kind, status, detail: plainText(detail), provider: null, retryAfterMs: null };
}

function kindOfAnswer(status: number, body: string): FailureKind {
  if (status === 401) return "token_invalid";
  if (status === 402) return "credits_depleted";
  if (status === 403) return GATED.some((words) => body.includes(words)) ? "model_gated" : "token_forbidden";
  if (status === 404 || status === 410) return "model_unsupported";
  if (status === 413) return "request_too_long";
  if (status === 429) return body.includes("insufficient_quota") ? "credits_depleted" : "rate_limited";
  if (status === 408 || status === 425 || status >= 500) return "provider_down";
  if (status < 400) return "reply_unreadable";
  if (TOO_LONG.some((words) => body.includes(words))) return "request_too_long";
  if (UNSUPPORTED.some((words) => body.includes(words))) return "model_unsupported";
  return "request_rejected";
}

// Providers tell these three apart only in their sentences; all are compared in lower case.
const GATED = [
  "gated",
  "is restricted",
  "authorized list",
  "request access",
  "ask for access",
  "awaiting a review",
];
const TOO_LONG = [
  "context_length",
  "context length",
  "context window",
  "too long",
  "too large",
  "too many tokens",
  "maximum number of tokens",
  "must be <=",
];
const UNSUPPORTED = [
  "model_not_supported",
  "model_not_found",
  "not supported by any provider",
  "is not supported by provider",
  "not a chat model",
  "allowed now, your model",
  "does not exist",
  "model not found",
  "unknown model",
];

const NETWORK_WORDS: Record<string, string> = {
  ECONNREFUSED: "The connection was refused.",
  ConnectionRefused: "The connection was refused.",
  ECONNRESET: "The connection broke.",
  EPIPE: "The connection broke.",
  ConnectionClosed: "The connection broke.",
  ENOTFOUND: "The host name was not found.",
  EAI_AGAIN: "The host name was not found.",
  ETIMEDOUT: "No connection was made in time.",
  EHOSTUNREACH: "The host can't be reached.",
  ENETUNREACH: "The network can't be reached.",
  EPROTO: "No secure connection could be made.",
  UnexpectedRedirect: "It redirects to another address, which is not followed.",
  Malformed_HTTP_Response: "The answer is not HTTP.",
};

function otherWords(code: string): string {
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY|ALTNAME/.test(code))
    return `The certificate is not trusted (${code}).`;
  return `The connection failed (${code}).`;
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" && /^\w{1,64}$/.test(error.code) ? error.code : "";
}
