/** The blocks of deploy/README.md, for tests that run what it tells people. */
import { join } from "node:path";

const book = join(import.meta.dir, "../../deploy/README.md");

/** The first block in that language. */
export async function blockIn(language: string): Promise<string> {
  const text = await Bun.file(book).text();
  const [, block] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(text) ?? [];
  if (block === undefined) throw new Error(`deploy/README.md has no block of ${language}`);
  return block;
}

/** The text with something else at each of these places, all of which have to be in it. */
export function changed(text: string, changes: Record<string, string>): string {
  return Object.entries(changes).reduce((before, [place, other]) => {
    if (!before.includes(place)) throw new Error(`“${place}” is not in: ${before}`);
    return before.replaceAll(place, other);
  }, text);
}
