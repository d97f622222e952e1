/** One session that watches by everything there is: a socket, server-sent events, and a poll. */
import { expect } from "bun:test";
import type { TestApp } from "./app.ts";
import { loadTab, openTab, type Tab } from "./tab.ts";

export type Lines = {
  tab: Tab;
  /** Each was told to load anew, was told nothing of a chat in between, and has ended. */
  gone(): Promise<void>;
  /** Each is open still; what is left of them ends here. */
  drop(): Promise<void>;
};

export async function openLines(app: TestApp, cookie: string): Promise<Lines> {
  const { streams } = app.live.connections;
  const before = streams.size;
  const tab = await openTab(app.url, { cookie });
  const { position } = await loadTab(app.url, { cookie });
  const leaving = new AbortController();
  const ask = (path: string) =>
    fetch(`${app.url}${path}`, {
      ...{ method: "POST", body: JSON.stringify(position), signal: leaving.signal },
      headers: { "Content-Type": "application/json", Cookie: cookie, Origin: app.url },
    });
  let ended = 0;
  const kept = (text: Promise<string>) => {
    // It may be left with nobody to hear of it.
    text.catch(() => "").finally(() => (ended += 1));
    return text;
  };
  const stream = await ask("/stream");
  const streamed = kept(stream.text());
  const polled = kept(ask("/poll").then((answer) => answer.text()));
  while (streams.size < before + 2) await Bun.sleep(1);
  return {
    tab,
    async gone() {
      await tab.until(() => tab.closeCode === 1008);
      expect(tab.frames.at(-1)).toEqual({ type: "reload" });
      expect(await streamed).toEndWith(`data: {"type":"reload"}\n\n`);
      expect(await polled).toBe(`[{"type":"reload"}]`);
      for (const path of ["/stream", "/poll"]) expect([path, (await ask(path)).status]).toEqual([path, 401]);
    },
    async drop() {
      expect([tab.closeCode, ended]).toEqual([null, 0]);
      leaving.abort();
      tab.drop();
      await Promise.allSettled([streamed, polled]);
    },
  };
}
