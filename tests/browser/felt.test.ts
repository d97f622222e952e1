/** What the page weighs, how soon it answers, and that nothing but the newest reply moves while text comes. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { writeLongChat } from "../support/long-chat.ts";
import { feel, watchWork, weigh } from "./felt.ts";
import { openChat, send, untilEnded, visit, type Chat } from "./open-chat.ts";

async function openLong(chat: Chat, turns: number): Promise<void> {
  const { app, model, page } = chat;
  await send(page, "Hello");
  await model.say("Hi.");
  await model.end();
  await untilEnded(page);
  const { conversation } = await writeLongChat(app, turns);
  await visit(page, `${app.url}/conversations/${conversation}`);
}

browserTest("a chat of 50 messages takes 45 KB in all, 15 of them code, and asks no other host", async () => {
  await using chat = await openChat();
  await openLong(chat, 25);
  const { bytes, scriptBytes, hosts } = await weigh(chat);
  expect(scriptBytes).toBeGreaterThan(1000);
  expect(scriptBytes).toBeLessThanOrEqual(15 * 1024);
  expect(bytes).toBeLessThanOrEqual(45 * 1024);
  expect(hosts).toEqual([new URL(chat.app.url).host]);
});

const isOpen = (dialog: string) => `document.querySelector("${dialog}").open`;

/** The quickest of nine tries is the program's own; what others on this machine do comes on top. */
browserTest("a key or a click shows its effect within 50 ms", async () => {
  await using chat = await openChat();
  const { page, model } = chat;
  await openLong(chat, 25);
  const quickest = async (what: Parameters<typeof feel>[1]) => (await feel(page, what))[0];
  const close = () => page.press("Escape");
  const byKey = (key: string, dialog: string, control: boolean) => ({
    type: "keydown",
    isShown: isOpen(dialog),
    act: () => page.press(key, control ? ["Control"] : []),
    undo: close,
  });
  await page.evaluate("document.activeElement.blur()");
  expect(await quickest(byKey("k", "[data-palette]", true))).toBeLessThanOrEqual(50);
  expect(await quickest(byKey("?", "[data-shortcuts]", false))).toBeLessThanOrEqual(50);
  const menu = {
    type: "click",
    isShown: isOpen("#menu"),
    act: () => page.click(".about__menu"),
    undo: close,
  };
  expect(await quickest(menu)).toBeLessThanOrEqual(50);
  const sent = `[...document.querySelectorAll(".message--user")].at(-1).innerText.includes("Quickly now")`;
  const ask = {
    type: "keydown",
    isShown: sent,
    act: () => page.press("Enter"),
    undo: () => untilEnded(page),
  };
  await typeInto(page, "Quickly now");
  const replied = model.say("Yes.").then(() => model.end());
  const [sentMs] = await feel(page, ask, 1);
  await replied;
  expect(sentMs).toBeLessThanOrEqual(150);
});

async function typeInto(page: Page, text: string): Promise<void> {
  await page.click("#text");
  await page.type(text);
}

browserTest("while text comes to a slow machine, nothing but the newest reply moves", async () => {
  await using chat = await openChat();
  await openLong(chat, 60);
  await send(chat.page, "Go on");
  const { shift } = await watchWork(chat, { tokens: 200, perSecond: 100, slowdown: 4 });
  expect(shift).toBe(0);
  await chat.model.end();
  await untilEnded(chat.page);
  expect(await chat.page.problems()).toEqual([]);
});
