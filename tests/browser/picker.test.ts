/** Choosing a model in a real browser: by mouse, by keyboard, on a phone. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { known, routerList } from "../support/router-list.ts";
import { openChat, send, untilEnded, untilListed, type Chat } from "./open-chat.ts";

const router = { INFERENCE_URL: "", MODEL: "openai/gpt-oss-120b:fastest", HF_TOKEN: "hf_scripted" };
const options = { env: router, models: routerList(known, 300) };

const isOpen = `document.querySelector("[data-sheet-dialog]").open`;
const pill = `document.querySelector("#model .pill").innerText`;
const focused = `document.activeElement.value`;

async function lastModel({ model }: Chat): Promise<unknown> {
  return (model.upstream.requests.at(-1)?.json as { model: string } | undefined)?.model;
}

browserTest("a model is chosen by the keyboard alone, and answers", async () => {
  await using chat = await openChat(options);
  const { page, model, app } = chat;
  await untilListed(app);
  await page.evaluate(`document.querySelector("#model .pill").focus()`);
  await page.press("Enter");
  await page.until(`document.querySelectorAll(".models tbody").length === 200`);
  expect(await page.evaluate(`document.activeElement.name`)).toBe("q");
  await page.type("llama");
  await page.until(`document.querySelectorAll(".models tbody").length === 1`);
  await page.press("ArrowDown");
  expect(await page.evaluate(focused)).toBe("huggingface/meta-llama/Llama-3.1-8B-Instruct:fastest");
  await page.press("ArrowDown");
  await page.press("ArrowDown");
  await page.press("Enter");
  await page.until(`!(${isOpen}) && ${pill}.includes("cerebras")`);
  await send(page, "Hello");
  await model.say("Hi.");
  await model.end();
  await untilEnded(page);
  expect(await lastModel(chat)).toBe("meta-llama/Llama-3.1-8B-Instruct:cerebras");
  expect(await page.text(".message__head")).toContain("Llama-3.1-8B-Instruct");
  expect(await page.problems()).toEqual([]);
});

browserTest("Enter in the search takes the first one found, Escape leaves all as it was", async () => {
  await using chat = await openChat(options);
  const { page, app } = chat;
  await untilListed(app);
  await page.click("#model .pill");
  await page.until(isOpen);
  await page.press("Escape");
  await page.until(`!(${isOpen})`);
  expect(await page.evaluate(pill)).toContain("gpt-oss-120b");
  await page.click("#model .pill");
  await page.until(isOpen);
  await page.type("deepseek");
  await page.until(`document.querySelectorAll(".models tbody").length === 1`);
  await page.press("Enter");
  await page.until(`${pill}.includes("DeepSeek")`);
  expect(await page.problems()).toEqual([]);
});

browserTest("a star stays on the sheet, and another model writes a reply anew", async () => {
  await using chat = await openChat(options);
  const { page, model, app } = chat;
  await untilListed(app);
  await send(page, "Hello");
  await model.say("Hi.");
  await model.end();
  await untilEnded(page);
  await page.click(`.message__actions a[data-sheet]`);
  await page.until(`document.querySelector(".models__star button")`);
  await page.click(".models__star button");
  await page.until(`document.querySelector('.models__star [aria-pressed="true"]')`);
  expect(await page.evaluate(isOpen)).toBe(true);
  await page.click('[value="huggingface/google/gemma-4-31B-it:together"]');
  await model.say("Hello from another.");
  await model.end();
  await page.until(`document.querySelector(".message__head").innerText.includes("gemma")`);
  await untilEnded(page);
  expect(await lastModel(chat)).toBe("google/gemma-4-31B-it:together");
  expect(await page.text(".branch")).toContain("2/2");
  expect(await page.evaluate(pill)).toContain("gpt-oss-120b");
  expect(await page.problems()).toEqual([]);
});

browserTest("on a phone the sheet fits, and a finger chooses", async () => {
  await using chat = await openChat({ ...options, phone: true });
  const { page, app } = chat;
  await untilListed(app);
  await page.click("#model .pill");
  await page.until(`document.querySelector(".models__choice")`);
  expect(await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true);
  expect(
    await page.evaluate(
      `document.querySelector("[data-list]").scrollWidth <= document.querySelector("[data-list]").clientWidth`,
    ),
  ).toBe(true);
  await page.click('[value="huggingface/openai/gpt-oss-120b:groq"]');
  await page.until(`${pill}.includes("groq")`);
  expect(await page.problems()).toEqual([]);
});
