/** Makes a link to the chat on show, as its owner does by clicks. */
import type { Page } from "../support/browser.ts";

/** Resolves with the link; the page is then the list of links. */
export async function makeLink(page: Page, isLive = false): Promise<string> {
  await page.click(".about__menu");
  await page.until(`document.querySelector("#menu").open`);
  await page.click('#menu a[href^="/shares"]');
  await page.until(`document.querySelector(".share")`);
  if (isLive) await page.click('input[name="live"]');
  await page.click(".share .button");
  await page.until(`document.querySelector(".share__address")`);
  return page.evaluate<string>(`document.querySelector(".share__address").value`);
}
