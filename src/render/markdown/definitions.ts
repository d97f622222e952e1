/** Link definitions, which hold for a whole reply wherever they stand. */
import { isElement, parse } from "./tree.ts";

/** By label as it is compared; the line says the definition anew. */
export type Definitions = Map<string, string>;

const LABEL = /\[((?:[^[\]\\]|\\.){1,999})\]/gs;
const DEFINED_LABEL = /\[((?:[^[\]\\]|\\.){1,999})\](?=:)/gs;
const LINE_MAX = 2000;
export const DEFINITIONS_MAX = 500;

/** The labels a text may refer to, each once. */
export function labelsIn(source: string): string[] {
  if (!source.includes("[")) return [];
  return [...new Set(Array.from(source.matchAll(LABEL), ([, label = ""]) => keyOf(label)))];
}

/** The definitions a text holds. */
export function definitionsIn(source: string): Definitions {
  const found: Definitions = new Map();
  if (!source.includes("]:")) return found;
  const labels = new Map(
    Array.from(source.matchAll(DEFINED_LABEL), ([, label = ""]) => [keyOf(label), label]),
  );
  const probes = [...labels].slice(0, DEFINITIONS_MAX);
  // Whether it is a definition only the parser knows: it is one if a reference to it, put after it, is a link.
  const nodes = parse(`${source}\n\n${probes.map(([, label]) => `[${label}]`).join("\n\n")}`) ?? [];
  for (const [index, [key, label]] of probes.entries()) {
    const paragraph = nodes.at(index - probes.length);
    if (paragraph === undefined || !isElement(paragraph) || paragraph.type !== "p") continue;
    const [link, ...others] = paragraph.children;
    if (link === undefined || !isElement(link) || link.type !== "a" || others.length > 0) continue;
    const line = `[${label}]: <${escaped(link.href, /^[<>]$/)}>${titled(link.title)}`;
    if (line.length <= LINE_MAX) found.set(key, line);
  }
  return found;
}

/** What to put before a text, so that its references find what was defined elsewhere. */
export function definitionsFor(source: string, definitions: Definitions): string {
  if (definitions.size === 0) return "";
  const lines = labelsIn(source).flatMap((label) => definitions.get(label) ?? []);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n\n`;
}

const keyOf = (label: string): string => label.trim().replace(/\s+/g, " ").toLowerCase();

const titled = (title: string): string => (title === "" ? "" : ` "${escaped(title, /^"$/)}"`);

// The parser gives these as they were written, with their backslashes; only what the new quoting needs is added.
function escaped(raw: string, special: RegExp): string {
  return raw.replace(/\\.|./gs, (unit) => (unit === "\\" || special.test(unit) ? `\\${unit}` : unit));
}
