/** The Markdown fixtures, construct by construct. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "../fixtures/markdown");

export function readCorpus(): [name: string, markdown: string][] {
  const names = readdirSync(FOLDER).toSorted();
  return names.map((name) => [name.replace(/\.md$/, ""), readFileSync(join(FOLDER, name), "utf8")]);
}
