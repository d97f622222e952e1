/** The bytes of a reply, streamed or whole → reply events, within bounds. */
import { unreadable } from "../failures.ts";
import type { ReplyEvent } from "../provider.ts";
import { type ChunkReader, createChunkReader } from "./chunks.ts";
import { createSseReader } from "./sse.ts";

export type ReplyReader = {
  /** Throws UpstreamError; what was read before stays to be taken. */
  push(bytes: Uint8Array): void;
  /** The body is over, in whatever way: gives out what was held back. Throws like `push`. */
  end(): void;
  /** The events since the last take. */
  take(): ReplyEvent[];
  /** True once the reply said itself that nothing follows, whatever the connection does. */
  isDone(): boolean;
};

export type ReplyLimits = {
  /** Of text and reasoning together. What carries them may be much longer: 100 times is usual. */
  replyBytesMax: number;
  eventBytesMax: number;
};

export function createStreamReader({ replyBytesMax, eventBytesMax }: ReplyLimits): ReplyReader {
  const chunks = createChunkReader(replyBytesMax);
  const decode = createDecoder(replyBytesMax * CARRIER_FACTOR + eventBytesMax);
  let isDone = false;

  const sse = createSseReader((data, name, isCut) => {
    if (isDone || data === "") return;
    if (data === "[DONE]") isDone = true;
    else if (name === "error") chunks.read(errorChunk(data));
    else readEvent(chunks, data, isCut);
  }, eventBytesMax);

  return {
    push: (bytes) => sse.push(decode(bytes)),
    end() {
      try {
        if (!isDone) sse.push(decode(null));
        sse.end();
      } finally {
        chunks.end();
      }
    },
    take: chunks.take,
    isDone: () => isDone,
  };
}

/** For servers that answer in one piece although a stream was asked for. */
export function createWholeReader({ replyBytesMax, eventBytesMax }: ReplyLimits): ReplyReader {
  const chunks = createChunkReader(replyBytesMax);
  const decode = createDecoder(replyBytesMax + eventBytesMax);
  const pieces: string[] = [];
  let taken: ReplyEvent[] = [];
  return {
    push(bytes) {
      pieces.push(decode(bytes));
    },
    end() {
      pieces.push(decode(null));
      const answer = parseJson(pieces.join(""));
      if (answer === undefined) throw unreadable("The reply is not valid JSON.");
      chunks.read(answer);
      chunks.end();
      taken = chunks.take();
      if (taken.length === 0) throw unreadable("The reply holds no message.");
    },
    take: () => taken.splice(0),
    isDone: () => false,
  };
}

const CARRIER_FACTOR = 256;

function createDecoder(bytesMax: number): (bytes: Uint8Array | null) => string {
  const decoder = new TextDecoder();
  let total = 0;
  return (bytes) => {
    if (bytes === null) return decoder.decode();
    total += bytes.byteLength;
    if (total > bytesMax) throw unreadable("The reply is too long.");
    return decoder.decode(bytes, { stream: true });
  };
}

function readEvent(chunks: ChunkReader, data: string, isCut: boolean) {
  let chunk = parseJson(data);
  // A recorded stream ends in a stray quotation mark; a last event cut short is no worse than a missing one.
  if (chunk === undefined && isCut) chunk = parseJson(data.slice(0, data.lastIndexOf("}") + 1)) ?? null;
  if (chunk === undefined) throw unreadable("An event of the reply is not valid JSON.");
  chunks.read(chunk);
}

function errorChunk(data: string): unknown {
  const parsed = parseJson(data) ?? data;
  return typeof parsed === "object" && parsed !== null && "error" in parsed ? parsed : { error: parsed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
