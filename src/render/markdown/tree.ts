/** The parser's tree of a Markdown text, in a shape of our own. */

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
export type MarkdownNode = string | MarkdownElement;

/** The top-level nodes; null where the parser gives up (thousands of nested quotes exhaust its stack). */
export function parse(markdown: string): MarkdownNode[] | null {
  try {
    // Raw HTML in running text comes back as strings, which are escaped like any other: it shows as text.
    const root: unknown = Bun.markdown.react(markdown, undefined, { autolinks: true, noHtmlBlocks: true });
    return nodesOf(propertiesOf(root)["children"]);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function isElement<T>(node: T | MarkdownElement): node is MarkdownElement {
  return typeof node === "object" && node !== null && "type" in node;
}

export function textOf(nodes: readonly MarkdownNode[]): string {
  return nodes.map((node) => (isElement(node) ? textOf(node.children) : node)).join("");
}

function nodesOf(value: unknown): MarkdownNode[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((child): MarkdownNode[] => {
    if (typeof child === "string") return [child];
    return typeof child === "object" && child !== null ? [elementOf(child)] : [];
  });
}

function elementOf(value: object): MarkdownElement {
  const type = "type" in value ? value.type : null;
  const properties = propertiesOf(value);
  const text = (name: string): string => (typeof properties[name] === "string" ? properties[name] : "");
  return {
    type: typeof type === "string" ? type : "",
    children: nodesOf(properties["children"]),
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
