/** A message is deleted by two presses: of a mouse, of keys, and without scripts. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { openChat, send, untilEnded, untilSaid, type Model } from "./open-chat.ts";

browserTest(
  "a message is deleted with what follows, in every tab; Escape and a look elsewhere keep it",
  async () => {
    await using chat = await openChat();
    const { model, page } = chat;
    for (const text of ["One", "Two"]) await turn(model, page, text);
    await using tab = await page.openTab(await page.url());
    const last = ".message--user:nth-of-type(3) .deletion";
    await page.click(`${last} summary`);
    await page.click("#title");
    expect(await page.evaluate(`document.querySelector("${last}").open`)).toBe(false);
    await page.evaluate(`document.querySelector("${last} summary").focus()`);
    await page.press("Enter");
    await page.press("Escape");
    expect(await page.evaluate(`document.querySelector("${last}").open`)).toBe(false);
    expect(await page.evaluate(`document.activeElement.matches("summary")`)).toBe(true);
    await page.press("Enter");
    await page.press("Tab");
    await page.press("Enter");
    for (const each of [page, tab]) await each.until(`document.querySelectorAll("article").length === 2`);
    await turn(model, page, "Three");
    expect(await page.evaluate(`document.querySelectorAll("article").length`)).toBe(4);
    expect([...(await page.problems()), ...(await tab.problems())]).toEqual([]);
  },
);

browserTest("the only reply is deleted, and another one asked for", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await turn(model, page, "One");
  await page.click(".message--assistant .deletion summary");
  await page.click(".message--assistant .deletion button");
  await page.until(`document.querySelectorAll("article").length === 1`);
  await page.click('[formaction="/ops/message.regenerate"]');
  await model.say("Another.");
  await model.end();
  await untilSaid(page, "Another.");
  await untilEnded(page);
  expect(await page.evaluate(`document.querySelector('[formaction="/ops/message.regenerate"]')`)).toBeNull();
  expect(await page.problems()).toEqual([]);
});

browserTest(
  "without scripts a message is deleted by the same two presses, while its reply is written",
  async () => {
    await using chat = await openChat({ javascript: false });
    const { model, page } = chat;
    await page.click("#text");
    await page.type("One");
    await page.click(".composer__button");
    const request = await model.upstream.nextRequest();
    await page.click(".message--user .deletion summary");
    await page.click(".message--user .deletion button");
    await page.until(`!document.querySelector("article") && document.querySelector("#thread")`);
    await request.closed;
    expect(await page.problems()).toEqual([]);
  },
);

async function turn(model: Model, page: Page, text: string): Promise<void> {
  await send(page, text);
  await model.say(`To ${text}.`);
  await model.end();
  await untilSaid(page, `To ${text}.`);
  await untilEnded(page);
}
