/** One model run in memory: data only, so that it outlives a hot reload of the code that drives it. */
import type {
  Detour,
  Failure,
  Generation,
  GenerationState,
  LeftCall,
  ModelRef,
  Part,
  Receipt,
  ReceiptDetails,
} from "../domain.ts";
import type { ReplyEvent, TokenUsage } from "../inference/provider.ts";

export type Run = {
  readonly id: string;
  readonly owner: string;
  readonly conversation: string;
  readonly message: string;
  readonly model: ModelRef;
  /** What the message held before this run. */
  readonly base: Part[];
  /** How long what it was asked with was taken to be, and the first message of it, where not all went along. */
  readonly prompt: { tokensEstimate: number; from: string | null } | null;
  /** When it began to run, which is not when it was asked for if it had to wait. */
  readonly startedMs: number;
  readonly waitedMs: number;
  readonly abort: AbortController;
  /** What is announced: with `seq`, what every reader can be led to. */
  seq: number;
  text: string;
  reasoning: string;
  /** Come, but not announced yet. */
  pending: { text: string; reasoning: string };
  /** Announced, but not checkpointed yet. */
  unsaved: { text: string; reasoning: string };
  firstTokenMs: number | null;
  firstWordMs: number | null;
  calls: number;
  provider: string | null;
  finishReason: string | null;
  usage: TokenUsage | null;
  /** Parameters that were not sent. */
  dropped: string[];
  /** Calls that came to nothing, and who is asked now. */
  left: LeftCall[];
  to: string | null;
  /** Set once, by whoever ends the run; kept until the store has it. */
  outcome: Outcome | null;
};

export type Outcome = {
  state: Exclude<GenerationState, "running">;
  failure: Failure | null;
  endedMs: number;
};

export type NewRun = Pick<
  Run,
  "id" | "owner" | "conversation" | "message" | "model" | "base" | "prompt" | "startedMs" | "waitedMs"
>;

/** Of a run that an op asks for: the same each time, and never another owner's, whatever id the op has. */
export function runIdOf(owner: string, op: string): string {
  return Bun.randomUUIDv5(`${owner} ${op}`, runNames);
}

/** A namespace of our own, as RFC 9562 has them. */
const runNames = "6c1f0f5e-2c0b-4f4e-9d43-7f2a55b8f6d1";

export function createRun(input: NewRun): Run {
  return {
    ...input,
    // What was said itself is not kept as long as the run.
    prompt: input.prompt && { tokensEstimate: input.prompt.tokensEstimate, from: input.prompt.from },
    abort: new AbortController(),
    seq: 0,
    text: "",
    reasoning: "",
    pending: { text: "", reasoning: "" },
    unsaved: { text: "", reasoning: "" },
    firstTokenMs: null,
    firstWordMs: null,
    calls: 0,
    provider: null,
    finishReason: null,
    usage: null,
    dropped: [],
    left: [],
    to: null,
    outcome: null,
  };
}

/** Notes what came from the model; true where it is text to announce. */
export function absorb(run: Run, event: ReplyEvent, nowMs: number): boolean {
  switch (event.type) {
    case "text":
      run.pending.text += event.text;
      run.firstTokenMs ??= nowMs;
      run.firstWordMs ??= nowMs;
      return true;
    case "reasoning":
      run.pending.reasoning += event.text;
      run.firstTokenMs ??= nowMs;
      return true;
    case "call":
      run.calls = event.count;
      run.dropped = event.dropped ?? [];
      run.left = event.left ?? [];
      run.to = event.to ?? null;
      run.provider = run.to;
      return false;
    case "provider":
      run.provider = event.name;
      return false;
    case "usage":
      run.usage = event;
      return false;
    case "finish":
      run.finishReason = event.reason;
      return false;
  }
}

/** Moves what is pending into what is announced, as the next event; null where there is none. */
export function advance(run: Run): { seq: number; text: string; reasoning: string } | null {
  const text = wholeCharacters(run.pending.text);
  const reasoning = wholeCharacters(run.pending.reasoning);
  if (text === "" && reasoning === "") return null;
  run.pending = {
    text: run.pending.text.slice(text.length),
    reasoning: run.pending.reasoning.slice(reasoning.length),
  };
  run.text += text;
  run.reasoning += reasoning;
  run.unsaved.text += text;
  run.unsaved.reasoning += reasoning;
  run.seq += 1;
  return { seq: run.seq, text, reasoning };
}

/** Takes what a checkpoint must hold, or null; `giveBack` is for a checkpoint that failed. */
export function takeUnsaved(run: Run): { text: string; reasoning: string } | null {
  const unsaved = run.unsaved;
  if (unsaved.text === "" && unsaved.reasoning === "") return null;
  run.unsaved = { text: "", reasoning: "" };
  return unsaved;
}

export function giveBack(run: Run, unsaved: { text: string; reasoning: string }): void {
  run.unsaved = {
    text: unsaved.text + run.unsaved.text,
    reasoning: unsaved.reasoning + run.unsaved.reasoning,
  };
}

/** The whole message as it stands: what was there before, then this run's, reasoning first. */
export function partsOf(run: Run): Part[] {
  const before = textOf(run.base);
  const reasoning = before.reasoning + run.reasoning;
  const text = before.text + run.text;
  const parts: Part[] = [];
  if (reasoning !== "") parts.push({ type: "reasoning", text: reasoning, durationMs: thoughtMsOf(run) });
  parts.push({ type: "text", text });
  return parts;
}

/** From the first thought to the first word, of all its runs; null where none of them thought. */
export function thoughtMsOf(run: Run): number | null {
  const { durationMs } = textOf(run.base);
  if (run.reasoning === "") return durationMs;
  const { firstTokenMs, firstWordMs } = run;
  return (durationMs ?? 0) + (firstTokenMs === null ? 0 : (firstWordMs ?? firstTokenMs) - firstTokenMs);
}

/** In UTF-16 units, thoughts and all. */
export function lengthOf(parts: Part[]): number {
  return parts.reduce((sum, part) => sum + ("text" in part ? part.text.length : 0), 0);
}

/** All text and all reasoning of a message's parts. */
export function textOf(parts: Part[]): { text: string; reasoning: string; durationMs: number | null } {
  const result = { text: "", reasoning: "", durationMs: null as number | null };
  for (const part of parts) {
    if (part.type === "text") result.text += part.text;
    else if (part.type === "reasoning") {
      result.reasoning += part.text;
      result.durationMs = part.durationMs;
    }
  }
  return result;
}

/** `price` works out what the provider did not say; null where it can't. */
export function receiptOf(run: Run, endedMs: number, price: Price = () => null): Receipt {
  const { usage } = run;
  const estimate = usage !== null && usage.costUsd === null ? price(run, usage) : null;
  const details = detailsOf(run, estimate !== null);
  return {
    provider: run.provider,
    finishReason: run.finishReason,
    waitedMs: run.waitedMs,
    firstTokenMs: run.firstTokenMs === null ? null : run.firstTokenMs - run.startedMs,
    durationMs: endedMs - run.startedMs,
    tokensIn: usage?.tokensIn ?? null,
    tokensOut: usage?.tokensOut ?? null,
    costUsd: usage?.costUsd ?? estimate,
    calls: run.calls,
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
}

export type Price = (run: Pick<Run, "model" | "provider">, usage: TokenUsage) => number | null;

function detailsOf({ usage, dropped, left, prompt }: Run, isEstimate: boolean): ReceiptDetails {
  return {
    ...(usage?.tokensCached === undefined ? {} : { tokensCached: usage.tokensCached }),
    ...(usage?.tokensReasoning === undefined ? {} : { tokensReasoning: usage.tokensReasoning }),
    ...(isEstimate ? { isEstimate } : {}),
    ...(dropped.length > 0 ? { dropped } : {}),
    ...(left.length > 0 ? { left } : {}),
    ...(usage !== null && prompt !== null ? { promptEstimate: prompt.tokensEstimate } : {}),
    ...(prompt?.from ? { from: prompt.from } : {}),
  };
}

/** Null for a run that went straight to who answers. */
export function detourOf(run: Run | undefined): Detour | null {
  return run === undefined || run.left.length === 0
    ? null
    : { line: "elsewhere", left: run.left, to: run.to };
}

/** The run as the store would tell it. */
export function generationOf(run: Run): Generation {
  return {
    id: run.id,
    message: run.message,
    state: run.outcome?.state ?? "running",
    seq: run.seq,
    model: run.model,
    receipt: run.outcome === null ? null : receiptOf(run, run.outcome.endedMs),
    failure: run.outcome?.failure ?? null,
  };
}

/** A character of two units may be cut between two events: its first half waits for the second. */
function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
