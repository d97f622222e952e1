/** Stored texts as HTML, kept while there is room: a chat is opened more often than it changes. */
import { renderBlocks } from "./markdown.ts";

/** See renderBlocks; what it returns is not to be changed. */
export type BlocksOf = (text: string, name: string) => string[];

type Kept = { text: string; blocks: string[]; chars: number };

/** In memory alone. `charsMax` counts texts and HTML together; what was asked for longest ago goes first. */
export function keepBlocks(charsMax: number, render: BlocksOf = renderBlocks): BlocksOf {
  const kept = new Map<string, Kept>();
  let chars = 0;

  function forget(name: string): Kept | undefined {
    const entry = kept.get(name);
    if (kept.delete(name)) chars -= entry?.chars ?? 0;
    return entry;
  }

  return (text, name) => {
    const known = forget(name);
    // The same name and text make the same HTML, whoever's they are.
    const entry = known?.text === text ? known : newEntry(text, render(text, name));
    if (entry.chars > charsMax) return entry.blocks;
    kept.set(name, entry);
    chars += entry.chars;
    for (const oldest of kept.keys()) {
      if (chars <= charsMax) break;
      forget(oldest);
    }
    return entry.blocks;
  };
}

function newEntry(text: string, blocks: string[]): Kept {
  return { text, blocks, chars: blocks.reduce((sum, html) => sum + html.length, text.length) };
}
