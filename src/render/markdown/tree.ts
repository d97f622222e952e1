/** The parser's tree of a Markdown text, in a shape of our own, with formulas and references to notes in it. */
import { cutOut, marksIn, MARKS, restored, type Cut } from "./cuts.ts";

export type MarkdownElement = {
  type: string;
  children: MarkdownNode[];
  href: string;
  title: string;
  alt: string;
  align: "" | "left" | "center" | "right";
  language: string;
  start: number;
  /** A task's state; null where the item is no task. */
  checked: boolean | null;
};
export type MarkdownNode = string | MarkdownElement | Cut;

/** The top-level nodes; null where the parser gives up (thousands of nested quotes exhaust its stack). */
export function parse(markdown: string, inCells = false): MarkdownNode[] | null {
  try {
    const { text, cuts } = cutOut(markdown, inCells);
    // Raw HTML in running text comes back as strings, which are escaped like any other: it shows as text.
    const root: unknown = Bun.markdown.react(text, undefined, { autolinks: true, noHtmlBlocks: true });
    return nodesOf(propertiesOf(root)["children"], cuts);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function isElement<T>(node: T | MarkdownElement): node is MarkdownElement {
  return typeof node === "object" && node !== null && "type" in node;
}

export function textOf(nodes: readonly MarkdownNode[]): string {
  return nodes
    .map((node) => (isElement(node) ? textOf(node.children) : typeof node === "string" ? node : node.source))
    .join("");
}

/** Without the characters that stand for what is cut out. */
export function withoutMarks(text: string): string {
  return text.replace(MARKS, "\ufffd");
}

function nodesOf(value: unknown, cuts: Cut[]): MarkdownNode[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const nodes: MarkdownNode[] = [];
  // The parser gives a text in pieces.
  let text = "";
  for (const child of values) {
    if (typeof child === "string") text += child;
    else if (typeof child === "object" && child !== null) {
      if (text !== "") nodes.push(...marksIn(text, cuts));
      text = "";
      nodes.push(elementOf(child, cuts));
    }
  }
  if (text !== "") nodes.push(...marksIn(text, cuts));
  return nodes;
}

function elementOf(value: object, cuts: Cut[]): MarkdownElement {
  const type = "type" in value ? value.type : null;
  const properties = propertiesOf(value);
  const text = (name: string): string => {
    return typeof properties[name] === "string" ? restored(properties[name], cuts) : "";
  };
  const children = nodesOf(properties["children"], cuts);
  return {
    type: typeof type === "string" ? type : "",
    children: type === "code" || type === "pre" ? [textOf(children)] : children,
    href: text("href") || text("src"),
    title: text("title"),
    alt: text("alt"),
    align: alignOf(properties["align"]),
    language: text("language"),
    start: typeof properties["start"] === "number" ? properties["start"] : 1,
    checked: typeof properties["checked"] === "boolean" ? properties["checked"] : null,
  };
}

function alignOf(value: unknown): MarkdownElement["align"] {
  return value === "left" || value === "center" || value === "right" ? value : "";
}

function propertiesOf(element: unknown): Record<string, unknown> {
  return (element as { props: Record<string, unknown> }).props;
}
