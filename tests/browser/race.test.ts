/** A race in a real browser: entered by the keyboard, sent, stopped, kept, and not gone past by mistake. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { routerList } from "../support/router-list.ts";
import { delta } from "../support/upstream.ts";
import { openChat, reload, send, untilEnded, untilListed } from "./open-chat.ts";
import { endAll, race } from "./scenes-race.ts";

const env = { INFERENCE_URL: "", MODEL: "openai/gpt-oss-120b:fastest", HF_TOKEN: "hf_scripted" };
const options = { env, models: routerList() };
const lanes = `[...document.querySelectorAll(".race [data-body]")].map((body) => body.innerText.trim())`;
const strip = `document.querySelector("#racers").innerText`;

browserTest(
  "a race is entered by the keyboard alone, and told what it costs at most before it is sent",
  async () => {
    await using chat = await openChat(options);
    const { app, page } = chat;
    await untilListed(app);
    await page.evaluate(`document.querySelector("[data-race-open]").focus()`);
    await page.press("Enter");
    await page.until(`document.querySelector(".models__rival")`);
    await page.type("deepseek");
    await page.until(`document.querySelectorAll(".models tbody").length === 1`);
    await page.press("ArrowDown");
    await page.press("Enter");
    await page.until(`document.querySelector('.models__rival [aria-pressed="true"]')`);
    expect(await page.evaluate(`document.querySelector("[data-sheet-dialog]").open`)).toBe(true);
    await page.press("Escape");
    await page.until(`${strip}.includes("DeepSeek")`);
    const before = await page.evaluate<string>(`document.querySelector("[data-race-cost]").innerText`);
    expect(before).toMatch(/^up to \$0\.\d+$/);
    await page.click("#text");
    await page.type("A long question. ".repeat(400));
    await page.until(`document.querySelector("[data-race-cost]").innerText !== ${JSON.stringify(before)}`);
    await page.click(".racers__out");
    await page.until(`document.querySelector("#racers").hidden`);
    expect(await page.evaluate<string>(`document.querySelector("#text").value`)).toStartWith(
      "A long question.",
    );
    expect(await page.problems()).toEqual([]);
  },
);

browserTest(
  "replies come side by side, are there after a reload, and one that is kept is gone on with",
  async () => {
    await using chat = await openChat(options);
    const { page } = chat;
    const replies = await race(chat, "Who is quickest?", 3);
    for (const [n, reply] of replies.entries()) await reply.write(delta(`Reply ${n}`));
    await page.until(`${lanes}.toSorted().join() === "Reply 0,Reply 1,Reply 2"`);
    const tops = `new Set([...document.querySelectorAll(".race .message")].map((lane) => lane.getBoundingClientRect().top)).size`;
    expect(await page.evaluate(tops)).toBe(1);
    await reload(page);
    await page.until(`${lanes}.length === 3`);
    await endAll(replies, ", and done.");
    await page.until(`!document.querySelector("[data-running]")`);
    const sums = `document.querySelector(".race__sum").innerText`;
    await page.until(`${sums} === "$0.0042 together"`);
    // What is written stays where it is until one is kept.
    await send(page, "And now?");
    await page.until(`document.querySelector("[data-state]").innerText.includes("Keep one")`);
    expect(await page.evaluate<string>(`document.querySelector("#text").value`)).toBe("And now?");
    const kept = await page.evaluate<string>(`${lanes}[1]`);
    await page.click(`.race .message:nth-child(2) form[data-op="branch.choose"] button`);
    await page.until(`!document.querySelector(".race") && document.querySelector(".branch")`);
    expect(await page.text(".message--assistant [data-body]")).toBe(kept);
    expect(await page.text(".branch")).toContain("2/3");
    await page.press("Enter");
    chat.model.listen();
    await page.click("#text");
    await page.press("Enter");
    await page.until(`document.querySelectorAll(".message--user").length === 2`);
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("one of a race is stopped alone, and Escape stops all", async () => {
  await using chat = await openChat(options);
  const { page } = chat;
  const replies = await race(chat, "Who is quickest?", 3);
  for (const [n, reply] of replies.entries()) await reply.write(delta(`Reply ${n}`));
  await page.until(`${lanes}.every((text) => text !== "")`);
  await page.click(`.race .message:nth-child(2) form[data-op="generation.stop"] button`);
  await page.until(`document.querySelectorAll("[data-running]").length === 2`);
  await page.click("#text");
  await page.press("Escape");
  await page.until(`document.querySelectorAll('[data-outcome="stopped"]').length === 3`);
  expect(await page.problems()).toEqual([]);
});

browserTest(
  "on a phone a finger moves from lane to lane, and the page itself does not move sideways",
  async () => {
    await using chat = await openChat({ ...options, phone: true });
    const { page } = chat;
    await endAll(await race(chat, "Who is quickest?", 2), "A reply.");
    await page.until(`document.querySelector(".race") && !document.querySelector("[data-running]")`);
    const box = `document.querySelector(".race__lanes")`;
    expect(await page.evaluate(`${box}.scrollWidth > ${box}.clientWidth`)).toBe(true);
    expect(await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true);
    await page.evaluate(`${box}.scrollTo({ left: ${box}.scrollWidth })`);
    await page.click(`.race .message:nth-child(2) form[data-op="branch.choose"] button`);
    await page.until(`!document.querySelector(".race")`);
    await untilEnded(page);
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("that a race is full is said in the picker, which lies over everything else", async () => {
  const several = { data: ["one", "two", "three", "four", "five"].map((id) => ({ id })) };
  await using chat = await openChat({ models: several });
  const { app, page } = chat;
  await untilListed(app);
  await page.click("[data-race-open]");
  const free = `.models__rival [aria-pressed="false"]`;
  const taken = `document.querySelectorAll('.models__rival [aria-pressed="true"]').length`;
  for (const count of [1, 2, 3]) {
    await page.until(`document.querySelector('${free}')`);
    await page.click(free);
    await page.until(`${taken} === ${count}`);
  }
  await page.click(free);
  const said = `document.querySelector("[data-sheet-dialog] [data-state]")`;
  await page.until(`${said}.checkVisibility() && ${said}.innerText.includes("at most 4 models")`);
  expect(await page.evaluate(taken)).toBe(3);
  await page.click('.models__rival [aria-pressed="true"]');
  await page.until(`${said}.hidden`);
  expect(await page.problems()).toEqual([]);
});
