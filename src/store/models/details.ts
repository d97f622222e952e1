/** A receipt's details as JSON, and back. */
import type { FormerRun, LeftCall, ReceiptDetails } from "../../domain.ts";

/** What this version does not know is left out; null gives none. */
export function decodeDetails(json: string | null): { details?: ReceiptDetails } {
  const fields = parse(json);
  if (fields === null) return {};
  const { tokensCached, tokensReasoning, isEstimate, dropped, left, promptEstimate, from, before } = fields;
  const details: ReceiptDetails = {
    ...(typeof tokensCached === "number" ? { tokensCached } : {}),
    ...(typeof tokensReasoning === "number" ? { tokensReasoning } : {}),
    ...(isEstimate === true ? { isEstimate } : {}),
    ...(typeof promptEstimate === "number" ? { promptEstimate } : {}),
    ...(typeof from === "string" ? { from } : {}),
    ...(Array.isArray(left) ? { left: left.filter(isLeft) } : {}),
    ...(Array.isArray(before) ? { before: before.filter(isFormer) } : {}),
    ...(Array.isArray(dropped) ? { dropped: dropped.filter((name) => typeof name === "string") } : {}),
  };
  return { details };
}

function isLeft(value: unknown): value is LeftCall {
  const { why, provider, tookMs } = (value ?? {}) as Record<string, unknown>;
  const isKnown = why === "busy" || why === "down" || why === "late" || why === "resting";
  return isKnown && (provider === null || typeof provider === "string") && typeof tookMs === "number";
}

function isFormer(value: unknown): value is FormerRun {
  const { model, provider, tokensOut, costUsd, isEstimate } = (value ?? {}) as Record<string, unknown>;
  const { endpoint, id } = (model ?? {}) as Record<string, unknown>;
  const isNamed = typeof endpoint === "string" && typeof id === "string";
  const isTold = (figure: unknown) => figure === null || typeof figure === "number";
  const isWho = provider === null || typeof provider === "string";
  return (
    isNamed && isWho && isTold(tokensOut) && isTold(costUsd) && [undefined, true].includes(isEstimate as true)
  );
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
