/** A reply's figures, as people read them. */
import type { Receipt } from "../../domain.ts";

/** Who answered, how fast, and what it cost; what nobody told is left out. */
export function receiptOf(receipt: Receipt): string[] {
  const parts: string[] = [];
  if (receipt.waitedMs >= toldWaitMs) parts.push(`${secondsOf(receipt.waitedMs)} in line`);
  if (receipt.firstTokenMs !== null) parts.push(`${secondsOf(receipt.firstTokenMs)} to first token`);
  if (receipt.tokensOut !== null && receipt.firstTokenMs !== null) {
    const writtenMs = receipt.durationMs - receipt.firstTokenMs;
    if (writtenMs > 0)
      parts.push(`${Math.round((receipt.tokensOut * 1000) / writtenMs).toLocaleString("en")} tok/s`);
  }
  if (receipt.tokensIn !== null && receipt.tokensOut !== null) {
    parts.push(`${(receipt.tokensIn + receipt.tokensOut).toLocaleString("en")} tokens`);
  }
  if (receipt.costUsd !== null) parts.push(dollars(receipt.costUsd));
  return parts;
}

/** Less is none to whoever waited. */
const toldWaitMs = 1000;

/** The summary of the fold that holds a model's reasoning. */
export function thoughtOf(thoughtMs: number | null, isThinking: boolean): string {
  if (isThinking) return "Thinking…";
  return thoughtMs === null ? "Thoughts" : `Thought for ${secondsOf(thoughtMs)}`;
}

export function secondsOf(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
  return `${Math.round(ms / 1000).toLocaleString("en")} s`;
}

/** Small sums keep two significant digits, so that nothing is rounded to nothing. */
function dollars(usd: number): string {
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(10, 1 - Math.floor(Math.log10(usd))))}`;
}
