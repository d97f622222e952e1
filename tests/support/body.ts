/** A model of what the browser makes of a body's steps: elements as strings. */
import type { BodyStep } from "../../src/render/streaming.ts";

/** `items`: the outer HTML of a `[data-items]` element's children. */
type Element = { open: string; items: string[]; close: string };
type Shown = { block: number; item: number | null; html: string };

export class BodyModel {
  readonly #blocks: Element[] = [];
  #shown: Shown | null = null;

  /** As a page shows it. */
  static of(html: string): BodyModel {
    const model = new BodyModel();
    model.#blocks.push(...childrenOf(html).map(elementOf));
    return model;
  }

  apply(steps: readonly BodyStep[]): void {
    for (const step of steps) this.#applyOne(step);
  }

  html(): string[] {
    return this.#blocks.map(({ open, items, close }) => open + items.join("") + close);
  }

  copy(): BodyModel {
    const copy = new BodyModel();
    for (const block of this.#blocks) copy.#blocks.push({ ...block, items: [...block.items] });
    copy.#shown = this.#shown;
    return copy;
  }

  #applyOne(step: BodyStep): void {
    switch (step[0]) {
      case "block":
        return this.#set({ block: step[1], item: null, html: step[2] });
      case "item":
        return this.#set({ block: step[1], item: step[2], html: step[3] });
      case "tail": {
        if (this.#shown === null) throw new Error("a tail step with nothing before it");
        return this.#set({ ...this.#shown, html: this.#shown.html.slice(0, step[1]) + step[2] });
      }
      case "cut":
        this.#blocks.length = Math.min(this.#blocks.length, step[1]);
    }
  }

  #set(shown: Shown): void {
    this.#shown = shown;
    const { block, item, html } = shown;
    if (childrenOf(html).length !== 1) throw new Error(`not one element: ${html}`);
    const items = item === null ? this.#blocks : this.#blocks[block]?.items;
    const index = item ?? block;
    if (items === undefined || index > items.length) throw new Error(`a gap before ${block}, ${item}`);
    if (item === null) this.#blocks[block] = elementOf(html);
    else this.#blocks[block]?.items.splice(item, 1, html);
  }
}

function elementOf(html: string): Element {
  const [, open, inner = "", close = ""] =
    /^(<(?:ul|ol)[^>]* data-items>|.*?<(?:tbody|code) data-items>)(.*)(<\/[uo]l>|<\/tbody><\/table><\/div>|<\/code><\/pre><\/div>)$/s.exec(
      html,
    ) ?? [];
  return open === undefined
    ? { open: html, items: [], close: "" }
    : { open, items: childrenOf(inner), close };
}

/** The outer HTML of each element at the top. */
export function childrenOf(html: string): string[] {
  const children: string[] = [];
  let depth = 0;
  let start = 0;
  for (const tag of html.matchAll(/<(\/?)([a-z0-9-]+)[^>]*>/g)) {
    if (depth === 0 && tag.index !== start) throw new Error(`text between elements: ${html}`);
    const isVoid = ["br", "hr", "input"].includes(tag[2] ?? "");
    if (!isVoid) depth += tag[1] === "/" ? -1 : 1;
    if (depth > 0) continue;
    children.push(html.slice(start, tag.index + tag[0].length));
    start = tag.index + tag[0].length;
  }
  if (depth !== 0 || start !== html.length) throw new Error(`not well-formed: ${html}`);
  return children;
}
