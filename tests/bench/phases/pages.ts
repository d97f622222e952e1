/** Pages: how many a second, rendered for each request, and what a browser loads for one. */
import { openTab, type Tab } from "../../support/tab.ts";
import { startOwn } from "../children.ts";
import type { Context, Phase } from "../context.ts";
import type { Answered, Asked } from "../load/gets.ts";
import type { Target } from "../peers/peers.ts";
import { browserEncodings } from "./streams.ts";
import { cpuSeconds } from "../usage.ts";

const messages = 50;

export const pages: Phase = {
  about: "GET/s of the home page and of a chat of 50 messages, and their bytes",
  rounds: 3,
  async run(context) {
    const { report, isShort } = context;
    const gets = startOwn("load/gets.ts", context.scratchDir);
    const windowMs = isShort ? 600 : 3000;
    for (const name of context.peers("raw", "node", "fastapi", "banter")) {
      const target = await context.start(name);
      const ask = async (figure: string, path: string, cookie: string) => {
        const headers = { "Accept-Encoding": browserEncodings, ...(cookie && { Cookie: cookie }) };
        const url = `${target.url}${path}`;
        const before = [cpuSeconds(target.child.pid), cpuSeconds(gets.pid)] as const;
        const answered = await gets.ask<Answered>("get", {
          ...{ url, headers, connections: 16, windowMs },
        } satisfies Asked);
        const server = cpuSeconds(target.child.pid) - before[0];
        const load = cpuSeconds(gets.pid) - before[1];
        report(figure, "perSecond", name, answered.perSecond);
        const served = (answered.perSecond * 0.9 * windowMs) / 1000;
        report(`${figure}: a second of processor time`, "perSecond", name, served / server);
        report(`${figure}: p99`, "ms", name, answered.p99Ms);
        report(`${figure}: as sent`, "KB", name, answered.bytes / 1000);
        report(`${figure}: load's processor time by the server's`, "times", name, load / server);
      };
      if (name === "banter") {
        const tab = await chatOf(target);
        await ask("Home page", "/", tab.cookie);
        await ask("Chat of 50 messages, from the store", chatPath(tab), tab.cookie);
        await reportWeight(context, target, tab);
        tab.drop();
      } else await ask("Home page", "/", "");
      await target.child.end();
    }
    await gets.end();
  },
};

async function chatOf({ url }: Target): Promise<Tab> {
  const tab = await openTab(url);
  let parent: string | null = null;
  for (let turn = 0; turn < messages / 2; turn++) parent = await takeTurn(tab, turn, parent);
  return tab;
}

function chatPath(tab: Tab): string {
  return `/conversations/${tab.position.conversation}`;
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

/** What a first visit loads, as it comes to a browser that takes every usual encoding. */
async function reportWeight({ report }: Context, { url }: Target, tab: Tab): Promise<void> {
  const headers = { Cookie: tab.cookie };
  const html = await (await fetch(`${url}${chatPath(tab)}`, { headers })).text();
  const held = html.match(/data-message=/g)?.length ?? 0;
  if (held !== messages) throw new Error(`the chat has ${held} messages, not ${messages}`);
  let sum = (await wireBytes(`${url}/`, headers)) / 1000;
  for (const [, path = ""] of html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    const bytes = (await wireBytes(`${url}${path}`, headers)) / 1000;
    report(`${path.replace(/^.*\/(.*)-\w+(\.\w+)$/, "$1$2")}: as sent`, "KB", "banter", bytes);
    sum += bytes;
  }
  report("First visit, all as sent", "KB", "banter", sum);
}

async function wireBytes(url: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, {
    headers: { ...headers, "Accept-Encoding": browserEncodings },
    decompress: false,
  });
  return (await response.arrayBuffer()).byteLength;
}
