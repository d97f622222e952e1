/** Assistants in a real browser: saved from a chat's parameters, found by the palette, and gone on with. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { openChat, send, untilEnded } from "./open-chat.ts";

browserTest("an assistant is saved from what stands in a chat's parameters, and begins a chat", async () => {
  await using chat = await openChat();
  const { page, model } = chat;
  await page.click("a.composer__tool");
  await page.until(`document.querySelector('[name="systemPrompt"]')`);
  await page.click('[name="systemPrompt"]');
  await page.type("You are an owl.");
  await page.click('[formaction="/assistants"]');
  await page.until(`document.querySelector('[name="suggestions"]')`);
  expect(await page.evaluate(`document.querySelector('[name="systemPrompt"]').value`)).toBe(
    "You are an owl.",
  );
  await page.until(`document.activeElement.name === "name"`);
  await page.type("Owl");
  await page.click('[name="suggestions"]');
  await page.type("Who is awake?");
  await page.click('[name="save"]');
  await page.until(`document.querySelector(".assistants__link")`);
  await page.click(".page__back");
  await page.until(
    `document.querySelector(".welcome__assistants") && document.documentElement.dataset.js === ""`,
  );
  await page.press("k", ["Control"]);
  await page.type("chat: owl");
  await page.until(`document.querySelectorAll("#choices li").length === 1`);
  await page.press("Enter");
  await page.until(`location.search.startsWith("?assistant=") && document.documentElement.dataset.js === ""`);
  expect(await page.text("#title")).toBe("💬 Owl");
  await page.click("[data-idea]");
  await page.until(`location.pathname.startsWith("/conversations/")`);
  await model.say("Me.");
  await model.end();
  await untilEnded(page);
  expect(await page.text("#title")).toBe("Who is awake?");
  await send(page, "And who else?");
  await model.say("Nobody.");
  await model.end();
  await untilEnded(page);
  const told = model.upstream.requests.slice(-2).map(({ json }) => json as { messages: unknown[] });
  const system = { role: "system", content: "You are an owl." };
  expect(told.map(({ messages }) => messages[0])).toEqual([system, system]);
  expect(await page.problems()).toEqual([]);
});
