/** The same chat in a browser that runs no scripts: forms, and a page that comes again while a reply is written. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { newest, openChat, visit } from "./open-chat.ts";

browserTest("without scripts a form sends, and the page comes again until the reply is whole", async () => {
  await using chat = await openChat({ javascript: false });
  const { model, page } = chat;
  await submit(page, "Hello");
  await page.until(`location.pathname.startsWith("/conversations/")`);
  expect(await page.text(".message__own")).toBe("Hello");
  await model.say("Half a **rep");
  await page.until(`${newest}?.innerText.startsWith("Half")`, 10_000);
  expect(await page.evaluate(`document.querySelector(".composer__button").ariaLabel`)).toBe("Stop");
  await model.say("ly**.");
  await model.end();
  await page.until(`document.querySelector(".receipt")`, 10_000);
  expect(await page.evaluate(`${newest}.innerHTML`)).toContain("Half a <strong>reply</strong>.");
  expect(await page.evaluate(`document.querySelector("meta[http-equiv]")`)).toBeNull();
  expect(await page.problems()).toEqual([]);
});

browserTest("without scripts one stops, goes on, has it again and steps through versions", async () => {
  await using chat = await openChat({ javascript: false });
  const { model, page } = chat;
  await submit(page, "Hello");
  const request = await model.upstream.nextRequest();
  await model.say("Half");
  await page.until(`${newest}?.innerText === "Half"`, 10_000);
  await page.click('.composer__button[aria-label="Stop"]');
  await request.closed;
  await page.until(`document.querySelector(".message__note")?.innerText === "Stopped."`);
  await model.end();
  await page.click('form[data-op="message.continue"] button');
  await model.say(" and half.");
  await model.end();
  await page.until(`document.querySelector(".receipt") && ${newest}.innerText === "Half and half."`, 10_000);
  await page.click('form[data-op="message.regenerate"] button');
  await model.say("Another.");
  await model.end();
  await page.until(`document.querySelector(".receipt") && ${newest}.innerText === "Another."`, 10_000);
  await page.click('[aria-label="Previous version"]');
  await page.until(`document.querySelector(".branch") && ${newest}.innerText === "Half and half."`);
  expect(await page.text(".branch")).toContain("1/2");
  expect(await page.problems()).toEqual([]);
});

browserTest("without scripts a long page begins at its end, and scrolls to its beginning", async () => {
  await using chat = await openChat({ javascript: false });
  const { model, page } = chat;
  await submit(page, "At length");
  await model.say(Array.from({ length: 60 }, (_, index) => `Paragraph ${index}.\n\n`).join(""));
  await model.end();
  await page.until(`document.querySelector(".receipt")`, 10_000);
  await visit(page, (await page.url()).split("#", 1)[0] ?? "");
  await page.until(isInView(".receipt"));
  await page.evaluate(`document.querySelector("[data-scroll]").scrollTop = -100000`);
  await page.until(isInView(".message__own"));
});

browserTest("without scripts nothing is offered that needs them, and the drawer works", async () => {
  await using chat = await openChat({ javascript: false, phone: true });
  const { model, page } = chat;
  expect(await page.evaluate(visible("[data-idea]"))).toBe(false);
  await page.resize(1280, 800);
  expect(await page.evaluate(visible(".dock__hint"))).toBe(true);
  for (const key of [".dock__keys", ".sidebar kbd"]) {
    expect([key, await page.evaluate(visible(key))]).toEqual([key, false]);
  }
  await page.resize(390, 844);
  await submit(page, "Hello");
  await model.say("```\ncode\n```");
  await model.end();
  await page.until(`document.querySelector(".receipt")`, 10_000);
  expect(await page.evaluate(visible("[data-copy]"))).toBe(false);
  expect(await page.evaluate(`document.querySelector("[data-copy-code]")`)).toBeNull();
  await page.click("[data-menu]");
  await page.until(visible(".sidebar"));
  await page.click(".sidebar__new");
  await page.until(`location.pathname === "/"`);
  expect(await page.evaluate(visible(".sidebar"))).toBe(false);
});

browserTest("without scripts what can't be sent is said on a page of its own", async () => {
  await using chat = await openChat({ javascript: false, limits: { messageChars: 5000 } });
  const { page } = chat;
  await page.evaluate(`document.querySelector("#text").removeAttribute("maxlength")`);
  await submit(page, "x".repeat(5001));
  await page.until(`document.querySelector(".plain")`);
  expect(await page.text(".plain")).toContain("A message holds at most 5,000 characters.");
});

async function submit(page: Page, text: string): Promise<void> {
  await page.click("#text");
  await page.type(text);
  await page.click(".composer__button");
}

function isInView(selector: string): string {
  return `(({ top, bottom }, frame) => top >= frame.top && bottom <= frame.bottom)(
    document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(),
    document.querySelector("[data-scroll]").getBoundingClientRect())`;
}

function visible(selector: string): string {
  return `document.querySelector(${JSON.stringify(selector)})?.checkVisibility({ visibilityProperty: true }) ?? false`;
}
