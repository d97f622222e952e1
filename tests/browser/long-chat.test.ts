/** A long chat in a browser: it opens at its end, goes on upwards in place, and leads to any message. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { writeLongChat } from "../support/long-chat.ts";
import { openChat, send, untilEnded, untilSaid, visit, type Chat } from "./open-chat.ts";

const scroller = `document.querySelector("[data-scroll]")`;
const shown = `document.querySelectorAll("[data-message]").length`;
const isAtEnd = `${scroller}.scrollHeight - ${scroller}.clientHeight - ${scroller}.scrollTop < 2`;
const topOf = (id: string) => `document.getElementById("m-${id}").getBoundingClientRect().top`;

async function openLongChat(chat: Chat, hash = "") {
  const { app, model, page } = chat;
  await send(page, "Hello");
  await model.say("Hi.");
  await model.end();
  await untilEnded(page);
  const long = await writeLongChat(app, 150);
  await visit(
    page,
    `${app.url}/conversations/${long.conversation}${hash.replace("#", `#m-${long.messages[20]}`)}`,
  );
  return long;
}

const goUp = (page: Page) => page.evaluate(`((${scroller}.scrollTop = 300), 0)`);

browserTest(
  "it opens at its end, and what is earlier comes in above without moving what is read",
  async () => {
    await using chat = await openChat();
    const { page } = chat;
    const { messages } = await openLongChat(chat);
    await page.until(isAtEnd);
    expect(await page.evaluate<number>(shown)).toBe(50);
    const first = messages[250] ?? "";
    await goUp(page);
    const before = await page.evaluate<number>(topOf(first));
    await page.until(`${shown} >= 100`);
    expect(Math.abs((await page.evaluate<number>(topOf(first))) - before)).toBeLessThan(2);
    for (const count of [150, 200, 250, 300]) {
      await goUp(page);
      await page.until(`${shown} >= ${count}`);
    }
    expect(await page.evaluate(`document.querySelector("[data-earlier]")`)).toBeNull();
    const ids = `[...document.querySelectorAll("[data-message]")].map((each) => each.dataset.message).join()`;
    expect(await page.evaluate<string>(ids)).toBe(messages.join());
    await page.click("[data-to-end]");
    await page.until(isAtEnd);
    expect(await page.problems()).toEqual([]);
  },
);

/** Whether a message is laid out and painted, or only has its room. */
const isLaidOut = (id: string) =>
  `document.querySelector("#m-${id} [data-own], #m-${id} [data-body]").checkVisibility({ contentVisibilityAuto: true })`;

browserTest(
  "only what is near the reader's eyes is laid out, and the rest is there all the same",
  async () => {
    await using chat = await openChat();
    const { page } = chat;
    const { messages } = await openLongChat(chat);
    await page.until(isAtEnd);
    const [far = "", last = ""] = [messages[251], messages[299]];
    expect(await page.evaluate<boolean>(isLaidOut(last))).toBe(true);
    expect(await page.evaluate<boolean>(isLaidOut(far))).toBe(false);
    const all = await page.evaluate<string>(
      `(getSelection().selectAllChildren(document.querySelector("#thread")), String(getSelection()))`,
    );
    expect(all).toMatch(/Answer 125: some words, and some more of them\.\s+one\s+two[^]+Question 149/);
    await page.evaluate("(getSelection().removeAllRanges(), 0)");
    await page.cdp("Emulation.setEmulatedMedia", { media: "print" });
    await page.until(isLaidOut(far));
    await page.cdp("Emulation.setEmulatedMedia", { media: "screen" });
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("who reads upwards finds what is read in its place, whatever is laid out above it", async () => {
  await using chat = await openChat();
  const { page } = chat;
  const { messages } = await openLongChat(chat);
  await page.until(isAtEnd);
  // A turn of the wheel is less than what is laid out beyond the edge, or it could show what is not there yet.
  const moved = await page.evaluate<number[]>(`(async () => {
    const scroller = ${scroller};
    const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const moved = [];
    for (let turn = 0; turn < 12; turn++) {
      scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -300, bubbles: true }));
      scroller.scrollTop -= 300;
      const { top } = scroller.getBoundingClientRect();
      const read = [...document.querySelectorAll("[data-message]")].find((each) => each.getBoundingClientRect().bottom > top + 50);
      const before = read.getBoundingClientRect().top;
      await painted();
      moved.push(Math.abs(read.getBoundingClientRect().top - before));
    }
    return moved;
  })()`);
  expect(await page.evaluate<boolean>(isLaidOut(messages[299] ?? ""))).toBe(true);
  expect(Math.max(...moved)).toBeLessThan(2);
  expect(await page.problems()).toEqual([]);
});

browserTest("what had been loaded stays when a turn is added, and when a branch is chosen", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await openLongChat(chat);
  await goUp(page);
  await page.until(`${shown} >= 100`);
  const count = await page.evaluate<number>(shown);
  await send(page, "One more");
  await model.say("Here.");
  await model.end();
  await untilEnded(page);
  await page.click('article:last-child form[data-op="message.regenerate"] button');
  await model.say("Again.");
  await model.end();
  await untilEnded(page);
  await untilSaid(page, "Again.");
  expect(await page.evaluate<number>(shown)).toBe(count + 2);
  expect(await page.problems()).toEqual([]);
});

browserTest("an address that names a message further up leads there", async () => {
  await using chat = await openChat();
  const { page } = chat;
  const { messages } = await openLongChat(chat, "#");
  const named = messages[20] ?? "";
  await page.until(`document.getElementById("m-${named}")`);
  await page.until(`Math.abs(${topOf(named)} - ${scroller}.getBoundingClientRect().top) < 40`);
  expect(await page.evaluate(isAtEnd)).toBe(false);
  const further = messages[4] ?? "";
  await page.evaluate(`((location.hash = "m-${further}"), 0)`);
  await page.until(`document.getElementById("m-${further}")`);
  await page.until(`Math.abs(${topOf(further)} - ${scroller}.getBoundingClientRect().top) < 40`);
  // It comes in after the browser has looked for it, and before the page is told of the address.
  const late = messages[260] ?? "";
  await page.evaluate(`(() => {
    const message = document.getElementById("m-${late}");
    const after = message.nextSibling;
    message.remove();
    location.hash = "m-${late}";
    after.before(message);
  })()`);
  await page.until(`Math.abs(${topOf(late)} - ${scroller}.getBoundingClientRect().top) < 40`);
  expect(await page.problems()).toEqual([]);
});

browserTest("without scripts a link leads to a longer page, at the place that one came from", async () => {
  await using chat = await openChat();
  const { conversation, messages } = await openLongChat(chat);
  const plain = await chat.page.openTab(`${chat.app.url}/conversations/${conversation}`, {
    javascript: false,
  });
  await plain.until(`${shown} === 50`);
  await plain.evaluate(`((${scroller}.scrollTop = -${scroller}.scrollHeight), 0)`);
  await plain.click("[data-earlier]");
  await plain.until(`${shown} === 100`);
  await plain.until(`Math.abs(${topOf(messages[250] ?? "")} - ${scroller}.getBoundingClientRect().top) < 40`);
  await plain[Symbol.asyncDispose]();
});
