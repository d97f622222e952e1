/** As much of the DOM as the browser's code uses: elements, text, and the selectors it asks with. */

export class Text {
  parentElement: Element | null = null;
  constructor(public data: string) {}

  get length(): number {
    return this.data.length;
  }
  get textContent(): string {
    return this.data;
  }
  appendData(text: string): void {
    this.data += text;
  }
}

export type Node = Element | Text;

/** A fragment is an element without a name, whose children go where it is put. */
export class Element {
  parentElement: Element | null = null;
  readonly childNodes: Node[] = [];
  #attributes: ReadonlyMap<string, string>;
  /** Until something is changed, they are shared with all elements that came with the same. */
  #own: Map<string, string> | null = null;
  #byId: Map<string, Element> | null = null;
  #dataset: Record<string, string> | null = null;

  /** `inside` gives what a template has in it, when somebody asks. */
  constructor(
    readonly name: string,
    attributes: ReadonlyMap<string, string> = none,
    readonly inside: (() => Element) | null = null,
  ) {
    this.#attributes = attributes;
  }

  get attributes(): ReadonlyMap<string, string> {
    return this.#attributes;
  }
  get dataset(): Record<string, string> {
    return (this.#dataset ??= datasetOf(this));
  }

  get localName(): string {
    return this.name;
  }
  get id(): string {
    return this.attributes.get("id") ?? "";
  }
  set hidden(isHidden: boolean) {
    this.toggleAttribute("hidden", isHidden);
  }
  get children(): Element[] {
    return this.childNodes.filter((node) => node instanceof Element);
  }
  /** Of a template. */
  get content(): Element {
    return this.inside?.() ?? this;
  }
  get childElementCount(): number {
    return this.children.length;
  }
  get firstElementChild(): Element | null {
    return this.children[0] ?? null;
  }
  get lastElementChild(): Element | null {
    return this.children.at(-1) ?? null;
  }
  get lastChild(): Node | null {
    return this.childNodes.at(-1) ?? null;
  }
  get isConnected(): boolean {
    return this.parentElement?.isConnected ?? this.name === "";
  }
  get nextElementSibling(): Element | null {
    const family = this.parentElement?.children ?? [];
    return family[family.indexOf(this) + 1] ?? null;
  }
  get textContent(): string {
    return this.childNodes.map((node) => node.textContent).join("");
  }
  set textContent(text: string) {
    for (const node of this.childNodes.splice(0)) node.parentElement = null;
    if (text !== "") this.append(new Text(text));
  }

  /** Nobody clicks here. */
  addEventListener(): void {}

  append(...nodes: (Node | string)[]): void {
    for (const node of nodes) this.#insert(typeof node === "string" ? new Text(node) : node, null);
  }
  prepend(node: Node): void {
    this.#insert(node, this.childNodes[0] ?? null);
  }
  insertBefore(node: Node, next: Node | null): void {
    this.#insert(node, next);
  }
  replaceWith(node: Node): void {
    const parent = this.parentElement;
    if (parent === null || node === this) return;
    parent.#insert(node, this);
    this.remove();
  }
  remove(): void {
    detach(this);
  }
  contains(node: Node | null): boolean {
    for (let at = node; at !== null; at = at.parentElement) if (at === this) return true;
    return false;
  }
  removeAttribute(name: string): void {
    if (this.#attributes.has(name)) this.#ownAttributes().delete(name);
  }
  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }
  setAttribute(name: string, value: string): void {
    this.#ownAttributes().set(name, value);
  }
  toggleAttribute(name: string, isThere: boolean): void {
    if (!isThere) this.removeAttribute(name);
    else if (!this.#attributes.has(name)) this.setAttribute(name, "");
  }
  matches(selector: string): boolean {
    return parseSelector(selector).some((simple) => fits(this, simple));
  }
  closest(selector: string): Element | null {
    return this.matches(selector) ? this : (this.parentElement?.closest(selector) ?? null);
  }
  querySelector(selector: string): Element | null {
    return find(this, fitsOneOf(parseSelector(selector)));
  }
  querySelectorAll(selector: string): Element[] {
    const isWanted = fitsOneOf(parseSelector(selector));
    const found: Element[] = [];
    find(this, (element) => {
      if (isWanted(element)) found.push(element);
      return false;
    });
    return found;
  }
  getElementById(id: string): Element | null {
    const known = this.#byId?.get(id);
    if (known !== undefined && known.id === id && this.contains(known)) return known;
    const found = find(this, (element) => element.attributes.get("id") === id);
    if (found !== null) (this.#byId ??= new Map()).set(id, found);
    return found;
  }

  /** For the parser: at the end, what has never been anywhere. */
  add(node: Node): void {
    this.childNodes.push(node);
    node.parentElement = this;
  }

  #ownAttributes(): Map<string, string> {
    this.#own ??= new Map(this.#attributes);
    this.#attributes = this.#own;
    return this.#own;
  }

  #insert(node: Node, next: Node | null): void {
    if (node instanceof Element && node.name === "") {
      for (const child of [...node.childNodes]) this.#insert(child, next);
      return;
    }
    if (node === next) return;
    detach(node);
    const at = next === null ? this.childNodes.length : this.childNodes.indexOf(next);
    this.childNodes.splice(at, 0, node);
    node.parentElement = this;
  }
}

function detach(node: Node): void {
  const family = node.parentElement?.childNodes;
  family?.splice(family.indexOf(node), 1);
  node.parentElement = null;
}

/** In the order of the document; what is in a template is not in the document. */
function find(root: Element, isWanted: (element: Element) => boolean): Element | null {
  const nodes = root.childNodes;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (!(node instanceof Element)) continue;
    if (isWanted(node)) return node;
    if (node.childNodes.length === 0 || node.name === "template" || node.name === "svg") continue;
    const found = find(node, isWanted);
    if (found !== null) return found;
  }
  return null;
}

type Simple = { name: string; id: string; attributes: [name: string, value: string | undefined][] };
const parsed = new Map<string, Simple[]>();

function parseSelector(selector: string): Simple[] {
  const known = parsed.get(selector);
  if (known !== undefined) return known;
  const simples = selector.split(",").map((one): Simple => {
    const found = /^([a-z0-9]*)(?:#([\w-]+))?((?:\[[^\]]+\])*)$/.exec(one.trim());
    if (found === null) throw new Error(`no such selector here: ${one}`);
    const attributes = [...(found[3] ?? "").matchAll(/\[([\w-]+)(?:="([^"]*)")?\]/g)];
    return {
      name: found[1] ?? "",
      id: found[2] ?? "",
      attributes: attributes.map(([, name = "", value]) => [name, value]),
    };
  });
  // Selectors with an id in them would be kept for ever.
  if (!selector.includes('="')) parsed.set(selector, simples);
  return simples;
}

function fitsOneOf(simples: Simple[]): (element: Element) => boolean {
  const [only] = simples;
  if (simples.length === 1 && only !== undefined) return (element) => fits(element, only);
  return (element) => simples.some((simple) => fits(element, simple));
}

function fits(element: Element, { name, id, attributes }: Simple): boolean {
  if (name !== "" && element.name !== name) return false;
  if (id !== "" && element.id !== id) return false;
  for (const [key, value] of attributes) {
    const own = element.attributes.get(key);
    if (own === undefined || (value !== undefined && own !== value)) return false;
  }
  return true;
}

const none: ReadonlyMap<string, string> = new Map();

function datasetOf(element: Element): Record<string, string> {
  return new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => element.attributes.get(keyOf(String(name))),
      set(_, name, value) {
        element.setAttribute(keyOf(String(name)), String(value));
        return true;
      },
      deleteProperty(_, name) {
        element.removeAttribute(keyOf(String(name)));
        return true;
      },
    },
  );
}

function keyOf(name: string): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  keys.set(name, key);
  return key;
}

/** The code has so many names, and no more. */
const keys = new Map<string, string>();
