/** The project's own files as text, for rules to look at. */
import { join } from "node:path";

/** `path` is from the project's folder, with forward slashes. */
export type Source = { path: string; text: string };

/** Each complaint names the file and what is wrong with it; none means that the rule is kept. */
export type Rule = (files: Source[]) => string[];

const OWN_FILES = [
  "*.{ts,md,json}",
  ".env.example",
  "src/**/*",
  "templates/**/*.hbs",
  "static/**/*.{css,svg,js,txt}",
  "tests/**/*",
];

const root = join(import.meta.dir, "../..");

export async function readProject(): Promise<Source[]> {
  const scans = OWN_FILES.map((glob) => Array.fromAsync(new Bun.Glob(glob).scan({ cwd: root, dot: true })));
  const paths = new Set((await Promise.all(scans)).flat());
  const read = async (path: string) => ({ path, text: await Bun.file(join(root, path)).text() });
  return Promise.all([...paths].toSorted().map(read));
}

export function isCode({ path }: Source): boolean {
  return path.endsWith(".ts");
}

/** What runs in the product, tests and scripts apart. */
export function isProduct({ path }: Source): boolean {
  return path === "index.ts" || (path.startsWith("src/") && path.endsWith(".ts"));
}

export function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}
