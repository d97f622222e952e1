/** Long replies: what a token costs by the length of its reply, for each shape that text can have. */
import { startOwn } from "../children.ts";
import type { Context, Phase } from "../context.ts";
import type { Reading, Wanted } from "../load/people.ts";
import type { Target } from "../peers/peers.ts";
import { shapes, type Shape } from "../prose.ts";
import type { Pace } from "../upstream.ts";
import { cpuSeconds } from "../usage.ts";

export const growth: Phase = {
  about:
    "replies of 200, 2,000 and 20,000 tokens as prose, one list, table, paragraph and code: a token's cost",
  rounds: 1,
  async run(context) {
    if (context.peers("banter").length === 0) return;
    const target = await context.start("banter");
    for (const shape of shapes) {
      const lengths = context.isShort ? [200, 1000, 4000] : [200, 2000, 20_000];
      // The first replies bring the code that they need.
      await write(context, target, shape, lengths[1] ?? 0, 2);
      for (const [at, tokens] of lengths.entries()) {
        const written = await write(context, target, shape, tokens, [20, 20, 4][at] ?? 1);
        const name = `${shape === "prose" ? "Prose" : `One ${shape}`}, ${lengthNames[at]}`;
        context.report(`${name}: CPU per million tokens`, "s", "banter", written.perMillionS);
        context.report(`${name}: to the reader, a token`, "bytes", "banter", written.bytes);
        context.report(`${name}: replies whole`, "count", "banter", written.whole, `of ${written.chats}`);
      }
    }
    await target.child.end();
  },
};

/** A short run has shorter ones under the same names, so that the same bars hold for it. */
const lengthNames = ["short", "usual", "long"];

const perSecond = 500;

type Written = { perMillionS: number; bytes: number; whole: number; chats: number };

/** From the first token to the last frame, whole replies: what comes late because the machine is busy counts, too. */
async function write(
  { upstream, scratchDir }: Context,
  { speaks, url, child }: Target,
  shape: Shape,
  tokens: number,
  chats: number,
): Promise<Written> {
  const people = startOwn("load/people.ts", scratchDir);
  await people.ask("open", { speaks, url, chats });
  await upstream.ask("waiting", chats);
  const beforeS = cpuSeconds(child.pid);
  await upstream.ask("go", { tokens, perSecond, shape } satisfies Pace);
  const limitMs = 30_000;
  // A question is answered within 45 s.
  await Bun.sleep(Math.max(0, (1000 * tokens) / perSecond - 5000));
  const reading = await people.ask<Reading>("read", { tokens, limitMs, shape } satisfies Wanted);
  const spentS = cpuSeconds(child.pid) - beforeS;
  await upstream.ask("stamps");
  await people.end();
  const all = chats * tokens;
  return { perMillionS: (spentS / all) * 1e6, bytes: reading.bytes / all, whole: reading.whole, chats };
}
