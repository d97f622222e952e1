/** HTML → the DOM of dom.ts, and back to a text that can be compared. */
import { Element, Text } from "./dom.ts";

/** Well-formed HTML, as the templates and the renderer make it: no attribute has a `>` in it. */
export function parseHtml(html: string): Element {
  const root = new Element("");
  let at = root;
  let from = 0;
  for (let start = html.indexOf("<"); start !== -1; start = html.indexOf("<", from)) {
    if (start > from) addText(at, html.slice(from, start));
    const end = html.indexOf(">", start);
    if (end === -1) throw new Error(`no end of ${html.slice(start, start + 40)}`);
    from = end + 1;
    if (html[start + 1] === "!") continue;
    if (html[start + 1] !== "/") {
      const isClosed = html[end - 1] === "/";
      const { name, attributes } = tagOf(html.slice(start + 1, isClosed ? end - 1 : end));
      if (unlooked.has(name)) from = isClosed ? from : after(html, name, from);
      else if (name === "template") {
        const inside = from;
        from = after(html, name, from);
        at.add(new Element(name, attributes, templateOf(html.slice(inside, from - name.length - 3))));
      } else {
        const element = new Element(name, attributes);
        at.add(element);
        if (!isClosed && !voids.has(name)) at = element;
      }
    } else if (at.name === html.slice(start + 2, end) && at.parentElement !== null) at = at.parentElement;
    else throw new Error(`${html.slice(start, from)} closes <${at.name}>`);
  }
  addText(at, html.slice(from));
  if (at !== root) throw new Error(`<${at.name}> is not closed`);
  return root;
}

/** What never changes, or is laid over the page: left out. None of them is in another of its kind. */
const unlooked = new Set(["svg", "head", "dialog"]);

function after(html: string, name: string, from: number): number {
  const end = html.indexOf(`</${name}>`, from);
  if (end === -1) throw new Error(`<${name}> is not closed`);
  return end + name.length + 3;
}

/** Pages of one language have the same templates; most are never asked for what is in them. */
function templateOf(html: string): () => Element {
  return () => {
    const known = templates.get(html);
    if (known !== undefined) return known;
    const parsed = parseHtml(html);
    templates.set(html, parsed);
    return parsed;
  };
}

const templates = new Map<string, Element>();

type Tag = { name: string; attributes: ReadonlyMap<string, string> };

/** Most come again and again, on each page and in each step. */
function tagOf(text: string): Tag {
  const known = seen.get(text);
  if (known !== undefined) return known;
  const space = text.search(/\s/);
  const name = space === -1 ? text : text.slice(0, space);
  const tag = { name, attributes: space === -1 ? none : attributesOf(text, space + 1) };
  if (seen.size >= seenMax) seen.clear();
  seen.set(text, tag);
  return tag;
}

const none: ReadonlyMap<string, string> = new Map();

function attributesOf(text: string, from: number): Map<string, string> {
  const attributes = new Map<string, string>();
  let at = from;
  while (at < text.length) {
    const equals = text.indexOf("=", at);
    const space = text.indexOf(" ", at);
    if (equals === -1 || (space !== -1 && space < equals)) {
      const end = space === -1 ? text.length : space;
      const name = text.slice(at, end).trim();
      if (name !== "") attributes.set(name, "");
      at = end + 1;
    } else {
      const end = text.indexOf('"', equals + 2);
      attributes.set(text.slice(at, equals).trim(), unescape(text.slice(equals + 2, end)));
      at = end + 1;
    }
  }
  return attributes;
}

const seen = new Map<string, Tag>();
const seenMax = 5000;

/**
 * What a reader sees of an element, one tag a line: without ids of ops that nobody has asked for yet, folds that the
 * reader opened or that the page closes, and spaces between elements.
 */
export function shownIn(element: Element): string {
  const lines: string[] = [];
  write(element, lines);
  return lines.join("\n");
}

const voids = new Set(["br", "hr", "img", "input", "link", "meta"]);

function addText(element: Element, text: string): void {
  if (text !== "") element.add(new Text(unescape(text)));
}

function unescape(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (entity, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return named[name ?? ""] ?? entity;
    },
  );
}

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function write(element: Element, lines: string[]): void {
  const ignored = ignoredOf(element);
  const attributes = [...element.attributes].filter(([name]) => !ignored.has(name));
  const told = attributes
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}="${value}"`);
  lines.push(`<${element.name}${told.join("")}>`);
  for (const piece of piecesOf(element)) {
    if (typeof piece === "string") lines.push(JSON.stringify(piece));
    else write(piece, lines);
  }
  lines.push(`</${element.name}>`);
}

/** Whether `shownIn` says the same of both; almost always it does, and the words need not be made. */
export function showsSame(one: Element, other: Element): boolean {
  if (one.name !== other.name || !hasSameAttributes(one, other)) return false;
  const [pieces, others] = [piecesOf(one), piecesOf(other)];
  if (pieces.length !== others.length) return false;
  for (const [index, piece] of pieces.entries()) {
    const beside = others[index];
    if (piece === beside) continue;
    if (typeof piece === "string" || beside === undefined || typeof beside === "string") return false;
    if (!showsSame(piece, beside)) return false;
  }
  return true;
}

function hasSameAttributes(one: Element, other: Element): boolean {
  if (one.attributes === other.attributes) return true;
  const ignored = ignoredOf(one);
  let count = 0;
  for (const [name, value] of one.attributes) {
    if (ignored.has(name)) continue;
    if (other.attributes.get(name) !== value) return false;
    count += 1;
  }
  for (const name of other.attributes.keys()) if (!ignored.has(name)) count -= 1;
  return count === 0;
}

function ignoredOf({ name, attributes }: Element): Set<string> {
  return name === "input" && attributes.get("name") === "id" ? opId : folds;
}

const opId = new Set(["value"]);
const folds = new Set(["open", "data-hash", "data-thought"]);

/** Neighbours are one text, however it came. */
function piecesOf(element: Element): (Element | string)[] {
  const pieces: (Element | string)[] = [];
  let text = "";
  for (const node of element.childNodes) {
    if (node instanceof Text) text += node.data;
    else {
      if (text.trim() !== "") pieces.push(text);
      text = "";
      pieces.push(node);
    }
  }
  if (text.trim() !== "") pieces.push(text);
  return pieces;
}
