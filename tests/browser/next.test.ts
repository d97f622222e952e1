/** What is typed while a reply comes: it waits, can be taken back, and goes out once. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { openChat, reload, send, untilEnded, untilSaid, type Chat } from "./open-chat.ts";

browserTest(
  "what is sent while a reply comes waits above the composer, and goes out when it ends",
  async () => {
    await using chat = await streaming();
    const { model, page } = chat;
    await send(page, "Second");
    expect(await shown(page)).toBe("Second");
    await send(page, "and more");
    expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("");
    await reload(page);
    expect(await shown(page)).toBe("Second\n\nand more");
    expect(model.upstream.requests.length).toBe(1);
    await model.end();
    await model.say("To the second.");
    await untilSaid(page, "To the second.");
    expect(await page.text("article:nth-of-type(3) [data-own]")).toBe("Second\n\nand more");
    expect(await shown(page)).toBeNull();
    await model.end();
    await untilEnded(page);
    expect(model.upstream.requests.length).toBe(2);
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("two tabs show what waits, and it goes out once, whichever tab is left", async () => {
  await using chat = await streaming();
  const { model, page } = chat;
  await using tab = await page.openTab(await page.url());
  await send(page, "Second");
  await tab.until(`!document.querySelector("[data-next]").hidden`);
  expect(await shown(tab)).toBe("Second");
  await model.end();
  await model.say("To the second.");
  for (const each of [page, tab]) await untilSaid(each, "To the second.");
  await send(tab, "Third");
  await page.until(`!document.querySelector("[data-next]").hidden`);
  await tab.goto("about:blank");
  await model.end();
  await model.say("To the third.");
  await untilSaid(page, "To the third.");
  await model.end();
  await untilEnded(page);
  expect(model.upstream.requests.length).toBe(3);
  expect(await page.evaluate(`document.querySelectorAll("article").length`)).toBe(6);
});

browserTest("what waits is taken back by its button, by Escape and by the up arrow", async () => {
  await using chat = await streaming();
  const { model, page } = chat;
  const ways: [how: string, work: () => Promise<void>][] = [
    ["button", () => page.click("[data-next-back]")],
    ["Escape", () => page.press("Escape")],
    ["up", () => page.press("ArrowUp")],
  ];
  for (const [how, work] of ways) {
    await send(page, `By ${how}`);
    expect(await shown(page)).toBe(`By ${how}`);
    await work();
    expect(await shown(page)).toBeNull();
    expect(await page.evaluate(`document.activeElement.value`)).toBe(`By ${how}`);
    await page.evaluate(`document.querySelector("#text").value = ""`);
  }
  await model.end();
  await untilEnded(page);
  expect(model.upstream.requests.length).toBe(1);
});

browserTest(
  "after a stop it is not sent, but comes back to the composer; a second Escape stops",
  async () => {
    await using chat = await streaming();
    const { model, page } = chat;
    const request = await model.upstream.nextRequest();
    await send(page, "Second");
    await page.type("third");
    await page.press("Escape");
    expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("Second\n\nthird");
    await page.press("Enter");
    await page.press("Escape");
    await page.evaluate(`document.querySelector("#text").value = ""`);
    await send(page, "Last");
    await page.click("[data-stop]");
    await request.closed;
    await untilEnded(page);
    expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("Last");
    expect(await page.text("[data-state]")).toBe("Not sent: the reply did not end by itself.");
    expect(await shown(page)).toBeNull();
    await model.end();
    await page.evaluate(`document.querySelector("#text").value = ""`);
    await send(page, "Once more");
    await model.say("Well");
    await untilSaid(page, "Well");
    await page.press("Escape");
    await untilEnded(page);
    expect(await page.text("article:last-child .message__note")).toBe("Stopped.");
  },
);

browserTest("a second message typed before the line is back follows the first and its reply", async () => {
  await using chat = await streaming();
  const { app, model, page } = chat;
  await model.end();
  await untilEnded(page);
  await page.offline(true);
  for (const socket of app.live.connections.sockets.values()) socket.terminate();
  await page.until(`document.querySelector("[data-state]").innerText.includes("lost")`);
  await send(page, "Second");
  await page.until(`document.querySelector("[data-outbox] article")`);
  await send(page, "Third");
  expect(await shown(page)).toBe("Third");
  await page.offline(false);
  for (const text of ["To the second.", "To the third."]) {
    await model.say(text);
    await untilSaid(page, text);
    await model.end();
  }
  await untilEnded(page);
  const own = await page.evaluate(`[...document.querySelectorAll("[data-own]")].map((e) => e.innerText)`);
  expect(own).toEqual(["First", "Second", "Third"]);
});

browserTest("on touch a button of its own sends ahead", async () => {
  await using chat = await streaming({ phone: true });
  const { model, page } = chat;
  const button = ".composer__ahead";
  expect(await page.evaluate(`document.querySelector("${button}").checkVisibility()`)).toBe(false);
  await page.click("#text");
  await page.type("Second");
  await page.click(button);
  expect(await shown(page)).toBe("Second");
  await model.end();
  await model.say("To the second.");
  await untilSaid(page, "To the second.");
  await model.end();
  expect(await page.problems()).toEqual([]);
});

/** What waits, or null. */
function shown(page: Page): Promise<string | null> {
  return page.evaluate(`(() => {
    const next = document.querySelector("[data-next]");
    return next.hidden ? null : next.querySelector("[data-text]").textContent;
  })()`);
}

/** A reply has begun. */
async function streaming(options: Parameters<typeof openChat>[0] = {}): Promise<Chat> {
  const chat = await openChat(options);
  await chat.page.click("#text");
  await chat.page.type("First");
  await chat.page.click('.composer__button[aria-label="Send"]');
  await chat.model.say("Well,");
  await untilSaid(chat.page, "Well,");
  return chat;
}
