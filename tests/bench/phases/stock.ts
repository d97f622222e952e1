/** Pages of somebody who has a hundred conversations, and of somebody who has ten thousand. */
import { join } from "node:path";
import { createSession } from "../../../src/auth/session.ts";
import { createLog } from "../../../src/log.ts";
import { openFile, storeOn } from "../../../src/store/sqlite.ts";
import { conversationId, fill } from "../../support/fill.ts";
import { startOwn } from "../children.ts";
import type { Context, Phase } from "../context.ts";
import type { Answered, Asked } from "../load/gets.ts";
import { cpuSeconds } from "../usage.ts";
import { browserEncodings } from "./streams.ts";

const paths = {
  "Home page": "/",
  "A chat": `/conversations/${conversationId(0)}`,
  "A list": "/conversations?of=recent",
  "A search": "/search?q=answer",
};

export const stock: Phase = {
  about: "pages with 100 conversations and with 10,000: home page, a chat, a list, a search",
  rounds: 2,
  async run(context) {
    if (context.peers("banter").length === 0) return;
    for (const [name, count] of [
      ["few", 100],
      ["many", context.isShort ? 1000 : 10_000],
    ] as const) {
      await measure(context, name, count);
    }
  },
};

async function measure(context: Context, name: string, count: number): Promise<void> {
  const { scratchDir, report, isShort } = context;
  const path = join(scratchDir, `stock-${name}-${crypto.randomUUID()}.db`);
  const { account, token } = createSession();
  await write(path, account, count);
  const target = await context.start("banter", { env: { DATA: path } });
  const gets = startOwn("load/gets.ts", scratchDir);
  const headers = {
    "Accept-Encoding": browserEncodings,
    Cookie: `banter_${new URL(target.url).port}=${token}`,
  };
  const windowMs = isShort ? 1000 : 3000;
  for (const [page, at] of Object.entries(paths)) {
    const asked: Asked = { url: `${target.url}${at}`, headers, connections: 4, windowMs };
    // The first ones bring the code that they need.
    await gets.ask<Answered>("get", { ...asked, windowMs: windowMs / 2 });
    const beforeS = cpuSeconds(target.child.pid);
    const { perSecond } = await gets.ask<Answered>("get", asked);
    const spentS = cpuSeconds(target.child.pid) - beforeS;
    const served = (perSecond * 0.9 * windowMs) / 1000;
    report(
      `${page}, ${name} conversations: a second of processor time`,
      "perSecond",
      "banter",
      served / spentS,
    );
  }
  await Promise.all([gets.end(), target.child.end()]);
}

/** All are in the search index, as they are when a server has run for a while. */
async function write(path: string, owner: string, count: number): Promise<void> {
  const log = createLog({ level: "error", format: "json" });
  const file = await openFile({ path, log });
  fill(file.db, owner, count);
  const store = storeOn(file, log);
  while (await store.search.keepUp(2000));
  await store.close();
}
