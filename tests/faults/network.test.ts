/** Lines that fall silent, and a server that stands still: noticed in time, and nothing is missing after it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { connected, startApp } from "../support/app.ts";
import { startProgram } from "../support/process.ts";
import { randomOf } from "../support/random.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { readKept } from "./check/record.ts";
import { startFaultyModel } from "./means/model.ts";
import { goodPlan } from "./means/plan.ts";
import { startProxy } from "./means/proxy.ts";
import { piecesOf } from "./means/words.ts";

// Other tests may run beside these.
setDefaultTimeout(60_000);

test("a line that falls silent is noticed by the server within two pings, and the tab comes back to all of it [N2]", async () => {
  const words = 400;
  await using model = await startFaultyModel((call) => {
    return { ...goodPlan(piecesOf(call, words, randomOf(call))), everyMs: 5 };
  });
  const target = { url: "" };
  await using proxy = await startProxy({ target: () => target.url });
  const env = { INFERENCE_URL: model.url, MODEL: "test", TITLE_MODEL: "none", PUBLIC_URL: proxy.url };
  // The least that Bun's clock of four seconds tells apart.
  await using app = await startApp({ env, limits: { idleSocketS: 8, shutdownMs: 1 } });
  target.url = `http://localhost:${app.live.server?.port}`;
  const tab = await openTab(proxy.url);
  await tab.send("Count");
  await tab.until(() => wordsIn(tab) > 3);
  for (const line of proxy.lines) line.silence();
  const silentMs = performance.now();
  const shown = wordsIn(tab);
  await connected(app, 0);
  // Two pings of four seconds each, and what the clock is late.
  expect(performance.now() - silentMs).toBeLessThan(8000 + 4500);
  expect([wordsIn(tab) - shown < 20, tab.closeCode]).toEqual([true, null]);
  await tab.connect();
  await tab.until(() => wordsIn(tab) === words && tab.replies().at(-1)?.generation === null);
  expect(model.calls.length).toBe(1);
});

test("a tab whose address changes in mid-reply goes on from another one [N9]", async () => {
  await using model = await startFaultyModel((call) => {
    return { ...goodPlan(piecesOf(call, 150, randomOf(call))), everyMs: 5 };
  });
  const target = { url: "" };
  await using proxy = await startProxy({ target: () => target.url });
  const env = { INFERENCE_URL: model.url, MODEL: "test", TITLE_MODEL: "none", PUBLIC_URL: proxy.url };
  await using app = await startApp({ env });
  target.url = `http://localhost:${app.live.server?.port}`;
  const tab = await openTab(proxy.url);
  await tab.send("Count");
  await tab.until(() => wordsIn(tab) > 3);
  proxy.from = "127.0.0.2";
  for (const line of proxy.lines) line.cut("reset");
  await tab.until(() => tab.closeCode !== null);
  await tab.connect();
  const addresses = [...app.live.connections.sockets.values()].map(({ remoteAddress }) => remoteAddress);
  expect(addresses.join()).toContain("127.0.0.2");
  await tab.until(() => wordsIn(tab) === 150 && tab.replies().at(-1)?.generation === null);
  expect(model.calls.length).toBe(1);
});

test("a server that stands still for two seconds in mid-reply goes on, with all there, and soon [O10]", async () => {
  await using model = await startFaultyModel((call) => {
    return { ...goodPlan(piecesOf(call, 300, randomOf(call))), everyMs: 10 };
  });
  await using program = await startProgram({
    env: { INFERENCE_URL: model.url, MODEL: "test", TITLE_MODEL: "none" },
  });
  const tabs = await Promise.all(Array.from({ length: 6 }, () => openTab(program.url)));
  await Promise.all(tabs.map((tab, index) => tab.send(`Count ${index}`)));
  for (const tab of tabs) await tab.until(() => wordsIn(tab) > 20);
  process.kill(program.pid, "SIGSTOP");
  const before = model.calls.map(({ sent }) => sent.length);
  await Bun.sleep(2000);
  process.kill(program.pid, "SIGCONT");
  const goneOnMs = performance.now();
  for (const [index, tab] of tabs.entries()) await tab.until(() => wordsIn(tab) > (before[index] ?? 0));
  expect(performance.now() - goneOnMs).toBeLessThan(1500);
  for (const tab of tabs) await tab.until(() => tab.replies().at(-1)?.generation === null);
  expect(tabs.map(wordsIn)).toEqual(tabs.map(() => 300));
  expect(tabs.map(({ gaps, closeCode }) => [gaps, closeCode])).toEqual(tabs.map(() => [0, null]));
  const { messages, generations } = readKept(program.dataPath);
  expect(generations.map(({ state }) => state)).toEqual(tabs.map(() => "complete"));
  const texts = messages.filter(({ role }) => role === "assistant").map(({ text }) => text);
  expect(texts.toSorted()).toEqual(model.calls.map(({ plan }) => plan.pieces.join("")).toSorted());
  expect(model.calls.length).toBe(tabs.length);
});

function wordsIn(tab: Tab): number {
  const html = tab.replies().at(-1)?.body.html().join("") ?? "";
  return html.match(/X[a-z]{8}/g)?.length ?? 0;
}
