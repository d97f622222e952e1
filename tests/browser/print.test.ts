/** A chat on paper: all of its words, from the first to the last, and nothing that wants to be pressed. */
import { expect } from "bun:test";
import { LIMITS } from "../../src/config/limits.ts";
import { readPages } from "../../src/files/pdf/pages.ts";
import { browserTest } from "../support/browser.ts";
import { openChat, send, untilEnded } from "./open-chat.ts";

const isShown = (selector: string) =>
  `document.querySelector(${JSON.stringify(selector)})?.checkVisibility()`;

browserTest("on paper a chat is whole, says who speaks, and tells where its links lead", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Something long, please");
  const paragraphs = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of the answer.\n\n`).join("");
  await model.say(
    `${paragraphs}[The manual](https://docs.example.org/manual)\n\n\`\`\`\n${"wide ".repeat(80)}\n\`\`\`\n`,
  );
  await model.end();
  await untilEnded(page);
  await page.cdp("Emulation.setEmulatedMedia", { media: "print" });
  for (const control of [".sidebar", ".composer", ".pill", ".message__actions", "[data-to-end]"]) {
    expect([control, await page.evaluate(isShown(control))]).toEqual([control, false]);
  }
  for (const words of [".message__own", "[data-body] p", ".message--user h2", ".header__title"]) {
    expect([words, await page.evaluate(isShown(words))]).toEqual([words, true]);
  }
  // Nothing scrolls on paper: what is longer than a window goes on.
  const bottomOf = (selector: string) =>
    `document.querySelector("${selector}").getBoundingClientRect().bottom`;
  expect(await page.evaluate<boolean>(`${bottomOf("[data-body]")} <= ${bottomOf(".scroll")} + 1`)).toBe(true);
  expect(await page.evaluate<number>(bottomOf("[data-body]"))).toBeGreaterThan(1500);
  expect(
    await page.evaluate<boolean>(`document.querySelector(".code pre, pre").scrollWidth <= innerWidth`),
  ).toBe(true);
  const after = `getComputedStyle(document.querySelector("[data-body] a"), "::after").content`;
  expect(await page.evaluate<string>(after)).toContain("https://docs.example.org/manual");
  const { data } = (await page.cdp("Page.printToPDF", { printBackground: true })) as { data: string };
  // Attached to a chat, it would be these words: a file of a program that many are written by.
  const read = await readPages(Buffer.from(data, "base64"), { ...LIMITS, textBytesMax: 100_000 });
  const printed = read.type === "text" ? read.text.replace(/\s+/g, " ") : read.type;
  for (const words of [
    "[Page 2 of",
    "Something long, please",
    "Paragraph 0 of the",
    "Paragraph 59 of the answer.",
  ])
    expect(printed).toContain(words);
  expect(await page.problems()).toEqual([]);
});
