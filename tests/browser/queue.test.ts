/** A reply that waits in line, as a person sees and hears it, and takes it out of line again (O5). */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { openTab } from "../support/tab.ts";
import { newest, openChat, reload, send, untilEnded, untilSaid, type Chat } from "./open-chat.ts";

const place = `document.querySelector("[data-place]")?.innerText`;
const cursor = `document.querySelector(".message__cursor")?.checkVisibility()`;

/** One reply at a time, and so many people before the page's own. */
async function openBehind(count: number): Promise<Chat> {
  const chat = await openChat({ limits: { generationsMax: 1, placeMs: 20 } });
  for (let other = 0; other < count; other++) await (await openTab(chat.app.url)).send(`Other ${other}`);
  return chat;
}

/** All that is said aloud from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`(() => {
    globalThis.heard = [];
    const live = document.querySelector("[data-said-aloud]");
    new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true, characterData: true });
  })()`);
  return () => page.evaluate<string[]>("globalThis.heard");
}

browserTest(
  "a reply in line shows its place as it moves, is said to wait once, and begins by itself",
  async () => {
    await using chat = await openBehind(3);
    const { model, page } = chat;
    const heard = await listen(page);
    await send(page, "Mine");
    await page.until(`${place} === "Waiting: 3rd in line"`);
    expect(await page.evaluate(cursor)).toBe(false);
    for (const nth of ["2nd", "1st"]) {
      await model.end();
      await page.until(`${place} === "Waiting: ${nth} in line"`);
    }
    expect(await heard()).toEqual(["Reply waits in line"]);
    // What a page says that is loaded now is the same.
    await reload(page);
    expect(await page.text("[data-place]")).toBe("Waiting: 1st in line");
    const heardAfter = await listen(page);
    await model.end();
    await page.until(`!document.querySelector("[data-place]")`);
    expect(await page.evaluate(cursor)).toBe(true);
    await model.say("Now **yours**.");
    await untilSaid(page, "Now yours.");
    await model.end();
    await untilEnded(page);
    expect(await heardAfter()).toEqual(["Reply started", "Reply finished"]);
    expect(await page.problems()).toEqual([]);
  },
);

browserTest(
  "by keys alone one leaves the line, nothing is asked of the model, and one may try again",
  async () => {
    await using chat = await openBehind(1);
    const { model, page } = chat;
    await send(page, "Mine");
    await page.until(`${place} === "Waiting: 1st in line"`);
    await page.until(`document.querySelector('.composer__button[aria-label="Stop"]')`);
    for (let steps = 0; steps < 6; steps++) {
      if (await page.evaluate(`document.activeElement.ariaLabel === "Stop"`)) break;
      await page.press("Tab");
    }
    await page.press("Enter");
    await untilEnded(page);
    expect(await page.text(".message__note")).toBe("Stopped.");
    expect(await page.evaluate(`document.querySelector("[data-place]")`)).toBeNull();
    expect(model.upstream.requests.length).toBe(1);
    await model.end();
    await page.click('form[data-op="message.continue"] button');
    await model.say("After all.");
    await page.until(`${newest}?.innerText === "After all."`);
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("without scripts the page comes again until its turn has come", async () => {
  await using chat = await openChat({ javascript: false, limits: { generationsMax: 1 } });
  const { app, model, page } = chat;
  await (await openTab(app.url)).send("Other");
  await page.click("#text");
  await page.type("Mine");
  await page.click(".composer__button");
  await page.until(`${place} === "Waiting: 1st in line"`, 10_000);
  await model.end();
  await model.say("Yours.");
  await page.until(`${newest}?.innerText === "Yours."`, 10_000);
  expect(await page.evaluate(`document.querySelector("[data-place]")`)).toBeNull();
});
