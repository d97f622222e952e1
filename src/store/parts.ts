/** What messages and failures look like in the file: JSON, which keeps lone surrogates and NUL as escapes. */
import type { Failure, FailureKind, Part } from "../domain.ts";

/** The same parts always give the same JSON, whatever order their fields were written in. */
export function encodeParts(parts: Part[]): string {
  return JSON.stringify(parts.map(inOrder));
}

/** Null where the JSON is not a list of parts that this version knows. */
export function decodeParts(json: string): Part[] | null {
  const list = parse(json);
  if (!Array.isArray(list)) return null;
  const parts = list.map(toPart);
  return parts.every((part) => part !== null) ? parts : null;
}

/** Null where the JSON is not a failure that this version knows. */
export function decodeFailure(json: string): Failure | null {
  const { kind, status, detail, provider, retryAfterMs } = fields(parse(json));
  if (typeof kind !== "string" || !isKind(kind)) return null;
  if (typeof status !== "number" || typeof detail !== "string") return null;
  return {
    kind,
    status,
    detail,
    provider: typeof provider === "string" ? provider : null,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : null,
  };
}

/** A running reply's text: SQLite would replace half an emoji by U+FFFD, so it is kept as a JSON string. */
export function encodeText(text: string): string {
  return text === "" ? "" : JSON.stringify(text);
}

export function decodeText(json: string): string {
  const text = parse(json);
  return typeof text === "string" ? text : "";
}

/**
 * Folds what came later into a message: its reasoning first, then its text, each whole. How the growth was
 * cut into pieces makes no difference.
 */
export function fold(parts: Part[], grown: { text: string; reasoning: string }): Part[] {
  if (grown.text === "" && grown.reasoning === "") return parts;
  let { text, reasoning } = { text: "", reasoning: "" };
  let durationMs: number | null = null;
  for (const part of parts) {
    if (part.type === "text") text += part.text;
    else if (part.type === "reasoning" && part.text !== "")
      [reasoning, durationMs] = [reasoning + part.text, part.durationMs];
  }
  reasoning += grown.reasoning;
  const folded: Part[] = reasoning === "" ? [] : [{ type: "reasoning", text: reasoning, durationMs }];
  return [...folded, { type: "text", text: text + grown.text }];
}

function inOrder(part: Part): Part {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "reasoning":
      return { type: "reasoning", text: part.text, durationMs: part.durationMs };
    case "image": {
      const { file, name, bytes, tokens, width, height } = part;
      return { type: "image", file, name, bytes, tokens, width, height };
    }
    case "file": {
      const { file, name, bytes, tokens, pages } = part;
      return { type: "file", file, name, bytes, tokens, ...(pages === undefined ? {} : { pages }) };
    }
  }
}

function toPart(value: unknown): Part | null {
  const found = fields(value);
  const { type, text, durationMs } = found;
  if (type === "image" || type === "file") return toFile(type, found);
  if (typeof text !== "string") return null;
  if (type === "text") return { type, text };
  if (type !== "reasoning") return null;
  return { type, text, durationMs: typeof durationMs === "number" ? durationMs : null };
}

function toFile(type: "image" | "file", found: Record<string, unknown>): Part | null {
  const { file, name, bytes, tokens, width, height, pages } = found;
  if (typeof file !== "string" || typeof name !== "string") return null;
  if (typeof bytes !== "number" || typeof tokens !== "number") return null;
  const attached = { file, name, bytes, tokens };
  if (type === "file") return { type, ...attached, ...(typeof pages === "number" ? { pages } : {}) };
  if (typeof width !== "number" || typeof height !== "number") return null;
  return { type, ...attached, width, height };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isKind(kind: string): kind is FailureKind {
  return Object.hasOwn(kinds, kind);
}

const kinds = {
  token_invalid: true,
  signed_out: true,
  token_forbidden: true,
  credits_depleted: true,
  model_gated: true,
  model_unsupported: true,
  request_too_long: true,
  request_rejected: true,
  rate_limited: true,
  provider_down: true,
  reply_unreadable: true,
  reply_error: true,
  price_limit: true,
  internal: true,
} satisfies Record<FailureKind, true>;
