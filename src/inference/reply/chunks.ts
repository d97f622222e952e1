/** One chunk of a reply, as JSON → reply events; tolerant of what is missing, deaf to what is unknown. */
import { replyError, unreadable } from "../failures.ts";
import type { ReplyEvent } from "../provider.ts";
import { createThinkingSplitter } from "./thinking.ts";

export type ChunkReader = {
  /** A parsed chunk of a stream, or a whole completion. Throws UpstreamError for an error told in it. */
  read(chunk: unknown): void;
  /** Gives out what was held back, as the reply has no more chunks. */
  end(): void;
  /** The events since the last take; texts that came together are one event, of usage only the last told. */
  take(): ReplyEvent[];
};

/** `bytesMax` is of text and reasoning together; past it, reading throws. */
export function createChunkReader(bytesMax: number): ChunkReader {
  const thinking = createThinkingSplitter();
  let events: ReplyEvent[] = [];
  let usage: ReplyEvent | null = null;
  let hasFinished = false;
  let bytes = 0;

  function add(type: "text" | "reasoning", text: string) {
    bytes += Buffer.byteLength(text);
    if (bytes > bytesMax) throw unreadable("The reply is too long.");
    const last = events.at(-1);
    if (last?.type === type) last.text += text;
    else events.push({ type, text });
  }
  const out = {
    text: (text: string) => add("text", text),
    reasoning: (text: string) => add("reasoning", text),
  };

  function readChoice(choice: Fields) {
    const delta = fieldsOf(choice["delta"]) ?? fieldsOf(choice["message"]);
    const reasoning = delta === null ? "" : firstText(delta, REASONING_FIELDS);
    if (reasoning !== "") out.reasoning(reasoning);
    const content = delta?.["content"];
    if (typeof content === "string" && content !== "") thinking.push(content, out);
    const reason = choice["finish_reason"];
    if (typeof reason !== "string" || reason === "" || hasFinished) return;
    hasFinished = true;
    thinking.end(out);
    events.push({ type: "finish", reason: reason.slice(0, 64) });
  }

  return {
    read(chunk) {
      const fields = fieldsOf(chunk);
      if (fields === null) return;
      if (fields["error"] || fields["object"] === "error") throw replyError(fields);
      usage = readUsage(fields) ?? usage;
      const choice = firstChoice(fields["choices"]);
      if (choice !== null) readChoice(choice);
    },
    end: () => thinking.end(out),
    take() {
      const taken = events;
      if (usage !== null) taken.push(usage);
      usage = null;
      events = [];
      return taken;
    },
  };
}

type Fields = Record<string, unknown>;

const REASONING_FIELDS = ["reasoning", "reasoning_content", "reasoning_text"];

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null ? (value as Fields) : null;
}

function firstText(fields: Fields, names: string[]): string {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}

function firstChoice(choices: unknown): Fields | null {
  if (!Array.isArray(choices)) return null;
  for (const item of choices) {
    const choice = fieldsOf(item);
    if (choice !== null && (choice["index"] ?? 0) === 0) return choice;
  }
  return null;
}

function readUsage(chunk: Fields): ReplyEvent | null {
  const usage = fieldsOf(chunk["usage"]);
  if (usage === null) return null;
  const [tokensIn, tokensOut] = [usage["prompt_tokens"], usage["completion_tokens"]];
  if (!isCount(tokensIn) || !isCount(tokensOut)) return null;
  const cost = [usage["cost"], usage["estimated_cost"], chunk["estimated_cost"]].find(isAmount);
  const tokensCached = fieldsOf(usage["prompt_tokens_details"])?.["cached_tokens"];
  const tokensReasoning = fieldsOf(usage["completion_tokens_details"])?.["reasoning_tokens"];
  return {
    type: "usage",
    tokensIn,
    tokensOut,
    costUsd: cost ?? null,
    ...(isCount(tokensCached) ? { tokensCached } : {}),
    ...(isCount(tokensReasoning) ? { tokensReasoning } : {}),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
