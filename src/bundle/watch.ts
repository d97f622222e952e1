/** Notices edits on the disk: of what a bundle is made of, and of code that `bun --hot` has lost sight of. */
import { mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embedded } from "../embedded.ts";

/** Outlives a reload: once lost, a file is lost for as long as the process lives. */
export type CodeWatch = {
  /** A module that says nothing: Bun watches it, and loads everything anew when it is written. */
  nudge: string;
  /** Paths under src that Bun no longer hears of. */
  lost: Set<string>;
};

const root = join(import.meta.dir, "../..");

/** Calls back after each change, until `signal` aborts; never for an executable. */
export function watchBundle(signal: AbortSignal, changed: () => void): void {
  if (embedded !== null) return;
  const soon = settled(signal, changed);
  // Folders, not files: a rename in place of a file ends a watch on it.
  for (const folder of ["templates", "static", "src/client"]) {
    watch(join(root, folder), { recursive: true, signal }, soon);
  }
}

/**
 * `bun --hot` watches files, so that one which an editor, formatter or git renames into place is not watched any
 * more, even by the next load. This nudges it then. `known` is what was returned to the load before; null where
 * the program is not hot.
 */
export async function watchCode(known: CodeWatch | null, signal: AbortSignal): Promise<CodeWatch | null> {
  if (!process.execArgv.includes("--hot")) return null;
  const code = known ?? (await createNudge());
  const soon = settled(signal, () => writeFileSync(code.nudge, empty));
  watch(join(root, "src"), { recursive: true, signal }, (event, path) => {
    if (path === null || !path.endsWith(".ts") || path.startsWith("client/")) return;
    if (event === "rename") code.lost.add(path);
    if (code.lost.has(path)) soon();
  });
  return code;
}

/** In a folder that is ours alone, for what is in it is run. */
async function createNudge(): Promise<CodeWatch> {
  const folder = mkdtempSync(join(tmpdir(), "banter-hot-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const nudge = join(folder, "nudge.ts");
  writeFileSync(nudge, empty);
  await import(nudge);
  return { nudge, lost: new Set() };
}

const empty = "export {};\n";

function settled(signal: AbortSignal, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, settleMs);
  };
}

/** An editor's save is several events. */
const settleMs = 15;
