/** A message further above a chat's end than a page may hold, in a browser: it is led to, and there are ways on. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { writeLongChat } from "../support/long-chat.ts";
import { openChat, send, untilEnded, untilSaid, visit, type Chat } from "./open-chat.ts";

const limits = { threadMessages: 10, threadMessagesMax: 60 };
const scroller = `document.querySelector("[data-scroll]")`;
const topOf = (id: string) =>
  `document.getElementById("m-${id}").getBoundingClientRect().top - ${scroller}.getBoundingClientRect().top`;
const isAtTop = (id: string) => `document.getElementById("m-${id}") && Math.abs(${topOf(id)}) < 40`;
const isAtEnd = `${scroller}.scrollHeight - ${scroller}.clientHeight - ${scroller}.scrollTop < 2`;
const shown = `[...document.querySelectorAll("[data-message]")].map((each) => each.dataset.message).join(" ")`;

async function writeFarChat({ app, model, page }: Chat) {
  await send(page, "Hello");
  await model.say("Hi.");
  await model.end();
  await untilEnded(page);
  return writeLongChat(app, 100);
}

browserTest(
  "a message far up is led to, and the page goes on downwards to the end, and is live there",
  async () => {
    await using chat = await openChat({ limits });
    const { app, model, page } = chat;
    const { conversation, messages } = await writeFarChat(chat);
    const far = messages[110] ?? "";
    await visit(page, `${app.url}/conversations/${conversation}?at=${far}#m-${far}`);
    await page.until(isAtTop(far));
    await page.until(`document.querySelector("[data-later]") && !${isAtEnd}`);
    // What is added meanwhile is not shown where it is not.
    await using other = await page.openTab(`${app.url}/conversations/${conversation}`);
    await send(other, "One more");
    await model.say("And");
    await untilSaid(other, "And");
    expect(
      await page.evaluate<boolean>(`document.querySelector("#thread").innerText.includes("One more")`),
    ).toBe(false);
    for (let count = 0; await page.evaluate(`document.querySelector("[data-later]") !== null`); count++) {
      if (count > 40) throw new Error("The end does not come.");
      const before = await page.evaluate<string>(shown);
      await page.evaluate(`((${scroller}.scrollTop = ${scroller}.scrollHeight), 0)`);
      await page.until(`${shown} !== ${JSON.stringify(before)} || !document.querySelector("[data-later]")`);
    }
    const ids = (await page.evaluate<string>(shown)).split(" ");
    expect(ids.slice(0, -2)).toEqual(messages.slice(messages.indexOf(ids[0] ?? "")));
    await model.say(" so on");
    await untilSaid(page, "And so on");
    await model.end();
    await untilEnded(page);
    expect(await page.evaluate<string>(shown)).toBe(ids.join(" "));
    await send(other, "And once more");
    await model.say("There");
    await untilSaid(page, "There");
    expect(await page.problems()).toEqual([]);
  },
);

browserTest(
  "an address without more than the message leads there, and what is written there, to the end",
  async () => {
    await using chat = await openChat({ limits });
    const { app, model, page } = chat;
    const { conversation, messages } = await writeFarChat(chat);
    const far = messages[30] ?? "";
    await visit(page, `${app.url}/conversations/${conversation}#m-${far}`);
    await page.until(isAtTop(far));
    await page.click("[data-to-end]");
    await page.until(`!document.querySelector("[data-later]") && ${isAtEnd}`);
    await page.evaluate(`((location.hash = "m-${far}"), 0)`);
    await page.until(isAtTop(far));
    await send(page, "From up here");
    await model.say("To the end.");
    await model.end();
    await untilSaid(page, "To the end.");
    await page.until(`!document.querySelector("[data-later]") && ${isAtEnd}`);
    const sent = `[...document.querySelectorAll(".message--user")].filter((each) => each.innerText.includes("From up here")).length`;
    expect(await page.evaluate<number>(sent)).toBe(1);
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("without scripts, links lead from there up, down and to the end", async () => {
  await using chat = await openChat({ limits });
  const { app, page } = chat;
  const { conversation, messages } = await writeFarChat(chat);
  const [far, down, up] = [messages[80] ?? "", messages[90] ?? "", messages[80] ?? ""];
  const address = `${app.url}/conversations/${conversation}?at=${far}#m-${far}`;
  await using plain = await page.openTab(address, { javascript: false });
  await plain.until(isAtTop(far));
  await plain.click("[data-later]");
  await plain.until(`location.search === "?at=${down}"`);
  await plain.until(isAtTop(down));
  await plain.click("[data-earlier]");
  await plain.until(`location.search === "?at=${up}"`);
  await plain.until(isAtTop(up));
  await plain.click("#later a:last-child");
  await plain.until(`location.search === "" && document.getElementById("m-${messages[199]}")`);
});
