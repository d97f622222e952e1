/** What the page of a shared branch says of itself, to be led on from there. */
import { OpError } from "../protocol.ts";

/** Nothing else can be asked for by a link: which branch is meant, it says by itself. */
export type SharedPosition = {
  version: string;
  language: string;
  /** Of the reply that is being written: finished blocks held, and the last event seen. */
  blocks: number;
  seq: number;
  /** Tells one writing of the reply from another, and from its end. */
  key: string;
};

export function parseSharedPosition(input: unknown): SharedPosition {
  if (typeof input !== "object" || input === null) throw new OpError("noPosition");
  const { version, language, blocks, seq, key } = input as Record<string, unknown>;
  return {
    version: textIn(version),
    language: textIn(language),
    blocks: countIn(blocks),
    seq: countIn(seq),
    key: textIn(key),
  };
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function countIn(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
