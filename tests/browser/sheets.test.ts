/** Parameters, receipts and usage in a real browser: over the chat, by keyboard, without a complaint of the browser's. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { routerList } from "../support/router-list.ts";
import { openChat, send, untilEnded, untilListed } from "./open-chat.ts";

const env = { INFERENCE_URL: "", MODEL: "openai/gpt-oss-120b:fastest", HF_TOKEN: "hf_scripted" };
const isOpen = `document.querySelector("[data-sheet-dialog]").open`;

browserTest("a system prompt is set before the first message, and a receipt unfolds after it", async () => {
  await using chat = await openChat({ env, models: routerList() });
  const { page, model, app } = chat;
  await untilListed(app);
  await page.click("a.composer__tool");
  await page.until(`document.querySelector('[name="systemPrompt"]')`);
  await page.click('[name="systemPrompt"]');
  await page.type("Answer in verse.");
  await page.click('[name="temperature"]');
  await page.type("1.25");
  await page.press("Enter");
  await page.until(`!(${isOpen})`);
  await send(page, "Hello");
  await model.say("Roses are red.");
  await model.end();
  await untilEnded(page);
  expect(model.upstream.requests.at(-1)?.json).toMatchObject({
    temperature: 1.25,
    messages: [{ role: "system", content: "Answer in verse." }, { role: "user" }],
  });
  await page.evaluate(`document.querySelector(".receipt summary").focus()`);
  await page.press("Enter");
  expect(await page.text(".receipt__all")).toContain("cerebras");
  await page.click(".sidebar__foot [data-sheet]");
  await page.until(`document.querySelectorAll(".usage rect").length === 30`);
  expect(await page.text(".usage__table")).toContain("1,174");
  await page.press("Escape");
  await page.until(`!(${isOpen})`);
  expect(await page.problems()).toEqual([]);
});
