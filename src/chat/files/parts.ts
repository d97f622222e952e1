/** What a message is made of: its words, and the files that its author attached. */
import type { FilePart, Part } from "../../domain.ts";
import { refuse } from "../../errors.ts";
import type { TurnOp } from "../../protocol.ts";
import type { Store } from "../../store/store.ts";

type Written = Extract<TurnOp, { op: "message.send" | "message.edit" }>;

/** Throws AppError where a file is not there any more. */
export async function partsFor(store: Store, owner: string, op: Written): Promise<Part[]> {
  return [{ type: "text", text: op.text }, ...(await attachedTo(store, owner, op))];
}

/** A message that is written anew keeps its files. */
export async function attachedTo(store: Store, owner: string, op: Written): Promise<FilePart[]> {
  if (op.op === "message.edit") return filesOf((await store.conversations.message(owner, op.message))?.parts);
  const ids = op.files ?? [];
  if (ids.length === 0) return [];
  const found = await store.files.find(owner, ids);
  if (found.length < ids.length) throw refuse("not_found", "noFile");
  return found;
}

export function filesOf(parts: Part[] = []): FilePart[] {
  return parts.filter((part) => part.type === "image" || part.type === "file");
}

/** What a title is made from: of a message without words, the names of its files. */
export function nameOf(parts: Part[]): string {
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  return text.trim() === ""
    ? filesOf(parts)
        .map(({ name }) => name)
        .join(", ")
    : text;
}
