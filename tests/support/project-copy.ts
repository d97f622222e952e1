/** A copy of the program's own files, for tests that edit or build them: the real ones are never touched. */
import { cp, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "./process.ts";

export type ProjectCopy = AsyncDisposable & {
  folder: string;
  /** Changes a file, by writing into it or by renaming another over it, as editors and git do; returns what it was. */
  edit(path: string, change: (text: string) => string, how: "write" | "rename"): Promise<string>;
};

const parts = [
  "index.ts",
  "package.json",
  "bun.lock",
  "bunfig.toml",
  "tsconfig.json",
  "src",
  "templates",
  "static",
];

/** `hasModules`: with the packages that are installed here; else with none, as after `git clone`. */
export async function copyProject({ hasModules = true } = {}): Promise<ProjectCopy> {
  const folder = await mkdtemp(join(tmpdir(), "banter-copy-"));
  for (const part of parts) await cp(join(projectRoot, part), join(folder, part), { recursive: true });
  if (hasModules) await symlink(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    async edit(path, change, how) {
      const file = join(folder, path);
      const before = await Bun.file(file).text();
      const after = change(before);
      if (after === before) throw new Error(`that edit changes nothing in ${path}`);
      // A name as an editor's: no ending that anybody looks for.
      const written = how === "rename" ? `${file}~` : file;
      await Bun.write(written, after);
      if (how === "rename") await rename(written, file);
      return before;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
