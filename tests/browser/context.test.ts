/** The context meter in a real browser: right before sending, live, and a message that can't fit is not sent. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { count, smallModel, talk, write, type Asked } from "./counting.ts";
import { openChat, send, untilEnded, untilListed } from "./open-chat.ts";

const models = smallModel;
const meter = `(document.querySelector("[data-meter]:not([hidden])")?.innerText.trim() ?? "")`;
const isRefused = `!document.querySelector("[data-too-long]").hidden`;
/** With four for what surrounds it. */
const tokens = (count: number) => "x".repeat((count - 4) * 4);

browserTest("the meter tells how full the context is, live, and what will be left out", async () => {
  await using chat = await openChat({ models });
  const { page, model, app } = chat;
  await untilListed(app);
  await page.goto(app.url);
  expect(await page.evaluate<string>(meter)).toBe("");
  await page.evaluate(write(tokens(120)));
  expect(await page.evaluate<string>(meter)).toBe("≈ 120 of 500 tokens");
  await page.evaluate(write(""));
  await send(page, tokens(400));
  await model.say("Yes.");
  await model.end();
  await untilEnded(page);
  // The scripted provider counts 30 tokens and 1174.
  await page.until(`${meter} === "≈ 1.2k of 500 tokens: the oldest messages will be left out"`);
  expect(await page.problems()).toEqual([]);
});

browserTest("a message that can't fit alone is refused before it is sent, and can be shortened", async () => {
  await using chat = await openChat({ models });
  const { page, model, app } = chat;
  await untilListed(app);
  await page.goto(app.url);
  await page.evaluate(write(tokens(600)));
  expect(await page.evaluate<boolean>(isRefused)).toBe(true);
  await page.click(`[aria-label="Send"]`);
  await page.click("[data-shorten]");
  expect(await page.evaluate<number>(`document.querySelector("#text").selectionStart`)).toBe(496 * 4);
  await page.press("Backspace");
  await page.until(`!(${isRefused})`);
  expect(model.upstream.requests).toHaveLength(0);
  await page.click(`[aria-label="Send"]`);
  await model.say("Yes.");
  await model.end();
  await untilEnded(page);
  expect(await page.problems()).toEqual([]);
});

browserTest("what goes along is named by its first message, as the next request then has it", async () => {
  await using chat = await openChat({ models });
  const { page, model, app } = chat;
  await untilListed(app);
  await page.goto(app.url);
  count(model);
  await talk(chat, ["First", "Second", "Third", "Fourth"]);
  const named = `document.querySelector("[data-meter-from]:not(:empty)")`;
  expect(await page.evaluate(`${named} === null`)).toBe(true);
  await page.evaluate(write("word ".repeat(160)));
  await page.until(`${named}?.innerText.startsWith("Third word")`);
  await page.click("[data-meter-from]");
  await page.until(`document.querySelector(":target [data-own]")?.innerText.startsWith("Third")`);
  await page.click(`[aria-label="Send"]`);
  await page.until(`document.querySelectorAll(".message--assistant .receipt").length === 5`);
  const asked = model.upstream.requests.at(-1)?.json as Asked | undefined;
  expect(asked?.messages[0]?.content).toStartWith("Third");
  expect(await page.problems()).toEqual([]);
});
