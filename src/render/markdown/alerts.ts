/** Quotes that GitHub shows as alerts: their first line says which kind they are. */
import { isElement, type MarkdownNode } from "./tree.ts";

/** `title` is the writer's own word, in lower case but for its beginning. */
export type Alert = { kind: string; title: string; content: MarkdownNode[] };

const KINDS = ["note", "tip", "important", "warning", "caution"];

/** Of a quote's children; null for a quote that is one. */
export function alertOf(children: readonly MarkdownNode[]): Alert | null {
  const [first, ...others] = children;
  if (first === undefined || !isElement(first) || first.type !== "p") return null;
  const [text, ...rest] = first.children;
  const [mark, word = "", end] = (typeof text === "string" && MARK.exec(text)) || [];
  const kind = word.toLowerCase();
  if (mark === undefined || typeof text !== "string" || !KINDS.includes(kind)) return null;
  const [next, ...after] = rest;
  const isBroken = next !== undefined && isElement(next) && next.type === "br";
  // The mark has its line for itself.
  if (end === "" && next !== undefined && !isBroken) return null;
  const words = end === "" ? after : [text.slice(mark.length), ...rest];
  const content = words.length === 0 ? others : [{ ...first, children: words }, ...others];
  return { kind, title: kind.charAt(0).toUpperCase() + kind.slice(1), content };
}

const MARK = /^\[!([a-z]{1,20})\][ \t]*(\n|$)/i;
