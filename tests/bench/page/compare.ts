/** `bun tests/bench/page/compare.ts [CHECKOUT]`: what a page takes, and how that compares to another checkout. */
import { join } from "node:path";
import { endChildrenAtExit, startChild } from "../children.ts";
import { quantile } from "../usage.ts";
import { kinds, type Kind } from "./kinds.ts";

const rounds = 30;
/** Without a network, in turns of some milliseconds. The quick ones count: what else the machine does only adds. */
const share = 0.05;

endChildrenAtExit();
const own = join(import.meta.dir, "../../..");
const roots = [own, ...process.argv.slice(2, 3)];
const children = roots.map((root) => {
  const command = [process.execPath, join(import.meta.dir, "served.ts"), root];
  return startChild({ command, cwd: root, isAsked: true });
});
for (const kind of Object.keys(kinds) as Kind[]) {
  const times = await measure(kind);
  const [ours = 0, theirs] = times.map((all) => quantile(all, share));
  const compared =
    theirs === undefined ? "" : `; the other ${theirs.toFixed(0)}, so ${(ours / theirs).toFixed(2)}×`;
  console.log(`${kinds[kind]}: ${ours.toFixed(0)} µs a page${compared}`);
}
await Promise.all(children.map((child) => child.end()));

/** Microseconds, of each page once its code is warm. */
async function measure(kind: Kind): Promise<number[][]> {
  const times: number[][] = roots.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, child] of children.entries())
      times[at]?.push(...(await child.ask<number[]>("batch", kind)));
  }
  return times.map((all) => all.slice(all.length / 2));
}
