/** Makes for each phase what it is given. */
import { join } from "node:path";
import type { Child } from "./children.ts";
import type { Context } from "./context.ts";
import type { Measured } from "./figures.ts";
import type { Installed } from "./peers/install.ts";
import { startOf, startTarget, type PeerName, type TargetOptions } from "./peers/peers.ts";

export type Setting = {
  scratchDir: string;
  installed: Installed;
  upstream: Child;
  upstreamUrl: string;
  /** Peers by name, where not all are wanted. */
  only: string[] | undefined;
  isShort: boolean;
  /** Where figures are put. */
  measured: Measured[];
};

export function createContext(setting: Setting): (phase: string) => Context {
  const { scratchDir, installed, upstream, upstreamUrl, only, isShort, measured } = setting;
  const options: TargetOptions = { scratchDir, installed, upstreamUrl };
  let built: Promise<string> | null = null;
  const canRun = (name: PeerName) => startOf(name, options) !== null;
  return (phase) => ({
    scratchDir,
    isShort,
    upstream,
    peers: (...wanted) => wanted.filter((name) => canRun(name) && (only?.includes(name) ?? true)),
    async start(name, how = {}) {
      const target = await startTarget(name, { ...options, ...how });
      return target ?? missing(name);
    },
    command: (name) => startOf(name, options) ?? missing(name),
    executable: () => (built ??= build(scratchDir)),
    report(figure, unit, subject, value, note) {
      measured.push({ phase, figure, unit, subject, value, ...(note === undefined ? {} : { note }) });
    },
  });
}

function missing(name: PeerName): never {
  throw new Error(`${name} can't run here`);
}

async function build(scratchDir: string): Promise<string> {
  const path = join(scratchDir, "banter");
  const root = join(import.meta.dir, "../..");
  await Bun.$`${process.execPath} src/commands/build.ts --outfile=${path}`.cwd(root).quiet();
  return path;
}
