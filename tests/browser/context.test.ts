/** The context meter in a real browser: right before sending, live, and a message that can't fit is not sent. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { delta, done, finish, usage } from "../support/upstream.ts";
import { openChat, send, untilEnded, untilListed } from "./open-chat.ts";

const models = { data: [{ id: "test-model", max_model_len: 1000 }] };
const meter = `(document.querySelector("[data-meter]:not([hidden])")?.innerText.trim() ?? "")`;
const isRefused = `!document.querySelector("[data-too-long]").hidden`;
const write = (text: string) =>
  `(() => { const field = document.querySelector("#text"); field.value = ${JSON.stringify(text)}; field.dispatchEvent(new Event("input", { bubbles: true })) })()`;
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
  await page.until(`${meter}.replace(/\\s+/g, " ") === "≈ 1.2k of 500 tokens no earlier message goes along"`);
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
  type Asked = { messages: { content: string }[] };
  // Counts as the server estimates.
  model.upstream.answer(({ json }, reply) => {
    const estimates = (json as Asked).messages.map(({ content }) => Math.ceil(content.length / 4) + 4);
    const counted = estimates.reduce((sum, each) => sum + each, 0);
    return reply.stream([delta("Yes, it is. ".repeat(16)), finish("stop"), usage(counted, 52), done()]);
  });
  for (const [n, name] of ["First", "Second", "Third", "Fourth"].entries()) {
    await page.evaluate(write(`${name} ${"word ".repeat(40)}`));
    await page.click(`[aria-label="Send"]`);
    await page.until(`document.querySelectorAll(".message--assistant .receipt").length === ${n + 1}`);
    await untilEnded(page);
  }
  const named = `document.querySelector("[data-meter-from]:not([hidden])")`;
  expect(await page.evaluate(`${named} === null`)).toBe(true);
  await page.evaluate(write("word ".repeat(160)));
  await page.until(`${named}?.innerText.startsWith("goes along from “Third word")`);
  await page.click("[data-meter-from]");
  await page.until(`document.querySelector(":target [data-own]")?.innerText.startsWith("Third")`);
  await page.click(`[aria-label="Send"]`);
  await page.until(`document.querySelectorAll(".message--assistant .receipt").length === 5`);
  const asked = model.upstream.requests.at(-1)?.json as Asked | undefined;
  expect(asked?.messages[0]?.content).toStartWith("Third");
  expect(await page.problems()).toEqual([]);
});
