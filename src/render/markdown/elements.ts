/** Safe HTML of the parser's tree: known tags only, everything else escaped. */
import { escapeHtml } from "../html.ts";
import { codeHtml } from "../code/block.ts";
import { formulaHtml } from "../math/formula.ts";
import { alertOf } from "./alerts.ts";
import type { Cut } from "./cuts.ts";
import { decodeSource, safeHref } from "./links.ts";
import { Notes } from "./notes.ts";
import { isElement, textOf, type MarkdownElement, type MarkdownNode } from "./tree.ts";

// Deeper nesting is nobody's prose; it multiplies a page's bytes. Callers show the source instead.
const DEPTH_MAX = 40;

/** `notes`: those that references lead to; none are defined where there are no others. */
export function nodesHtml(nodes: readonly MarkdownNode[], notes = new Notes(""), depth = 0): string {
  let html = "";
  for (const node of nodes) {
    if (typeof node === "string") html += escapeHtml(node);
    else html += isElement(node) ? elementHtml(node, notes, depth) : cutHtml(node, notes);
  }
  return html;
}

/** One list item; its texts are paragraphs where `isLoose`, whatever the tree says. */
export function itemHtml(item: MarkdownElement, isLoose: boolean, notes: Notes, depth = 0): string {
  const { checked } = item;
  const box = checked === null ? "" : `<input type="checkbox" disabled${checked ? " checked" : ""}>`;
  let html = "";
  for (const [index, run] of runsOf(item.children).entries()) {
    const text = Array.isArray(run) ? nodesHtml(run, notes, depth + 1) : elementHtml(run, notes, depth + 1);
    if (!Array.isArray(run)) html += index === 0 ? box + text : text;
    else html += paragraph(index === 0 && box !== "" ? `<label>${box} ${text}</label>` : text, isLoose);
  }
  return `<li${box === "" ? "" : ' class="task"'} dir="auto">${html === "" ? box : html}</li>`;
}

export function isLooseItem(item: MarkdownElement): boolean {
  return item.children.some((child) => isElement(child) && child.type === "p");
}

export function listTag(start: number | null): string {
  if (start === null) return "<ul";
  return start === 1 ? "<ol" : `<ol start="${start}"`;
}

export function rowHtml(cells: readonly MarkdownNode[], notes: Notes, depth = 0): string {
  return `<tr>${nodesHtml(cells, notes, depth + 1)}</tr>`;
}

function elementHtml(element: MarkdownElement, notes: Notes, depth: number): string {
  if (depth > DEPTH_MAX) throw new RangeError("nested too deeply");
  const { type, children } = element;
  switch (type) {
    case "blockquote":
      return quoteHtml(children, notes, depth);
    case "p":
      return `<${type} dir="auto">${nodesHtml(children, notes, depth + 1)}</${type}>`;
    case "h1":
    case "h2":
    case "h3":
    case "h4":
    case "h5":
    case "h6":
      return headingHtml(Number(type.slice(1)), nodesHtml(children, notes, depth + 1));
    case "em":
    case "strong":
    case "del":
    case "code":
    case "thead":
    case "tbody":
      return `<${type}>${nodesHtml(children, notes, depth + 1)}</${type}>`;
    case "tr":
      return rowHtml(children, notes, depth);
    case "th":
    case "td":
      return `<${type}${alignment(element)} dir="auto">${nodesHtml(children, notes, depth + 1)}</${type}>`;
    case "hr":
    case "br":
      return `<${type}>`;
    case "pre":
      return codeHtml(element.language, textOf(children));
    case "ul":
    case "ol":
      return listHtml(element, notes, depth);
    case "table":
      return `<div class="table" tabindex="0"><table>${nodesHtml(children, notes, depth + 1)}</table></div>`;
    case "a":
      return linkHtml(element, nodesHtml(children, notes, depth + 1));
    case "img":
      return imageHtml(element);
    default:
      return nodesHtml(children, notes, depth + 1);
  }
}

function cutHtml(cut: Cut, notes: Notes): string {
  if (cut.kind === "formula") return formulaHtml(cut.source, cut.tex, cut.isDisplay);
  const number = notes.numberOf(cut.label);
  if (number === null) return escapeHtml(cut.source);
  const id = notes.isHome(cut.label) ? ` id="${notes.idOf("ref", number)}"` : "";
  return `<sup><a role="doc-noteref"${id} href="#${notes.idOf("note", number)}">${number}</a></sup>`;
}

function quoteHtml(children: readonly MarkdownNode[], notes: Notes, depth: number): string {
  const alert = alertOf(children);
  if (alert === null) return `<blockquote dir="auto">${nodesHtml(children, notes, depth + 1)}</blockquote>`;
  const { kind, title, content } = alert;
  const inner = `<p class="alert__title">${title}</p>${nodesHtml(content, notes, depth + 1)}`;
  return `<blockquote class="alert alert--${kind}" dir="auto">${inner}</blockquote>`;
}

// h1 and h2 belong to the page around the reply.
function headingHtml(level: number, inner: string): string {
  const tag = `h${Math.min(level + 2, 6)}`;
  return `<${tag} dir="auto">${inner}</${tag}>`;
}

function listHtml(list: MarkdownElement, notes: Notes, depth: number): string {
  const items = list.children.filter(isElement);
  const isLoose = items.some(isLooseItem);
  const inner = items.map((item) => itemHtml(item, isLoose, notes, depth + 1)).join("");
  return `${listTag(list.type === "ol" ? list.start : null)}>${inner}</${list.type}>`;
}

function linkHtml(link: MarkdownElement, inner: string): string {
  const href = safeHref(link.href, textOf(link.children));
  if (href === null) return inner;
  // An image's link or a bare address inside this one gives way: HTML knows no link in a link.
  return `<a${attributes(href, link.title)}>${inner.replace(/<\/?a\b[^>]*>/g, "")}</a>`;
}

function imageHtml(image: MarkdownElement): string {
  const href = safeHref(image.href, "");
  if (href === null) return escapeHtml(image.alt);
  return `<a class="image" data-image${attributes(href, image.title)}>${escapeHtml(image.alt || href)}</a>`;
}

function attributes(href: string, title: string): string {
  const hint = title === "" ? "" : ` title="${escapeHtml(decodeSource(title))}"`;
  return ` href="${escapeHtml(href)}"${hint} rel="noopener noreferrer nofollow" target="_blank"`;
}

function alignment(cell: MarkdownElement): string {
  return cell.align === "" ? "" : ` class="${cell.align}"`;
}

function paragraph(html: string, isParagraph: boolean): string {
  return isParagraph ? `<p dir="auto">${html}</p>` : html;
}

const BLOCKS = new Set(["ul", "ol", "pre", "blockquote", "hr", "table", "h1", "h2", "h3", "h4", "h5", "h6"]);

/** An item's children as block elements and runs of inline nodes; a paragraph is such a run. */
function runsOf(nodes: readonly MarkdownNode[]): (MarkdownElement | MarkdownNode[])[] {
  const runs: (MarkdownElement | MarkdownNode[])[] = [];
  let inline: MarkdownNode[] | null = null;
  for (const node of nodes) {
    if (isElement(node) && node.type === "p") runs.push(node.children);
    else if (isElement(node) && BLOCKS.has(node.type)) runs.push(node);
    else if (inline !== null) {
      inline.push(node);
      continue;
    } else {
      inline = [node];
      runs.push(inline);
      continue;
    }
    inline = null;
  }
  return runs;
}
