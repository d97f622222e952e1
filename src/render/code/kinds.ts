/** What a tokenizer calls a token → the few kinds that are told apart by colour. */

/**
 * Each is an element of its own, `<c-k>` and so on, and `<c-l>` is a line: what the marks of code cost is paid for
 * each word of it, and a name is half as long as a class. The HTML Standard's own pages mark code so.
 */
export type Kind = keyof typeof kinds;

const kinds = {
  /** Keywords. */
  k: ["keyword"],
  /** Strings. */
  s: ["string", "quote", "character", "escape", "regexp", "url"],
  /** Comments. */
  c: ["comment"],
  /** Numbers, and values that have names. */
  n: ["number", "atom", "bool", "literal", "unit", "color"],
  /** What is defined here, or called. */
  f: ["def", "macroName", "definition", "function", "heading"],
  /** Types, tags, built-in names. */
  t: ["type", "typeName", "className", "tag", "tagName", "builtin", "standard", "qualifier", "namespace"],
  /** Attributes and properties. */
  p: ["attribute", "attributeName", "property", "propertyName", "labelName"],
  /** Punctuation of documents, directives, decorators. */
  m: ["meta", "processingInstruction", "header", "annotation", "angleBracket"],
  /** Lines added and removed. */
  i: ["inserted"],
  d: ["deleted"],
} as const;

/** `style`: names with modifiers after dots, separated by spaces; the last one that is known decides. */
export function kindOf(style: string | null | undefined): Kind | null {
  if (!style) return null;
  let kind = known.get(style);
  if (kind === undefined) {
    kind = null;
    for (const name of style.split(/[ .]/)) kind = byName.get(name) ?? kind;
    if (known.size < 500) known.set(style, kind);
  }
  return kind;
}

const byName = new Map<string, Kind>();
for (const [kind, names] of Object.entries(kinds) as [Kind, readonly string[]][]) {
  for (const name of names) byName.set(name, kind);
}

const known = new Map<string, Kind | null>();
