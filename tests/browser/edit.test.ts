/** A message of one's own is written anew in its place: by mouse, by keys alone, by touch, without scripts. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { newest, openChat, reload, send, untilEnded, untilSaid, type Chat } from "./open-chat.ts";

browserTest(
  "an edited message is a new version below which the reply comes; the old one is kept",
  async () => {
    await using chat = await talked();
    const { model, page } = chat;
    await page.click("#thread [data-edit]");
    expect(await page.evaluate(`document.activeElement.value`)).toBe("Name a colour");
    await page.type(" of the sea");
    await page.click("[data-edit-form] .button");
    await model.say("Blue.");
    await model.end();
    await untilSaid(page, "Blue.");
    await untilEnded(page);
    expect(await page.text("[data-own]")).toBe("Name a colour of the sea");
    expect(await page.text(".message--user .branch")).toContain("2/2");
    expect(await page.evaluate("document.activeElement.id")).toBe("text");
    await page.click('[aria-label="Previous version"]');
    await untilSaid(page, "Red.");
    expect(await page.text("[data-own]")).toBe("Name a colour");
    expect(await page.problems()).toEqual([]);
  },
);

browserTest(
  "by keys alone: up in an empty composer edits the last message, Escape gives it up, Enter sends",
  async () => {
    await using chat = await talked();
    const { model, page } = chat;
    await page.press("ArrowUp");
    await page.until(`document.activeElement.matches("[data-edit-form] textarea")`);
    await page.type("!");
    await page.press("Escape");
    expect(await page.evaluate(`document.querySelector("[data-edit-form]")`)).toBeNull();
    expect(await page.text("[data-own]")).toBe("Name a colour");
    expect(await page.evaluate("document.activeElement.id")).toBe("text");
    await page.press("ArrowUp");
    await page.press("Enter", ["Shift"]);
    await page.type("please");
    await page.press("Enter");
    await model.say("Green.");
    await untilSaid(page, "Green.");
    expect(await page.text("[data-own]")).toBe("Name a colour\nplease");
    await page.type("a draft");
    await page.press("ArrowUp");
    expect(await page.evaluate(`document.querySelector("[data-edit-form]")`)).toBeNull();
    await model.end();
    await untilEnded(page);
  },
);

browserTest("what is being edited outlives a reload and a lost line", async () => {
  await using chat = await talked();
  const { app, model, page } = chat;
  await page.press("ArrowUp");
  await page.type(", quickly");
  await reload(page);
  await page.until(`${field}?.value === "Name a colour, quickly"`);
  for (const socket of app.live.connections.sockets.values()) socket.terminate();
  await using tab = await page.openTab(await page.url());
  await tab.click('form[data-op="message.regenerate"] button');
  await model.say("Yellow.");
  await model.end();
  await untilSaid(page, "Yellow.");
  await untilEnded(page);
  expect(await page.evaluate(`${field}.value`)).toBe("Name a colour, quickly");
  await page.click("[data-edit-form] textarea");
  await page.press("Enter", ["Control"]);
  await model.say("Pink.");
  await untilSaid(page, "Pink.");
  expect(await page.text("[data-own]")).toBe("Name a colour, quickly");
  await model.end();
});

browserTest("an edit that is refused comes back as it was written", async () => {
  await using chat = await talked({ limits: { messageChars: 40 } });
  const { model, page } = chat;
  await page.press("ArrowUp");
  await page.evaluate(`${field}.removeAttribute("maxlength")`);
  await page.type(", and explain at length why so");
  await page.press("Enter");
  await page.until(`document.querySelector("[data-state]").innerText.includes("at most 40")`);
  expect(await page.evaluate(`${field}.value`)).toBe("Name a colour, and explain at length why so");
  expect(await page.evaluate(`document.querySelector("[data-edit-form]").inert`)).toBe(false);
  expect(model.upstream.requests.length).toBe(1);
});

browserTest(
  "on touch Enter breaks the line, in a new message and in an old one; a button sends",
  async () => {
    await using chat = await openChat({ phone: true });
    const { model, page } = chat;
    await page.click("#text");
    await page.type("one");
    await page.press("Enter");
    await page.type("two");
    expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("one\ntwo");
    await page.click('.composer__button[aria-label="Send"]');
    await model.say("Well.");
    await model.end();
    await untilEnded(page);
    await page.click("[data-edit]");
    await page.press("Enter");
    await page.type("three");
    expect(await page.evaluate(`${field}.value`)).toBe("one\ntwo\nthree");
    await page.click("[data-edit-form] .button");
    await model.say("Better.");
    await untilSaid(page, "Better.");
    expect(await page.text("[data-own]")).toBe("one\ntwo\nthree");
    await model.end();
    expect(await page.problems()).toEqual([]);
  },
);

browserTest(
  "while a word is being composed, its keys are not ours: in a new message and in an old one",
  async () => {
    await using chat = await talked();
    const { model, page } = chat;
    await send(page, "Another");
    await model.say("Well,");
    await untilSaid(page, "Well,");
    for (const key of ["Enter", "Escape", "ArrowUp"]) {
      await compose(page, key);
      expect(await page.evaluate(`document.querySelector("#text").value`)).toBe("に");
      await page.evaluate(`document.querySelector("#text").value = ""`);
    }
    // Safari's Enter that ends a composition comes after its end, with a number of its own.
    const late = await page.evaluate(`(() => {
    const event = new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true });
    return document.querySelector("#text").dispatchEvent(event);
  })()`);
    expect(late).toBe(true);
    expect(await page.evaluate(`document.querySelector("[data-stop]") !== null`)).toBe(true);
    await model.end();
    await untilEnded(page);
    await page.press("ArrowUp");
    await page.evaluate(`${field}.value = ""`);
    for (const key of ["Enter", "Escape"]) {
      await compose(page, key);
      expect(await page.evaluate(`${field}?.value`)).toBe("に");
      await page.evaluate(`${field}.value = ""`);
    }
    expect(model.upstream.requests.length).toBe(2);
  },
);

browserTest("without scripts the message is a form on a page of its own address", async () => {
  await using chat = await openChat({ javascript: false });
  const { model, page } = chat;
  await page.click("#text");
  await page.type("Name a colour");
  await page.click(".composer__button");
  await model.say("Red.");
  await page.until(`${newest}?.innerText === "Red."`, 10_000);
  await page.click("[data-edit]");
  await page.until(`location.search && document.querySelector("[data-edit-form]")`);
  expect(await page.evaluate(`document.querySelector("meta[http-equiv]")`)).toBeNull();
  expect(await page.evaluate(`document.querySelector("[data-own]").checkVisibility()`)).toBe(false);
  await page.click("[data-edit-cancel]");
  await page.until(`!location.search && !document.querySelector("[data-edit-form]")`);
  await model.end();
  await page.click("[data-edit]");
  await page.click("[data-edit-form] textarea");
  await page.press("End", ["Control"]);
  await page.type(" of the sea");
  await page.click("[data-edit-form] .button");
  await model.say("Blue.");
  await model.end();
  await page.until(`document.querySelector(".receipt") && ${newest}.innerText === "Blue."`, 10_000);
  expect(await page.text("[data-own]")).toBe("Name a colour of the sea");
  expect(await page.text(".message--user .branch")).toContain("2/2");
  expect(await page.problems()).toEqual([]);
});

const field = `document.querySelector("[data-edit-form] textarea")`;

/** One turn is done, and the composer has the focus. */
async function talked(options: Parameters<typeof openChat>[0] = {}): Promise<Chat> {
  const chat = await openChat(options);
  await send(chat.page, "Name a colour");
  await chat.model.say("Red.");
  await chat.model.end();
  await untilEnded(chat.page);
  await focused(chat.page);
  return chat;
}

async function focused(page: Page): Promise<void> {
  await page.click("#text");
}

/** Begins a word with an input method, presses the key within it, and takes the word. */
async function compose(page: Page, key: string): Promise<void> {
  const codes: Record<string, number> = { Enter: 13, Escape: 27, ArrowUp: 38 };
  const pressed = { key, code: key, windowsVirtualKeyCode: codes[key] ?? 0 };
  await page.cdp("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
  await page.cdp("Input.dispatchKeyEvent", { type: "rawKeyDown", ...pressed });
  await page.cdp("Input.dispatchKeyEvent", { type: "keyUp", ...pressed });
  await page.cdp("Input.insertText", { text: "に" });
}
