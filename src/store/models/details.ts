/** A receipt's details as JSON, and back. */
import type { LeftCall, ReceiptDetails } from "../../domain.ts";

/** What this version does not know is left out; null gives none. */
export function decodeDetails(json: string | null): { details?: ReceiptDetails } {
  const fields = parse(json);
  if (fields === null) return {};
  const { tokensCached, tokensReasoning, isEstimate, dropped, left, promptEstimate, from } = fields;
  const details: ReceiptDetails = {
    ...(typeof tokensCached === "number" ? { tokensCached } : {}),
    ...(typeof tokensReasoning === "number" ? { tokensReasoning } : {}),
    ...(isEstimate === true ? { isEstimate } : {}),
    ...(typeof promptEstimate === "number" ? { promptEstimate } : {}),
    ...(typeof from === "string" ? { from } : {}),
    ...(Array.isArray(left) ? { left: left.filter(isLeft) } : {}),
    ...(Array.isArray(dropped) ? { dropped: dropped.filter((name) => typeof name === "string") } : {}),
  };
  return { details };
}

function isLeft(value: unknown): value is LeftCall {
  const { why, provider, tookMs } = (value ?? {}) as Record<string, unknown>;
  const isKnown = why === "busy" || why === "down" || why === "late" || why === "resting";
  return isKnown && (provider === null || typeof provider === "string") && typeof tookMs === "number";
}

function parse(json: string | null): Record<string, unknown> | null {
  if (json === null) return null;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
