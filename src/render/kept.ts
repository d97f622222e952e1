/** What was made before and may be wanted again, kept while there is room for it. */
import { renderBlocks } from "./markdown.ts";

export type Kept<Value> = {
  get(name: string): Value | undefined;
  set(name: string, value: Value, chars: number): void;
};

/** In memory alone, `charsMax` characters at most; what was asked for longest ago goes first. */
export function createKept<Value>(charsMax: number): Kept<Value> {
  const kept = new Map<string, { value: Value; chars: number }>();
  let sum = 0;

  function take(name: string) {
    const entry = kept.get(name);
    if (entry === undefined) return undefined;
    kept.delete(name);
    sum -= entry.chars;
    return entry;
  }

  function put(name: string, entry: { value: Value; chars: number }) {
    kept.set(name, entry);
    sum += entry.chars;
  }

  return {
    get(name) {
      const entry = take(name);
      if (entry !== undefined) put(name, entry);
      return entry?.value;
    },
    set(name, value, chars) {
      take(name);
      if (chars > charsMax) return;
      put(name, { value, chars });
      for (const oldest of kept.keys()) {
        if (sum <= charsMax) break;
        take(oldest);
      }
    },
  };
}

/** See renderBlocks; what it returns is not to be changed. */
export type BlocksOf = (text: string, name: string) => string[];

/** Stored texts as blocks: the same name and text make the same, whoever's they are. */
export function keepBlocks(charsMax: number, render: BlocksOf = renderBlocks): BlocksOf {
  const kept = createKept<{ text: string; blocks: string[] }>(charsMax);
  return (text, name) => {
    const known = kept.get(name);
    if (known?.text === text) return known.blocks;
    const blocks = render(text, name);
    kept.set(name, { text, blocks }, text.length + lengthOf(blocks));
    return blocks;
  };
}

function lengthOf(blocks: string[]): number {
  return blocks.reduce((sum, html) => sum + html.length, 0);
}
