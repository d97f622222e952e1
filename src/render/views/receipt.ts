/** A reply's figures, as people read them. */
import type { LeftCall, ModelRef, Receipt } from "../../domain.ts";

/** Who answered, how fast, and what it cost; what nobody told is left out. */
export function receiptOf(receipt: Receipt): string[] {
  const parts: string[] = [];
  if (receipt.waitedMs >= toldWaitMs) parts.push(`${secondsOf(receipt.waitedMs)} in line`);
  const vain = receipt.details?.left?.filter(({ why }) => why !== "resting").length ?? 0;
  if (vain > 0) parts.push(vain === 1 ? "1 call in vain" : `${vain} calls in vain`);
  if (receipt.firstTokenMs !== null) parts.push(`${secondsOf(receipt.firstTokenMs)} to first token`);
  if (receipt.tokensOut !== null && receipt.firstTokenMs !== null) {
    const writtenMs = receipt.durationMs - receipt.firstTokenMs;
    if (writtenMs > 0)
      parts.push(`${Math.round((receipt.tokensOut * 1000) / writtenMs).toLocaleString("en")} tok/s`);
  }
  if (receipt.tokensIn !== null && receipt.tokensOut !== null) {
    parts.push(`${(receipt.tokensIn + receipt.tokensOut).toLocaleString("en")} tokens`);
  }
  if (receipt.costUsd !== null) parts.push(costOf(receipt));
  return parts;
}

export type DetailView = { label: string; text: string };

/** All that is known, a line each, for whoever asks. */
export function detailsOf(receipt: Receipt, model: ModelRef): DetailView[] {
  const {
    tokensIn,
    tokensOut,
    firstTokenMs,
    durationMs,
    waitedMs,
    calls,
    finishReason,
    details = {},
  } = receipt;
  const count = (tokens: number, of: number | undefined, what: string) =>
    `${tokens.toLocaleString("en")}${of === undefined ? "" : `, ${of.toLocaleString("en")} of them ${what}`}`;
  const lines: [string, string | null][] = [
    ["Model", `${model.id} at ${model.endpoint}`],
    ["Provider", receipt.provider],
    ["Left before", leftInWords(details.left)],
    ["Tokens in", tokensIn === null ? null : count(tokensIn, details.tokensCached, "from a cache")],
    ["Tokens out", tokensOut === null ? null : count(tokensOut, details.tokensReasoning, "of reasoning")],
    ["Cost", receipt.costUsd === null ? null : costInWords(receipt)],
    ["Time in line", waitedMs >= toldWaitMs ? secondsOf(waitedMs) : null],
    ["First token", firstTokenMs === null ? null : `after ${secondsOf(firstTokenMs)}`],
    ["Whole reply", `after ${secondsOf(durationMs)}`],
    ["Requests", calls > 1 ? String(calls) : null],
    ["Ended by", finishReason],
    [
      "Not sent",
      details.dropped === undefined ? null : `${wordsOf(details.dropped)}: the provider refuses it`,
    ],
  ];
  return lines.flatMap(([label, text]) => (text === null ? [] : [{ label, text }]));
}

function leftInWords(left: LeftCall[] | undefined): string | null {
  const each = (left ?? []).map(({ provider, why, tookMs }) => {
    const who = provider ?? "a provider without a name";
    return why === "resting" ? `${who}, ${whyOf(why)}` : `${who}, ${whyOf(why)} after ${secondsOf(tookMs)}`;
  });
  return each.length === 0 ? null : each.join("; ");
}

/** Why a provider was left, to be read after its name. */
export function whyOf(why: LeftCall["why"]): string {
  const words = {
    busy: "busy",
    down: "down",
    late: "no answer in time",
    resting: "at rest after failing often",
  };
  return words[why];
}

function wordsOf(fields: string[]): string {
  return fields.map((field) => field.replaceAll("_", " ")).join(", ");
}

/** A figure that nobody told is marked. */
function costOf({ costUsd, details }: Receipt): string {
  return `${details?.isEstimate ? "≈ " : ""}${dollars(costUsd ?? 0)}`;
}

function costInWords(receipt: Receipt): string {
  return receipt.details?.isEstimate
    ? `${costOf(receipt)}, an estimate by list prices`
    : `${costOf(receipt)}, as the provider says`;
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
export function dollars(usd: number): string {
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(10, 1 - Math.floor(Math.log10(usd))))}`;
}
