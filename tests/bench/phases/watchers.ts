/** 500 who watch one chat: what it costs to send each of them a frame. */
import { join } from "node:path";
import { startOwn } from "../children.ts";
import type { Context, Phase } from "../context.ts";
import type { Room, Watching } from "../load/people.ts";
import type { PeerName } from "../peers/peers.ts";
import type { Pace } from "../upstream.ts";
import { cpuSeconds } from "../usage.ts";

const perSecond = 50;

export const watchers: Phase = {
  about: "500 watchers of one chat: processor time for a delivered frame",
  rounds: 3,
  async run(context) {
    for (const name of context.peers("raw", "banter")) await measure(context, name);
  },
};

async function measure(context: Context, name: PeerName): Promise<void> {
  const { report, isShort, upstream, scratchDir } = context;
  const count = isShort ? 50 : 500;
  const windowMs = isShort ? 1500 : 6000;
  // One account has 32 sockets, where a limit does not say otherwise.
  const many = join(import.meta.dir, "../../faults/load/server.ts");
  const banter = [process.execPath, many, JSON.stringify({ socketsPerAccount: 2 * count })];
  const target = await context.start(name, { banter });
  const place = { speaks: target.speaks, url: target.url };
  const author = startOwn("load/people.ts", scratchDir);
  const [room] = await author.ask<Room[]>("open", { ...place, chats: 1, isShared: true });
  const crowd = startOwn("load/people.ts", scratchDir);
  const watching: Watching = { ...place, count, room: room ?? { conversation: "", cookie: "" } };
  await crowd.ask("connect", watching);
  await crowd.ask("watch", watching);
  await upstream.ask("waiting", 1);
  const tokens = ((windowMs + 1500) / 1000) * perSecond;
  await upstream.ask("go", { tokens, perSecond } satisfies Pace);
  await Bun.sleep(1000);
  const before = [await crowd.ask<number>("frames"), cpuSeconds(target.child.pid)] as const;
  await Bun.sleep(windowMs);
  const frames = (await crowd.ask<number>("frames")) - before[0];
  const cpuS = cpuSeconds(target.child.pid) - before[1];
  const reading = await author.ask<{ whole: number }>("read", { tokens, limitMs: 10_000 });
  report(`${count} watchers: CPU per delivered frame`, "us", name, (cpuS / frames) * 1e6);
  report(
    `${count} watchers: CPU per token and watcher`,
    "us",
    name,
    (cpuS / count / ((windowMs / 1000) * perSecond)) * 1e6,
  );
  report(`${count} watchers: frames delivered`, "perSecond", name, frames / (windowMs / 1000));
  report("Reply whole", "count", name, reading.whole, "of 1");
  await upstream.ask("stamps");
  await Promise.all([author.end(), crowd.end(), target.child.end()]);
}
