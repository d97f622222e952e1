/** What every phase is given. */
import type { Child } from "./children.ts";
import type { Subject, Unit } from "./figures.ts";
import type { PeerName, Program, Target, TargetOptions } from "./peers/peers.ts";

export type Context = {
  scratchDir: string;
  /** Short runs show that all works; their figures mean little. */
  isShort: boolean;
  upstream: Child;
  /** Those of these that can run here. */
  peers(...wanted: PeerName[]): PeerName[];
  start(name: PeerName, how?: Pick<TargetOptions, "banter" | "env" | "cwd">): Promise<Target>;
  /** How a peer is started, for whoever times that. */
  command(name: PeerName): Program;
  /** Banter as one file, built once. */
  executable(): Promise<string>;
  report(figure: string, unit: Unit, subject: Subject, value: number, note?: string): void;
};

export type Phase = {
  /** One sentence, for `--help`. */
  about: string;
  rounds: number;
  run(context: Context): Promise<void>;
};
