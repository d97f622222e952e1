/** Texts that were attached, for what people take along: pictures stay where they are, by their names. */
import type { Part } from "../../domain.ts";
import type { TakeawayParts } from "./pages.ts";

/** The text of a part that is one; null for pictures, for what is gone, and past what a conversation may bring. */
export type ReadText = (part: Part) => Promise<string | null>;

/** For one conversation. */
export function textsOf({ store, limits }: TakeawayParts, owner: string): ReadText {
  let left = limits.takeawayTextBytesMax;
  return async (part) => {
    if (part.type !== "file" || part.bytes > left) return null;
    const found = await store.files.read(owner, part.file);
    if (found?.type !== "text/plain") return null;
    left -= found.bytes.length;
    return Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.length).toString();
  };
}
