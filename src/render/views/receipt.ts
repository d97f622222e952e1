/** A reply's figures, as people read them. */
import type { FormerRun, LeftCall, ModelRef, Receipt } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";

/** Who answered, how fast, and what it cost; what nobody told is left out. */
export function receiptOf(receipt: Receipt, words: Words, model: ModelRef | null = null): string[] {
  const { firstTokenMs, durationMs, waitedMs, tokensIn, tokensOut } = receipt;
  const said = words.receipt;
  const parts: string[] = [];
  const begunBy = model === null ? null : otherThan(receipt, model);
  if (begunBy !== null) parts.push(fill(said.begunBy, { who: begunBy }, words));
  if (waitedMs >= toldWaitMs) parts.push(fill(said.inLine, { time: words.seconds(waitedMs) }, words));
  const vain = receipt.details?.left?.filter(({ why }) => why !== "resting").length ?? 0;
  if (vain > 0) parts.push(said.inVain(vain));
  if (firstTokenMs !== null) parts.push(fill(said.toFirst, { time: words.seconds(firstTokenMs) }, words));
  const writtenMs = durationMs - (firstTokenMs ?? durationMs);
  if (tokensOut !== null && writtenMs > 0)
    parts.push(fill(said.speed, { count: Math.round((tokensOut * 1000) / writtenMs) }, words));
  if (tokensIn !== null && tokensOut !== null)
    parts.push(fill(said.tokens, { count: tokensIn + tokensOut }, words));
  if (receipt.costUsd !== null) parts.push(costOf(receipt, words));
  return parts;
}

export type DetailView = { label: string; text: string };

/** All that is known, a line each, for whoever asks. */
export function detailsOf(receipt: Receipt, model: ModelRef, words: Words): DetailView[] {
  const { tokensIn, tokensOut, firstTokenMs, waitedMs, calls, details = {} } = receipt;
  const said = words.receipt;
  const after = (ms: number) => fill(said.after, { time: words.seconds(ms) }, words);
  const count = (tokens: number, part: number | undefined, text: string) =>
    part === undefined ? words.count(tokens) : fill(text, { count: tokens, part }, words);
  const dropped = details.dropped?.map((field) => field.replaceAll("_", " ")).join(", ");
  const lines: [string, string | null][] = [
    [said.model, fill(said.modelAt, { model: model.id, endpoint: model.endpoint }, words)],
    [said.provider, receipt.provider],
    [said.begun, formerInWords(details.before, words)],
    [said.leftBefore, leftInWords(details.left, words)],
    [said.tokensIn, tokensIn === null ? null : count(tokensIn, details.tokensCached, said.cached)],
    [said.tokensOut, tokensOut === null ? null : count(tokensOut, details.tokensReasoning, said.reasoning)],
    [said.cost, receipt.costUsd === null ? null : costInWords(receipt, words)],
    [said.timeInLine, waitedMs >= toldWaitMs ? words.seconds(waitedMs) : null],
    [said.firstToken, firstTokenMs === null ? null : after(firstTokenMs)],
    [said.wholeReply, after(receipt.durationMs)],
    [said.requests, calls > 1 ? words.count(calls) : null],
    [said.endedBy, receipt.finishReason],
    [said.notSent, dropped === undefined ? null : fill(said.refused, { fields: dropped }, words)],
  ];
  return lines.flatMap(([label, text]) => (text === null ? [] : [{ label, text }]));
}

function leftInWords(left: LeftCall[] | undefined, words: Words): string | null {
  const { leftBy, receipt } = words;
  const each = (left ?? []).map(({ provider, why, tookMs }) => {
    const who = provider ?? receipt.nameless;
    return fill(leftBy[why], { who, time: words.seconds(tookMs) }, words);
  });
  return each.length === 0 ? null : each.join("; ");
}

/** Who began a reply that this run goes on with, where it was somebody else: the provider, or the model. */
function otherThan({ provider, details }: Receipt, model: ModelRef): string | null {
  const other = details?.before?.findLast(
    (run) => bareOf(run.model) !== bareOf(model) || run.provider !== provider,
  );
  if (other === undefined) return null;
  return bareOf(other.model) === bareOf(model) ? other.provider : nameOf(other.model);
}

function bareOf({ endpoint, id }: ModelRef): string {
  return `${endpoint}/${id.replace(/:[^:/]*$/, "")}`;
}

function nameOf(model: ModelRef): string {
  const bare = bareOf(model);
  return bare.slice(bare.lastIndexOf("/") + 1);
}

function formerInWords(before: FormerRun[] | undefined, words: Words): string | null {
  const said = words.receipt;
  const each = (before ?? []).map(({ model, provider, tokensOut, costUsd, isEstimate }) => {
    const at = provider ?? model.endpoint;
    const who = fill(said.modelAt, { model: model.id, endpoint: at }, words);
    const tokens = tokensOut === null ? [] : [fill(said.tokens, { count: tokensOut }, words)];
    const cost = costUsd === null ? [] : [`${isEstimate ? "≈ " : ""}${words.dollars(costUsd)}`];
    const figures = [...tokens, ...cost].join(", ");
    return figures === "" ? who : `${who}: ${figures}`;
  });
  return each.length === 0 ? null : each.join("; ");
}

/** A figure that nobody told is marked. */
function costOf({ costUsd, details }: Receipt, words: Words): string {
  return `${details?.isEstimate ? "≈ " : ""}${words.dollars(costUsd ?? 0)}`;
}

function costInWords(receipt: Receipt, words: Words): string {
  const { estimated, told } = words.receipt;
  return fill(receipt.details?.isEstimate ? estimated : told, { sum: costOf(receipt, words) }, words);
}

/** Less is none to whoever waited. */
const toldWaitMs = 1000;

/** The summary of the fold that holds a model's reasoning. */
export function thoughtOf(thoughtMs: number | null, isThinking: boolean, words: Words): string {
  if (isThinking) return words.message.thinking;
  if (thoughtMs === null) return words.message.thoughts;
  return fill(words.browser.thought, { time: words.seconds(thoughtMs) }, words);
}
