/** A reply's body as its readers have it, and the steps that lead them on from one state to the next. */
/** Steps on a body, whose children are the blocks; a block's items are the children of its `[data-items]`. */
export type BodyStep =
  /** Sets the block; appends it where `index` is the number of blocks. */
  | ["block", index: number, html: string]
  /** Sets an item of a block; appends likewise. */
  | ["item", block: number, index: number, html: string]
  /** The html of the last block, item or tail step becomes its first `keep` characters and `html`. */
  | ["tail", keep: number, html: string]
  /** Removes the blocks from `count` on. */
  | ["cut", count: number];

/** `items` stand between `open` and `close`. */
export type Block = { open: string; items: string[]; close: string };

type Last = { block: number; item: number | null; html: string };

export class Body {
  readonly #blocks: Block[] = [];
  /** The seq of the take that last changed each block. */
  readonly #changedAt: number[] = [];
  #steps: BodyStep[] = [];
  /** What a tail step would go on from. */
  #last: Last | null = null;
  #seq = 0;
  #length = 0;
  #htmlLength = 0;

  get count(): number {
    return this.#blocks.length;
  }

  /** The characters of all steps so far. */
  get sentLength(): number {
    return this.#length;
  }

  /** The characters of all blocks now. */
  get htmlLength(): number {
    return this.#htmlLength;
  }

  block(index: number): Block | undefined {
    return this.#blocks[index];
  }

  /** Changes from here on belong to the event `seq`. */
  begin(seq: number): void {
    this.#seq = seq;
    this.#steps = [];
  }

  steps(): BodyStep[] {
    return this.#steps;
  }

  setBlock(index: number, block: Block): void {
    const before = this.#blocks[index];
    const html = blockHtml(block);
    this.#blocks[index] = block;
    const known = before === undefined ? "" : blockHtml(before);
    if (known === html) return;
    this.#htmlLength += html.length - known.length;
    this.#show({ block: index, item: null, html });
  }

  setItem(block: number, index: number, html: string): void {
    const items = this.#blocks[block]?.items;
    if (items === undefined || items[index] === html) return;
    this.#htmlLength += html.length - (items[index]?.length ?? 0);
    items[index] = html;
    this.#show({ block, item: index, html });
  }

  cut(count: number): void {
    if (count >= this.#blocks.length) return;
    for (const block of this.#blocks.slice(count)) this.#htmlLength -= blockHtml(block).length;
    this.#blocks.length = count;
    this.#changedAt.length = count;
    this.#last = null;
    this.#push(["cut", count], 0);
  }

  html(): string[] {
    return this.#blocks.map(blockHtml);
  }

  /** From a reader's state to this one; the last block comes anew in any case. */
  since(blocksHeld: number, seq: number): BodyStep[] {
    const last = this.#blocks.length - 1;
    const held = Math.max(0, Math.min(blocksHeld, last));
    const steps: BodyStep[] = [["cut", held]];
    for (const [index, block] of this.#blocks.entries()) {
      if (index < held && (this.#changedAt[index] ?? 0) <= seq) continue;
      steps.push(["block", index, blockHtml(block)]);
    }
    // The next tail step goes on from the html that came last.
    const open = this.#last;
    if (open !== null && open.item !== null) steps.push(["item", open.block, open.item, open.html]);
    // That was an earlier block, changed by a definition: for this reader it is not the last one, so no tail is.
    else if (open !== null && open.block !== last) this.#last = null;
    return steps;
  }

  #show(shown: Last): void {
    const { block, item, html } = shown;
    const base = this.#last?.block === block && this.#last.item === item ? this.#last.html : "";
    const keep = commonPrefix(base, html);
    if (keep > 0) this.#push(["tail", keep, html.slice(keep)], html.length - keep);
    else this.#push(item === null ? ["block", block, html] : ["item", block, item, html], html.length);
    this.#last = shown;
    this.#changedAt[block] = this.#seq;
  }

  #push(step: BodyStep, length: number): void {
    this.#steps.push(step);
    this.#length += length;
  }
}

function blockHtml({ open, items, close }: Block): string {
  return open + items.join("") + close;
}

function commonPrefix(before: string, after: string): number {
  const max = Math.min(before.length, after.length);
  let length = 0;
  while (length < max && before.charCodeAt(length) === after.charCodeAt(length)) length++;
  // A surrogate pair stays whole.
  return length > 0 && (after.charCodeAt(length - 1) & 0xfc00) === 0xd800 ? length - 1 : length;
}
