/** A server with a password, in a browser: the door, and the way out of every tab. */
import { expect } from "bun:test";
import { connected } from "../support/app.ts";
import { browserTest } from "../support/browser.ts";
import { openChat } from "./open-chat.ts";

browserTest("one comes in by the password, and signing out empties the other tab too [A9]", async () => {
  await using chat = await openChat({ env: { PASSWORD: "a red bicycle" } });
  const { app, page } = chat;
  const knock = async (password: string) => {
    await page.until(`document.activeElement?.id === "password"`);
    await page.type(password);
    await page.press("Enter");
  };
  await knock("a blue one");
  await page.until(`document.querySelector("#trouble")`);
  expect(await page.text("#trouble")).toBe("That is not the password.");
  // Chromium tells of each answer that is an error.
  page.forgetProblems();
  await knock("a red bicycle");
  await page.until(`document.querySelector(".composer")`);
  await connected(app, 1);
  const other = await page.openTab(app.url);
  await other.click('.sidebar__foot a[href="/sessions"]');
  await other.until(`document.querySelector(".sessions__row")`);
  await other.click(".sessions__row button");
  for (const each of [page, other]) {
    await each.until(`document.querySelector("#password")`);
    expect(await each.evaluate<string>("location.pathname")).toBe("/signin");
    expect(await each.problems()).toEqual([]);
  }
});
