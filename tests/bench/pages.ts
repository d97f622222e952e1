/** Measures what a browser loads for a new chat, and for one of 50 messages. */
import { openTab, type Tab } from "../support/tab.ts";
import type { Server } from "./server.ts";

export type Weight = { bytes: number; wireBytes: number; encoding: string | null };

export type PageFigures = {
  home: Weight;
  chat: Weight;
  assets: (Weight & { name: string })[];
  /** Of a first visit: the page and its assets. */
  requests: number;
};

export async function measurePages({ url }: Server, messages: number): Promise<PageFigures> {
  const tab = await openTab(url);
  let parent: string | null = null;
  for (let turn = 0; turn < messages / 2; turn++) parent = await takeTurn(tab, turn, parent);
  const headers = { Cookie: tab.cookie };
  const path = `/conversations/${tab.position.conversation}`;
  const html = await (await fetch(`${url}${path}`, { headers })).text();
  const held = html.match(/data-message=/g)?.length ?? 0;
  if (held !== messages) throw new Error(`the chat has ${held} messages, not ${messages}`);
  const assetPaths = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
  const assets: PageFigures["assets"] = [];
  for (const each of new Set(assetPaths)) {
    const name = each.replace(/^.*\/(.*)-\w+(\.\w+)$/, "$1$2");
    assets.push({ name, ...(await weigh(`${url}${each}`, headers)) });
  }
  return {
    home: await weigh(`${url}/`, headers),
    chat: await weigh(`${url}${path}`, headers),
    assets,
    requests: 1 + assets.length,
  };
}

/** Sends a message, and resolves with the id of its reply when that has ended. */
async function takeTurn(tab: Tab, turn: number, parent: string | null): Promise<string> {
  const seen = tab.frames.length;
  await tab.send(`What about tides, part ${turn}? Write 3 sections.`, parent);
  return tab.until(() => {
    for (const frame of tab.frames.slice(seen)) {
      if (frame.type !== "patch") continue;
      const foot = frame.steps.find((step) => step[0] === "replace" && step[1].startsWith("foot-"));
      if (foot?.[0] === "replace" && !foot[2].includes("data-running")) return foot[1].slice("foot-".length);
    }
    return null;
  });
}

/** As it is, and as it comes to a browser that takes every usual encoding. */
async function weigh(url: string, headers: Record<string, string>): Promise<Weight> {
  const plain = await fetch(url, { headers: { ...headers, "Accept-Encoding": "identity" } });
  const browser = await fetch(url, {
    headers: { ...headers, "Accept-Encoding": "gzip, deflate, br, zstd" },
    decompress: false,
  });
  return {
    bytes: (await plain.arrayBuffer()).byteLength,
    wireBytes: (await browser.arrayBuffer()).byteLength,
    encoding: browser.headers.get("content-encoding"),
  };
}
