/** Sockets that only wait: how many a second are let in, and what one of them takes. */
import { startOwn } from "../children.ts";
import type { Phase } from "../context.ts";
import type { Watching } from "../load/people.ts";
import { cpuSeconds, memoryOf } from "../usage.ts";

export const sockets: Phase = {
  about: "sockets accepted a second, and the memory of 10,000 idle ones",
  rounds: 2,
  async run(context) {
    const { report, isShort } = context;
    const count = isShort ? 500 : 10_000;
    for (const name of context.peers("raw", "node", "fastapi", "banter")) {
      const target = await context.start(name);
      const people = startOwn("load/people.ts", context.scratchDir);
      // The first ones load the code that serves them.
      const some: Watching = { speaks: target.speaks, url: target.url, count: 50 };
      await people.ask("connect", some);
      await people.ask("watch", some);
      const before = [memoryOf(target.child.pid).rssMb, cpuSeconds(target.child.pid)] as const;
      const all = startOwn("load/people.ts", context.scratchDir);
      const perSecond = await all.ask<number>("connect", { ...some, count });
      const serverS = cpuSeconds(target.child.pid) - before[1];
      const loadS = cpuSeconds(all.pid);
      await all.ask("watch", { ...some, count });
      const grownMb = memoryOf(target.child.pid).rssMb - before[0];
      report("Sockets accepted", "perSecond", name, perSecond);
      report("Sockets accepted, a second of the server's processor time", "perSecond", name, count / serverS);
      report("Memory of an idle socket", "KB", name, (grownMb * 1024) / count);
      report("Load's processor time by the server's", "times", name, loadS / serverS);
      await Promise.all([people.end(), all.end()]);
      await target.child.end();
    }
  },
};
