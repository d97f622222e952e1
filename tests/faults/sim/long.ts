/** The long form: SCHEDULES schedules (500,000) from SEED, in as many processes as there are processors. */
import { availableParallelism } from "node:os";
import { chosenSeams } from "./seams.ts";
import { report, search } from "./search.ts";

const seed = Number(Bun.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(Bun.env["SCHEDULES"] ?? 500_000);
/** Schedules a process: enough that its start counts little, few enough to tell early how it goes. */
const shareMax = 10_000;

if (Bun.env["SHARE"] === undefined) await spread();
else await search({ seed, count, seams: chosenSeams() }).then(tell);

async function spread(): Promise<void> {
  console.log(`SEED=${seed} SCHEDULES=${count}`);
  const startMs = performance.now();
  const shares = Array.from({ length: Math.ceil(count / shareMax) }, (_, index) => ({
    SEED: String(seed + index),
    SCHEDULES: String(Math.min(shareMax, count - index * shareMax)),
    SHARE: String(index),
  }));
  const work = async () => {
    for (let share = shares.shift(); share !== undefined; share = shares.shift()) {
      const child = Bun.spawn([process.execPath, import.meta.path], {
        // Memory that is let go is wanted again at once: giving it back was half of what the system took.
        env: { ...Bun.env, ...share, MIMALLOC_PURGE_DELAY: "-1" },
        stdio: ["ignore", "inherit", "inherit"],
      });
      if ((await child.exited) !== 0) process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const seconds = (performance.now() - startMs) / 1000;
  console.log(`${count} schedules, ${(count / seconds).toFixed(0)} a second`);
}

function tell(found: Awaited<ReturnType<typeof search>>): void {
  console.log(
    `SEED=${seed}: ${found.tried} schedules, ${found.perSecond.toFixed(0)} a second. ${report(found)}`,
  );
  if (found.broken !== null) process.exitCode = 1;
}
