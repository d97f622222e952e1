/** The server goes and comes back on the same file: everything is there, and tabs go on. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, upstreamEnv } from "../support/app.ts";
import { bodiesIn, messagesIn } from "../support/page.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, gate, goodReply, startUpstream, thought } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "banter-restart-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The conversation of the tab at another port, whose cookie has that port in its name. */
function whereIn(tab: Tab, url: string): { cookie: string; path: string } {
  const cookie = tab.cookie.replace(new URL(tab.url).port, new URL(url).port);
  return { cookie, path: `/conversations/${tab.position.conversation}` };
}

async function pageOf(tab: Tab, url: string): Promise<Tab> {
  return loadTab(url, whereIn(tab, url));
}

/** A page's own ids of buttons are new each time. */
function stable(html: string): string {
  return html.replaceAll(/name="id" value="[^"]+"/g, "");
}

test("after a stop and a start everything is there, and the same tab goes on", async () => {
  await withFolder(async (folder) => {
    await using upstream = await startUpstream((request, reply) =>
      reply.stream([thought("Hm."), ...goodReply(`**Reply** ${request.index + 1}.`)]),
    );
    const dataPath = join(folder, "banter.db");
    const first = await startApp({ env: upstreamEnv(upstream), dataPath });
    const tab = await openTab(first.url);
    await tab.send("One");
    await tab.ended();
    const [reply = ""] = messagesIn((await pageOf(tab, first.url)).html, "assistant");
    tab.ask({ op: "message.regenerate", message: reply });
    await tab.until(() => upstream.requests.length === 2 && first.live.runs.size === 0);
    const before = await pageOf(tab, first.url);
    await first.stop();
    expect(await tab.closed()).toBe(1012);
    const env = { ...upstreamEnv(upstream), PORT: new URL(first.url).port };
    await using second = await startApp({ env, dataPath });
    expect(second.url).toBe(first.url);
    const after = await pageOf(tab, second.url);
    expect(stable(after.html)).toBe(stable(before.html));
    expect(bodiesIn(after.html)).toEqual(['<p dir="auto"><strong>Reply</strong> 2.</p>']);
    await tab.connect();
    expect(tab.frames.at(-1)).toMatchObject({ type: "joined", revision: before.position.revision });
    await tab.send("Two", messagesIn(after.html, "assistant")[0]);
    await tab.until(() => tab.body().includes("3."));
    expect(tab.gaps).toBe(0);
  });
});

test("a stop ends what does not end in time as interrupted, with all that had come", async () => {
  await withFolder(async (folder) => {
    const held = gate();
    await using upstream = await startUpstream((_, reply) => reply.stream([delta("Half a **sen"), held]));
    const dataPath = join(folder, "banter.db");
    const first = await startApp({ env: upstreamEnv(upstream), dataPath, limits: { shutdownMs: 100 } });
    const tab = await openTab(first.url);
    await tab.send("Go");
    await tab.until(() => tab.body().includes("Half"));
    const request = await upstream.nextRequest();
    await first.stop();
    await request.closed;
    expect(await tab.ended()).toContain("The reply was cut off");
    held.release();
    await using second = await startApp({ env: upstreamEnv(upstream), dataPath });
    const page = await pageOf(tab, second.url);
    expect(page.html).toContain("The reply was cut off");
    expect(bodiesIn(page.html)).toEqual([tab.body()]);
  });
});

test("a reply that a crash cut off is interrupted at the next start, and a tab from before can continue it", async () => {
  await withFolder(async (folder) => {
    const held = gate();
    await using upstream = await startUpstream((request, reply) =>
      request.index === 0
        ? reply.stream([thought("Let me see."), delta("One, two,\n\nthr"), held])
        : reply.stream([delta("ee."), finish("stop"), done()]),
    );
    const dataPath = join(folder, "banter.db");
    const limits = { checkpointMs: 10, shutdownMs: 1 };
    await using first = await startApp({ env: upstreamEnv(upstream), dataPath, limits });
    const tab = await openTab(first.url);
    await tab.send("Count");
    await tab.until(() => tab.body().includes("thr"));
    const [run] = first.live.runs.values();
    const stored = () => first.live.file?.db.query("SELECT max(seq) FROM checkpoints").values()[0]?.[0];
    while (stored() !== run?.seq) await Bun.sleep(1);
    // What is on the disk at this moment is what a crash would leave.
    const copy = join(folder, "copy.db");
    for (const ending of ["", "-wal"]) await copyFile(`${dataPath}${ending}`, `${copy}${ending}`);
    await using second = await startApp({ env: upstreamEnv(upstream), dataPath: copy });
    expect(second.logged.join("")).toContain('"event":"generations.recovered","count":1');
    const page = await pageOf(tab, second.url);
    expect(page.html).toContain("The reply was cut off");
    expect(page.html).toContain("Let me see.");
    expect(bodiesIn(page.html)).toEqual(['<p dir="auto">One, two,</p><p dir="auto">thr</p>']);
    const back = await openTab(second.url, whereIn(tab, second.url));
    const again = back.ask({ op: "message.continue", message: messagesIn(back.html, "assistant")[0] ?? "" });
    expect((await back.answered(again)).type).toBe("ack");
    await back.until(() => back.body().includes("three."));
    await back.until(() => second.live.runs.size === 0);
    expect(back.body()).toBe('<p dir="auto">One, two,</p><p dir="auto">three.</p>');
    expect([...back.reasoning.values()].at(-1)).toBe("Let me see.");
    held.release();
  });
});
