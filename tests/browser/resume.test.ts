/** What a person keeps when something goes away: the page, the line, the server, the model. */
import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connected, resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { browserTest, openPage } from "../support/browser.ts";
import {
  newest,
  newestHtml,
  openChat,
  reload,
  send,
  startModel,
  untilEnded,
  untilSaid,
  visit,
} from "./open-chat.ts";

browserTest("a reload in mid-stream goes on where the reply is, and ends as the stored page", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Count");
  await model.say("One, two.\n\n- three\n- fo");
  await untilSaid(page, "fo");
  await reload(page);
  await untilSaid(page, "three\nfo");
  await model.say("ur\n\nFive.");
  await untilSaid(page, "four");
  await model.end();
  await untilEnded(page);
  const streamed = await page.evaluate(newestHtml);
  await reload(page);
  expect(await page.evaluate(newestHtml)).toBe(streamed);
  expect(await page.text("#thread [data-body]")).toBe("One, two.\n\nthree\nfour\n\nFive.");
  expect(await page.problems()).toEqual([]);
});

browserTest("a line that breaks in mid-stream comes back by itself, and the text catches up", async () => {
  await using chat = await openChat();
  const { app, model, page } = chat;
  await send(page, "Count");
  for (const text of ["One,", " two,\n\n- three", "\n- four\n\n```\nfi", "ve\n```\nSix"]) {
    await model.say(text);
    await untilSaid(page, text.trim().split(/\s/).at(-1) ?? "");
    await connected(app, 1);
    for (const socket of app.live.connections.sockets.values()) socket.terminate();
  }
  await model.end();
  await untilEnded(page);
  expect(await page.text("[data-state]")).toBe("");
  const streamed = await page.evaluate(newestHtml);
  await reload(page);
  expect(await page.evaluate(newestHtml)).toBe(streamed);
});

browserTest("a page that is offline says so at once, and catches up when it is online", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Count");
  await model.say("One,");
  await untilSaid(page, "One,");
  await page.offline(true);
  await page.until(isOfflineTold);
  expect(await page.text("[data-state]")).toBe("Connection lost. What you send goes out when it is back.");
  await model.say(" two.");
  await model.end();
  await resting(chat.app);
  expect(await page.evaluate(`${newest}.innerText`)).toBe("One,");
  await page.offline(false);
  await untilSaid(page, "One, two.");
  await untilEnded(page);
  expect(await page.evaluate(`document.querySelector("[data-state]").hidden`)).toBe(true);
});

browserTest("while a message is on its way, the next one waits above the composer", async () => {
  await using chat = await openChat();
  const { app, model, page } = chat;
  await connected(app, 1);
  await page.offline(true);
  await page.until(isOfflineTold);
  await send(page, "First");
  await send(page, "Second");
  expect(await page.text("[data-outbox]")).toBe("First");
  expect(await page.text("[data-next]")).toContain("Second");
  await page.offline(false);
  await model.say("Here.");
  await model.end();
  // Of the first reply: the second one's body may be there already, and empty.
  await page.until(`document.querySelector("#thread [data-body]")?.innerText.includes("Here.")`);
  await model.say("Here, too.");
  await untilSaid(page, "Here, too.");
  const own = await page.evaluate(
    `[...document.querySelectorAll(".message__own")].map((each) => each.innerText)`,
  );
  expect(own).toEqual(["First", "Second"]);
});

browserTest("a server that starts again finds its tabs, and what was sent meanwhile goes once", async () => {
  await using model = await startModel();
  const folder = await mkdtemp(join(tmpdir(), "banter-again-"));
  const start = (port: string): Promise<TestApp> => {
    const env = { ...upstreamEnv(model.upstream), PORT: port };
    return startApp({ dataPath: join(folder, "banter.db"), env, limits: { shutdownMs: 0 } });
  };
  let app = await start("0");
  try {
    await using page = await openPage(app.url);
    await send(page, "Before");
    await model.say("Half a rep");
    await untilSaid(page, "Half a rep");
    await app.stop();
    await model.end();
    await page.until(isOfflineTold, 10_000);
    await page.click("#text");
    await page.type("typed meanwhile");
    app = await start(new URL(app.url).port);
    await page.until(`document.querySelector(".card")`, 15_000);
    expect(await page.text(".card")).toContain("The reply was cut off");
    await page.click(".card button");
    await model.say("ly.");
    await model.end();
    await untilSaid(page, "Half a reply.");
    await untilEnded(page);
    expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("typed meanwhile");
    await app.stop();
    await page.click("#text");
    await page.press("Enter");
    expect(await page.text("[data-outbox]")).toBe("typed meanwhile");
    app = await start(new URL(app.url).port);
    await model.say("Got it.");
    await model.end();
    await untilSaid(page, "Got it.");
    await untilEnded(page);
    expect(await page.evaluate(`document.querySelectorAll(".message--user").length`)).toBe(2);
    expect(await page.text("[data-outbox]")).toBe("");
    await reload(page);
    expect(await page.evaluate(`document.querySelectorAll("article").length`)).toBe(4);
  } finally {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

browserTest("a reply that the model's server cuts off says so, and goes on at a click", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Hello");
  await model.say("Half");
  await untilSaid(page, "Half");
  await model.breakOff();
  await untilEnded(page);
  expect(await page.text(".card")).toContain("The reply was cut off");
  await page.click(".card button");
  await page.until(`!document.querySelector(".card")`);
  await model.say(" and half.");
  await model.end();
  await untilSaid(page, "Half and half.");
  await untilEnded(page);
  expect(await page.evaluate(`document.querySelectorAll("article").length`)).toBe(2);
  expect(await page.problems()).toEqual([]);
});

browserTest("a draft survives a reload, belongs to its conversation, and goes when it is sent", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await page.click("#text");
  await page.type("half a thought");
  await reload(page);
  expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("half a thought");
  await page.click("#text");
  await page.press("Enter");
  await model.say("Yes?");
  await untilSaid(page, "Yes?");
  await page.type("the other half");
  await page.click(".sidebar__new");
  await page.until(`location.pathname === "/" && document.querySelector("#text")`);
  expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("");
  await page.click(".sidebar__row a");
  await page.until(
    `location.pathname !== "/" && document.querySelector("#text")?.value === "the other half"`,
  );
});

browserTest("back and forward lead from chat to chat, each as it is now", async () => {
  await using chat = await openChat();
  const { app, model, page } = chat;
  for (const [index, word] of ["one", "two"].entries()) {
    if (index > 0) await visit(page, app.url);
    await send(page, word);
    await model.say(`This is ${word}.`);
    await model.end();
    await untilSaid(page, `This is ${word}.`);
    await untilEnded(page);
  }
  const isShown = (word: string) => page.until(`${newest}?.innerText === "This is ${word}."`);
  // Later, for the step itself takes the page away.
  const step = (by: number) => page.evaluate(`setTimeout(() => history.go(${by}), 60)`);
  await step(-3);
  await page.until(isNewChat);
  await step(3);
  await isShown("two");
  await step(-1);
  await page.until(isNewChat);
  await step(-1);
  await isShown("one");
  await step(-1);
  await page.until(isNewChat);
  await step(3);
  await isShown("two");
  expect(await page.evaluate(`document.querySelectorAll(".sidebar__row").length`)).toBe(2);
  expect(await page.problems()).toEqual([]);
});

const isOfflineTold = `document.querySelector("[data-state]").innerText.startsWith("Connection lost")`;
const isNewChat = `location.pathname === "/" && document.readyState === "complete" &&
  document.querySelector("#thread").childElementCount === 0`;
