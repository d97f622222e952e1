/** A receipt's details as JSON, and back. */
import type { ReceiptDetails } from "../../domain.ts";

/** What this version does not know is left out; null gives none. */
export function decodeDetails(json: string | null): { details?: ReceiptDetails } {
  const fields = parse(json);
  if (fields === null) return {};
  const { tokensCached, tokensReasoning, isEstimate, dropped } = fields;
  const details: ReceiptDetails = {
    ...(typeof tokensCached === "number" ? { tokensCached } : {}),
    ...(typeof tokensReasoning === "number" ? { tokensReasoning } : {}),
    ...(isEstimate === true ? { isEstimate } : {}),
    ...(Array.isArray(dropped) ? { dropped: dropped.filter((name) => typeof name === "string") } : {}),
  };
  return { details };
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
