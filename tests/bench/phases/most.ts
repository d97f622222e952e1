/** More tokens than anybody can take, eight in one write as fast models send them: how many arrive. */
import type { Phase } from "../context.ts";
import { measureStream } from "./streams.ts";

export const most: Phase = {
  about: "most tokens a second, of 512 chats that are offered more than that",
  rounds: 2,
  async run(context) {
    const { report, isShort } = context;
    const load = isShort
      ? { chats: 32, perSecond: 400, settleMs: 1000, windowMs: 1500 }
      : { chats: 512, perSecond: 400, settleMs: 2000, windowMs: 5000 };
    for (const name of context.peers("raw", "library", "node", "fastapi", "banter")) {
      const streamed = await measureStream(context, name, { ...load, clump: 8 });
      const { delivered, seconds, cpuS, busy } = streamed;
      report("Most tokens a second", "perSecond", name, delivered / seconds);
      report("Tokens a second of the server's processor time", "perSecond", name, delivered / cpuS);
      report("Added latency then, p50", "ms", name, streamed.delay.p50Ms);
      report("Processors busy, server", "cores", name, busy.server);
      report("Processors busy, fake model", "cores", name, busy.model);
      report("Processors busy, readers", "cores", name, busy.readers);
    }
  },
};
