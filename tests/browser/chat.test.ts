/** The main story as a person sees it: send, watch it come, stop, go on, choose another version. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { newest, openChat, reload, send, untilEnded, untilSaid } from "./open-chat.ts";

browserTest("a reply is shown while it is being written, and ends with its receipt", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Hello");
  await model.say("First words, ");
  await untilSaid(page, "First words,");
  expect(await page.evaluate(`!!document.querySelector("[data-running]")`)).toBe(true);
  expect(await labelOfButton(page)).toBe("Stop");
  await page.until(`document.querySelector(".sidebar__mark")`);
  await model.say("and **last** ones.");
  await model.end();
  await untilEnded(page);
  expect(await page.text("#thread [data-body]")).toBe("First words, and last ones.");
  expect(await page.text(".receipt")).toContain("1,204 tokens");
  expect(await page.evaluate("location.pathname")).toBe(`/conversations/${await page.evaluate(idOfPage)}`);
  expect(await page.evaluate("document.title")).toBe("Hello · Banter");
  expect(await page.text(`.sidebar__row a[aria-current="page"]`)).toBe("Hello");
  expect(await page.evaluate(`document.querySelector(".sidebar__mark")`)).toBeNull();
  expect(await page.evaluate(`document.querySelector("#text").placeholder`)).toBe("Reply…");
  expect(await page.problems()).toEqual([]);
});

browserTest("a stop reaches the model and keeps what has come, and the reply can go on", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Tell me a story");
  const request = await model.upstream.nextRequest();
  await model.say("Once upon");
  await untilSaid(page, "Once upon");
  await page.click('.composer__button[aria-label="Stop"]');
  await request.closed;
  await untilEnded(page);
  expect(await page.text(".message__note")).toBe("Stopped.");
  expect(await labelOfButton(page)).toBe("Send");
  await model.end();
  await page.click('form[data-op="message.continue"] button');
  await model.say(" a time.");
  await model.end();
  await untilSaid(page, "Once upon a time.");
  await untilEnded(page);
  expect(await page.evaluate(`document.querySelectorAll("article").length`)).toBe(2);
  expect(await page.problems()).toEqual([]);
});

browserTest("what is sent in one tab shows in the other, and a stop there ends it in both", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "First");
  await model.say("One.");
  await model.end();
  await untilEnded(page);
  await using tab = await page.openTab(await page.url());
  await send(tab, "Second");
  await model.say("Two, and so");
  for (const each of [page, tab]) await untilSaid(each, "Two, and so");
  expect(await page.text("#thread article:nth-of-type(3) [data-own]")).toBe("Second");
  await page.click('.composer__button[aria-label="Stop"]');
  for (const each of [page, tab]) await untilEnded(each);
  expect(await tab.text("article:last-child .message__note")).toBe("Stopped.");
  expect([...(await page.problems()), ...(await tab.problems())]).toEqual([]);
});

browserTest("Enter sends, Shift+Enter breaks the line, an Enter that picks a word does neither", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await page.click("#text");
  await page.press("Enter");
  await page.type("one");
  await page.press("Enter", ["Shift"]);
  await page.cdp("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 };
  await page.cdp("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter });
  await page.cdp("Input.dispatchKeyEvent", { type: "keyUp", ...enter });
  expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("one\nに");
  await page.cdp("Input.insertText", { text: "二" });
  expect(await page.evaluate(`document.querySelector("#thread").childElementCount`)).toBe(0);
  await page.press("Enter");
  await model.say("Two lines.");
  await untilSaid(page, "Two lines.");
  expect(await page.text(".message__own")).toBe("one\n二");
  expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("");
});

browserTest("blanks are not sent", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "   ");
  await page.evaluate(`document.querySelector("#text").value = ""`);
  await send(page, "First");
  await model.say("Well");
  await untilSaid(page, "Well");
  expect(model.upstream.requests.length).toBe(1);
});

browserTest("a reply can be had again, and one steps through its versions", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Name a colour");
  for (const [index, text] of ["Red.", "Green.", "Blue."].entries()) {
    if (index > 0) await page.click('form[data-op="message.regenerate"] button');
    await model.say(text);
    await model.end();
    await page.until(`${newest}?.innerText === ${JSON.stringify(text)}`);
    await untilEnded(page);
  }
  expect(await page.text(".branch")).toContain("3/3");
  await page.click('[aria-label="Previous version"]');
  await untilSaid(page, "Green.");
  expect(await page.text(".branch")).toContain("2/3");
  await page.click('[aria-label="Previous version"]');
  await untilSaid(page, "Red.");
  expect(await page.evaluate(`document.querySelector('[aria-label="Previous version"]')`)).toBeNull();
  await page.click('[aria-label="Next version"]');
  await untilSaid(page, "Green.");
  await reload(page);
  expect(await page.text(".branch")).toContain("2/3");
  expect(await page.evaluate(`document.querySelectorAll("article").length`)).toBe(2);
  expect(await page.problems()).toEqual([]);
});

browserTest("thoughts are open while there is nothing else, and folded when the answer comes", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Why?");
  await model.think("Let me see");
  await page.until(`document.querySelector("[data-reasoning]:not([hidden])[open]")`);
  expect(await page.text("[data-reasoning]")).toBe("Thinking…\nLet me see");
  await model.say("Because.");
  await page.until(`document.querySelector("[data-reasoning]:not([open])")`);
  expect(await page.text("[data-reasoning] summary")).toMatch(/^Thought for [\d.]+ s$/);
  await page.click("[data-reasoning] summary");
  await model.say(" That is why.");
  await untilSaid(page, "That is why.");
  await model.end();
  await untilEnded(page);
  expect(await page.text("[data-reasoning]")).toMatch(/^Thought for [\d.]+ s\nLet me see$/);
});

browserTest("thoughts that their reader has opened stay open when the answer comes", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Why?");
  await model.think("Let me see");
  await page.until(`document.querySelector("[data-reasoning]:not([hidden])[open]")`);
  await page.click("[data-reasoning] summary");
  await page.click("[data-reasoning] summary");
  await model.say("Because.");
  await untilSaid(page, "Because.");
  expect(await page.evaluate(`document.querySelector("[data-reasoning]").open`)).toBe(true);
  expect(await page.text("[data-reasoning] summary")).toMatch(/^Thought for [\d.]+ s$/);
  await model.end();
  await untilEnded(page);
  expect(await page.evaluate(`document.querySelector("[data-reasoning]").open`)).toBe(true);
  await reload(page);
  expect(await page.evaluate(`document.querySelector("[data-reasoning]").open`)).toBe(false);
});

browserTest("the demo says that it is one, and answers", async () => {
  await using chat = await openChat({ env: { INFERENCE_URL: "", MODEL: "" } });
  const { page } = chat;
  expect(await page.text(".notice")).toContain("This is a demo");
  await page.click("[data-idea]");
  await untilEnded(page);
  expect(await page.text("#thread [data-body]")).toMatch(/\w/);
  expect(await page.text(".message__head")).toBe("ELIZA");
  await using other = await openChat();
  expect(await other.page.text(".notice")).toBeNull();
  expect(await page.problems()).toEqual([]);
});

const idOfPage = `document.querySelector("[data-chat]").dataset.conversation`;

function labelOfButton(page: Page): Promise<string> {
  return page.evaluate(`document.querySelector(".composer__button").ariaLabel`);
}
