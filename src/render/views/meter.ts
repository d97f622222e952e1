/** How many tokens a conversation has come to, for what is written next. */
import type { Message } from "../../domain.ts";

export type MeterView = {
  /** As the provider counted them with the newest reply; 0 where none did. */
  used: number;
  /** What an estimate of four bytes a token is to be multiplied by. */
  correction: string;
};

export function meterView(last: Message | null): MeterView {
  const receipt = last?.generation?.receipt ?? null;
  const estimate = receipt?.details?.promptEstimate ?? 0;
  if (receipt === null || receipt.tokensIn === null || estimate === 0) return { used: 0, correction: "1" };
  const correction = Math.min(Math.max(receipt.tokensIn / estimate, 0.25), 4).toFixed(3);
  const thought = receipt.details?.tokensReasoning ?? 0;
  return { used: receipt.tokensIn + Math.max(0, (receipt.tokensOut ?? 0) - thought), correction };
}
