/** A stop, from whichever tab: the model knows within a second, and so does every tab. */
import { expect, test } from "bun:test";
import { startApp } from "../support/app.ts";
import { randomOf, seedOf } from "../support/random.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { startFaultyModel } from "./means/model.ts";
import { goodPlan } from "./means/plan.ts";
import { startProxy } from "./means/proxy.ts";
import { piecesOf } from "./means/words.ts";

const seed = seedOf("stops");
const stops = 12;
const limitMs = 1000;

test("a stop reaches the model and every tab within a second, over a slow line too [N6 N7]", async () => {
  const random = randomOf(seed);
  await using model = await startFaultyModel((call) => {
    return { ...goodPlan(piecesOf(call, 2000, randomOf(seed + call))), everyMs: 5 };
  });
  const target = { url: "" };
  await using proxy = await startProxy({ target: () => target.url });
  const env = { INFERENCE_URL: model.url, MODEL: "test", TITLE_MODEL: "none", PUBLIC_URL: proxy.url };
  await using app = await startApp({ env, limits: { opsBurst: 1e6, shutdownMs: 1 } });
  target.url = `http://localhost:${app.live.server?.port}`;
  const first = await openTab(proxy.url);
  const message = await first.send("Go on and on");
  const path = `/conversations/${first.position.conversation}`;
  const open = () => openTab(proxy.url, { cookie: first.cookie, path });
  const tabs = [first, await open(), await open()];
  const times: number[] = [];
  for (let stop = 0; stop < stops; stop++) {
    // The second half over a line that is 300 ms long.
    if (stop === stops / 2) proxy.pace = { latencyMs: 150, jitterMs: 20, bytesPerSecond: 1e6 };
    const wanted = 1 + random.below(40);
    for (const tab of tabs) await tab.until(() => wordsIn(tab) > wanted);
    const call = model.calls[stop];
    if (call === undefined) throw new Error("no call");
    const reply = first.replies().at(-1)?.message ?? "";
    const askedMs = performance.now();
    tabs[random.below(tabs.length)]?.ask({ op: "generation.stop", message: reply });
    await Promise.all([call.closed, ...tabs.map((tab) => tab.until(() => stateOf(tab) === "ended"))]);
    const tookMs = performance.now() - askedMs;
    times.push(tookMs);
    expect(tookMs).toBeLessThan(limitMs);
    expect(new Set(tabs.map((tab) => htmlOf(tab))).size).toBe(1);
    expect(htmlOf(await open())).toBe(htmlOf(first));
    first.ask({ op: "message.regenerate", message: reply });
    if (stop < stops - 1) for (const tab of tabs) await tab.until(() => stateOf(tab) === "running");
  }
  expect(model.asked("Go on and on").length).toBeGreaterThanOrEqual(stops);
  expect(message).toBeString();
  console.log(`stops: ${times.map((ms) => ms.toFixed()).join(", ")} ms`);
}, 60_000);

function stateOf(tab: Tab): "running" | "ended" {
  return tab.replies().at(-1)?.generation == null ? "ended" : "running";
}

function htmlOf(tab: Tab): string {
  return tab.replies().at(-1)?.body.html().join("") ?? "";
}

function wordsIn(tab: Tab): number {
  return htmlOf(tab).match(/X[a-z]{8}/g)?.length ?? 0;
}
