/** A link to a branch in two browsers: made by one, read in the other while the reply comes, and ended. */
import { expect } from "bun:test";
import { browserTest, openPage } from "../support/browser.ts";
import { openChat, send, untilSaid } from "./open-chat.ts";
import { makeLink } from "./sharing.ts";

browserTest(
  "a stranger with the link follows the reply, and is shown out when it is ended [A9]",
  async () => {
    await using chat = await openChat();
    const { page, model } = chat;
    await send(page, "What is a walrus?");
    await model.say("A walrus is **large**");
    await untilSaid(page, "large");
    const link = await makeLink(page, true);
    await using stranger = await openPage(link);
    await untilSaid(stranger, "large");
    await model.say(".\n\n```python\nprint(1)\n```\n\nIts tusks are");
    await untilSaid(stranger, "tusks");
    // What the page's own code adds is there too.
    await stranger.until(`document.querySelector("[data-code-tools]")`);
    expect(await stranger.cookies()).toEqual([]);
    await page.click(".share__row form button");
    await page.until(`!document.querySelector(".share__row")`);
    stranger.forgetProblems();
    await stranger.until(`document.querySelector("h1")?.innerText === "There is no such page"`);
    await model.say(" teeth.");
    await model.end();
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("the page of a link comes to the reply's end by itself, with scripts and without", async () => {
  await using chat = await openChat();
  const { page, model } = chat;
  await send(page, "What is a walrus?");
  await model.say("A walrus is large");
  await untilSaid(page, "large");
  const link = await makeLink(page, true);
  await using scripted = await openPage(link);
  await using plain = await openPage(link, { javascript: false, phone: true });
  await scripted.until(`document.querySelector("[data-running]")`);
  await model.say(" and whiskered.");
  await model.end();
  for (const reader of [scripted, plain]) {
    await reader.until(
      `!document.querySelector("[data-running]") && document.body.innerText.includes("whiskered.")`,
    );
    expect(await reader.problems()).toEqual([]);
  }
  const bodies = [scripted, plain].map((reader) => {
    return reader.evaluate<string>(`document.querySelector("[data-body]").innerHTML`);
  });
  expect(await bodies[0]).toBe((await bodies[1]) ?? "");
});
