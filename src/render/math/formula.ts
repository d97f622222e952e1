/** A formula as MathML, or as it was written where it can't be read. */
import { escapeHtml } from "../html.ts";

type Typesetting = typeof import("./typeset.ts");

// Typesetting costs a hundred times what the same text costs as prose, and pages repeat their formulas.
const KEPT_MAX = 1000;
const KEPT_LENGTH_MAX = 4000;
const kept = new Map<string, string | null>();

export function formulaHtml(source: string, tex: string, isDisplay: boolean): string {
  const key = `${isDisplay ? "d" : "i"}${tex}`;
  let math = kept.get(key);
  if (math === undefined) {
    // Loaded with the first formula: half a megabyte that a start does not wait for. Rendering waits for nothing.
    const { typeset }: Typesetting = require("./typeset.ts");
    math = typeset(tex, isDisplay);
    if (kept.size >= KEPT_MAX) kept.clear();
    if ((math?.length ?? 0) <= KEPT_LENGTH_MAX) kept.set(key, math);
  }
  if (math === null) return escapeHtml(source);
  return isDisplay ? `<span class="formula" tabindex="0">${math}</span>` : math;
}
