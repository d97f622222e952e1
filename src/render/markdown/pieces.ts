/** The HTML of a block without parts, of an item of a list, and of a table's head and rows. */
import { escapeHtml } from "../html.ts";
import { definitionsFor, type Definitions } from "./definitions.ts";
import { isLooseItem, itemHtml, nodesHtml, rowHtml } from "./elements.ts";
import { columnsOf } from "./lines.ts";
import type { Notes } from "./notes.ts";
import { isElement, parse, type MarkdownElement, type MarkdownNode } from "./tree.ts";

/** What a piece may refer to elsewhere in its reply. */
export type Known = { definitions: Definitions; notes: Notes };

// A row may leave cells out; in a wide table these would make it a thousand times longer than its source.
const FILLED_COLUMNS_MAX = 16;

/** Exactly one element; null for what shows nothing, such as a link definition. */
export function renderLeaf(source: string, { definitions, notes }: Known): string | null {
  const nodes = parse(definitionsFor(source, definitions) + source);
  if (nodes?.length === 0) return null;
  const html = orNull(() => (nodes === null ? null : nodesHtml(nodes, notes)));
  if (nodes === null || html === null) return `<p dir="auto">${escapeHtml(source)}</p>`;
  return nodes.length === 1 && nodes.every(isElement) ? html : `<div>${html}</div>`;
}

/** A footnote where it stands: models write them at the end, and what has been shown does not move. */
export function renderNote(label: string, source: string, known: Known): string {
  const { notes } = known;
  const number = notes.numberOf(label) ?? notes.next;
  const text = source.replace(/^ {0,3}\[\^[^\]]*\]:[ \t]*/, "").replace(/\n(?: {1,4}|\t)/g, "\n");
  const nodes = parse(definitionsFor(text, known.definitions) + text) ?? [];
  const html = orNull(() => nodesHtml(nodes, notes)) ?? escapeHtml(source);
  const back = notes.hasHome(label) ? ` href="#${notes.idOf("ref", number)}"` : "";
  const mark = `<a class="footnote__number"${back}>${number}</a>`;
  return `<div class="footnote" role="doc-footnote" id="${notes.idOf("note", number)}" dir="auto">${mark}<div>${html}</div></div>`;
}

/** `isLoose`: the item makes its list a loose one; which form is shown depends on the list. */
export type Item = { isLoose: boolean; html: (isLoose: boolean) => string };

export function renderItem(source: string, { definitions, notes }: Known): Item {
  // How the parser renders a neighbour tells whether the item is loose.
  const marker = /^ *(?:[-+*]|\d{1,9}[.)])/.exec(source)?.[0] ?? "-";
  const nodes = parse(`${definitionsFor(source, definitions)}${source}\n${marker} x`) ?? [];
  const [item, neighbour, ...others] = childrenOf(nodes[0]);
  if (nodes.length !== 1 || item === undefined || neighbour === undefined || others.length > 0) {
    // Not the one list it was taken for: what it is goes into the item.
    const inner = orNull(() => nodesHtml(parse(source) ?? [], notes)) ?? "";
    return {
      isLoose: false,
      html: () => (inner === "" ? sourceItem(source) : `<li dir="auto">${inner}</li>`),
    };
  }
  const html = (isLoose: boolean): string =>
    orNull(() => itemHtml(item, isLoose, notes)) ?? sourceItem(source);
  return { isLoose: isLooseItem(neighbour), html };
}

const sourceItem = (source: string): string => `<li dir="auto">${escapeHtml(source)}</li>`;

/** `open` and `close` go around the rows' HTML. */
export type TableHead = { open: string; close: string; delimiters: string[] };

const DELIMITERS = { "": "-", left: ":-", right: "-:", center: ":-:" };

export function renderTableHead(source: string, { definitions, notes }: Known): TableHead {
  const [table] = parse(definitionsFor(source, definitions) + source, true) ?? [];
  const cells = childrenOf(childrenOf(childrenOf(table)[0])[0]);
  const known = cells.length === 0 ? null : orNull(() => rowHtml(cells, notes));
  const row = known ?? `<tr><th dir="auto">${escapeHtml(source)}</th></tr>`;
  return {
    open: `<div class="table" tabindex="0"><table><thead>${row}</thead><tbody data-items>`,
    close: "</tbody></table></div>",
    delimiters: cells.map(({ align }) => DELIMITERS[align]),
  };
}

/** `isOpen`: the cells that have not come yet are left out. */
export function renderRow(
  source: string,
  head: TableHead,
  isOpen: boolean,
  { definitions, notes }: Known,
): string {
  const isShort = isOpen || head.delimiters.length > FILLED_COLUMNS_MAX;
  const delimiters = head.delimiters.slice(0, isShort ? Math.max(1, columnsOf(source)) : undefined);
  // A head of as many columns makes the line a row to the parser.
  const lines = `${"|x".repeat(delimiters.length)}|\n|${delimiters.join("|")}|\n${source}`;
  const nodes = parse(definitionsFor(source, definitions) + lines, true) ?? [];
  const [row, ...others] = childrenOf(childrenOf(nodes[0])[1]);
  const isRow = nodes.length === 1 && row !== undefined && others.length === 0;
  const html = isRow ? orNull(() => rowHtml(row.children, notes)) : null;
  return html ?? `<tr><td dir="auto">${escapeHtml(source)}</td></tr>`;
}

function childrenOf(node: MarkdownNode | undefined): MarkdownElement[] {
  return node !== undefined && isElement(node) ? node.children.filter(isElement) : [];
}

/** Null where the tree is nested deeper than is rendered. */
function orNull<T>(render: () => T): T | null {
  try {
    return render();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
