/** HTML → the DOM of dom.ts, and back to a text that can be compared. */
import { Element, Text } from "./dom.ts";

/** Well-formed HTML, as the templates and the renderer make it: no attribute has a `>` in it. */
export function parseHtml(source: string): Element {
  // What never changes.
  const html = source.includes("<svg") ? source.replace(/<svg.*?<\/svg>|<head>.*?<\/head>/gs, "") : source;
  const root = new Element("");
  let at = root;
  let from = 0;
  for (let start = html.indexOf("<"); start !== -1; start = html.indexOf("<", from)) {
    addText(at, html.slice(from, start));
    const end = html.indexOf(">", start);
    if (end === -1) throw new Error(`no end of ${html.slice(start, start + 40)}`);
    from = end + 1;
    if (html[start + 1] === "!") continue;
    if (html[start + 1] !== "/") {
      const element = elementOf(html.slice(start + 1, html[end - 1] === "/" ? end - 1 : end));
      at.append(element);
      if (html[end - 1] !== "/" && !voids.has(element.name)) at = element;
    } else if (at.name === html.slice(start + 2, end) && at.parentElement !== null) at = at.parentElement;
    else throw new Error(`${html.slice(start, from)} closes <${at.name}>`);
  }
  addText(at, html.slice(from));
  if (at !== root) throw new Error(`<${at.name}> is not closed`);
  return root;
}

function elementOf(tag: string): Element {
  const space = tag.indexOf(" ");
  if (space === -1) return new Element(tag);
  const element = new Element(tag.slice(0, space));
  for (const [key, value] of attributesOf(tag.slice(space))) element.attributes.set(key, value);
  return element;
}

/** Most tags come again and again, on each page and in each step. */
function attributesOf(text: string): [name: string, value: string][] {
  const known = seen.get(text);
  if (known !== undefined) return known;
  const found = [...text.matchAll(/([^\s="]+)(?:="([^"]*)")?/g)].map(
    ([, key = "", value = ""]): [string, string] => [key, unescape(value)],
  );
  if (seen.size >= seenMax) seen.clear();
  seen.set(text, found);
  return found;
}

const seen = new Map<string, [name: string, value: string][]>();
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
  if (text !== "") element.append(new Text(unescape(text)));
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
  const isOpId = element.name === "input" && element.attributes.get("name") === "id";
  const ignored = isOpId ? ["value"] : ["open", "data-hash", "data-thought"];
  const attributes = [...element.attributes].filter(([name]) => !ignored.includes(name));
  const told = attributes
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}="${value}"`);
  lines.push(`<${element.name}${told.join("")}>`);
  // Neighbours are one text, however it came.
  let text = "";
  for (const node of [...element.childNodes, null]) {
    if (node instanceof Text) text += node.data;
    else {
      if (text.trim() !== "") lines.push(JSON.stringify(text));
      text = "";
      if (node !== null) write(node, lines);
    }
  }
  lines.push(`</${element.name}>`);
}
