/** A whole story without a pointer: from the door to the way out, with a focus that is seen at each step. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { routerList } from "../support/router-list.ts";
import { openChat, untilEnded, untilListed, untilSaid, type Chat } from "./open-chat.ts";

const env = {
  INFERENCE_URL: "",
  MODEL: "openai/gpt-oss-120b:fastest",
  HF_TOKEN: "hf_scripted",
  PASSWORD: "a red bicycle",
};

browserTest(
  "a turn is sent, stopped, edited, stepped through and copied by keys alone, with the focus in sight",
  async () => {
    await using chat = await signedIn();
    const { page, model } = chat;
    // A new chat is there to be written in.
    await page.until(`document.activeElement.id === "text"`);
    await page.type("Hello");
    await page.press("Enter");
    await model.say("Half");
    await untilSaid(page, "Half");
    await tabTo(page, "[data-stop]");
    await page.press("Enter");
    await untilEnded(page);
    await model.breakOff();
    expect(await focus(page)).toMatch(/^button .*Send/);
    await tabTo(page, "[data-edit]", "back");
    await page.press("Enter");
    await page.until(`document.activeElement.matches("[data-edit-form] textarea")`);
    await retype(page, "Hello again");
    await page.press("Enter");
    await answer(chat, "Whole.");
    await tabTo(page, "[data-version='previous'] button", "back");
    await page.press("Enter");
    await untilSaid(page, "Half");
    // Where the step back was, there is one forward: the focus goes on from there.
    expect(await focus(page)).toContain("version");
    await tabTo(page, "[data-version='next'] button");
    await page.press("Enter");
    await untilSaid(page, "Whole.");
    await tabTo(page, "[data-copy]");
    await page.press("Enter");
    await page.until(`document.activeElement.innerText === "Copied"`);
    await tabTo(page, ".message--assistant [data-deletion] summary");
    await page.press("Enter");
    await page.press("Tab");
    expect(await focus(page)).toContain("For good");
    await page.press("Escape");
    expect(await focus(page)).toMatch(/^summary .*Delete/);
    await leaveDialogs(page);
    expect(await page.problems()).toEqual([]);
  },
  60_000,
);

browserTest(
  "a chat is renamed, pinned, deleted, had back, searched, given a model and left by keys alone",
  async () => {
    await using chat = await signedIn();
    const { app, page } = chat;
    await untilListed(app);
    await page.until(`document.activeElement.id === "text"`);
    await page.type("Tides and moons");
    await page.press("Enter");
    await answer(chat, "They pull.");
    await menu(page);
    await tabTo(page, "#menu-name");
    await retype(page, "Tides");
    await page.press("Enter");
    await page.until(`document.querySelector("#title").innerText === "Tides"`);
    expect(await focus(page)).toMatch(/^a .*What to do with/);
    await tabTo(page, ".sidebar__menu", "back");
    await page.press("Enter");
    await page.until(`document.querySelector("#menu").open`);
    await tabTo(page, "#menu form[data-op='conversation.pin'] button");
    await page.press("Enter");
    await page.until(`document.querySelector("[data-pinned]")`);
    expect(await focus(page)).toMatch(/^a sidebar__menu/);
    await menu(page);
    await tabTo(page, "#menu .button--danger");
    await page.press("Enter");
    await page.until(`document.querySelector(".plain")?.innerText.includes("is deleted")`);
    // Chromium tells of each answer that is an error.
    page.forgetProblems();
    await tabTo(page, ".plain .button");
    await page.press("Enter");
    await page.until(`document.querySelector("html[data-js] #thread article")`);
    await page.press("/");
    expect(await focus(page)).toContain("search");
    await page.type("pull");
    await page.until(`document.querySelector("#found a")`);
    await tabTo(page, "#found a");
    await page.press("Enter");
    await page.until(`location.search.startsWith("?at=") && document.readyState === "complete"`);
    await tabTo(page, "#model .pill");
    await page.press("Enter");
    await page.until(`document.activeElement.name === "q"`);
    await page.type("llama");
    await page.until(`document.querySelectorAll(".models tbody").length === 1`);
    await tabTo(page, ".models__choice");
    await page.press("Enter");
    await page.until(`document.querySelector("#model .pill").innerText.includes("Llama")`);
    await page.until(`!document.querySelector("dialog[open]")`);
    expect(await focus(page)).toMatch(/^a .*Llama/);
    await tabTo(page, "a.composer__tool");
    await page.press("Enter");
    await page.until(`document.querySelector("[data-sheet-dialog] .parameters")`);
    await tabTo(page, "[name=temperature]");
    await page.type("0.5");
    await tabTo(page, ".parameters .button");
    await page.press("Enter");
    await page.until(`!document.querySelector("dialog[open]")`);
    expect(await focus(page)).toMatch(/^a .*Parameters/);
    await tabTo(page, "a[href='/sessions']", "back");
    await page.press("Enter");
    await page.until(`document.querySelector(".sessions__row")`);
    await tabTo(page, ".sessions__row button");
    await page.press("Enter");
    await page.until(`document.activeElement.id === "password"`);
    expect(await page.problems()).toEqual([]);
  },
  60_000,
);

browserTest("what opens over the page keeps the focus, and Escape gives it back", async () => {
  await using chat = await signedIn();
  const { page } = chat;
  await page.until(`document.activeElement.id === "text"`);
  await page.press("k", ["Control"]);
  await page.until(`document.querySelector("[data-palette]").open`);
  await page.type("all keys");
  await page.press("Enter");
  await page.until(`document.querySelector("[data-shortcuts]").open`);
  for (let n = 0; n < 4; n += 1) {
    await page.press("Tab");
    // The browser's own bars have their turn, as the body.
    const isInside = `document.activeElement.closest("[data-shortcuts]") !== null`;
    expect(await page.evaluate(`${isInside} || document.activeElement === document.body`)).toBe(true);
  }
  await leaveDialogs(page);
  expect(await focus(page)).not.toBe("body");
});

async function signedIn(): Promise<Chat> {
  const chat = await openChat({ env, models: routerList() });
  await chat.page.until(`document.activeElement?.id === "password"`);
  await chat.page.type(env.PASSWORD);
  await chat.page.press("Enter");
  await chat.page.until(`document.querySelector("html[data-js] .composer")`);
  return chat;
}

async function answer({ page, model }: Chat, text: string): Promise<void> {
  await model.say(text);
  await untilSaid(page, text);
  await model.end();
  await untilEnded(page);
}

/** By the palette, which finds what is to be done with a conversation. */
async function menu(page: Page): Promise<void> {
  await page.press("k", ["Control"]);
  await page.until(`document.querySelector("[data-palette]").open`);
  await page.type("rename");
  await page.press("Enter");
  await page.until(`document.querySelector("#menu").open`);
}

async function leaveDialogs(page: Page): Promise<void> {
  await page.press("Escape");
  await page.until(`!document.querySelector("dialog[open]")`);
}

async function retype(page: Page, text: string): Promise<void> {
  await page.press("a", ["Control"]);
  await page.type(text);
}

/** Tab, as often as it takes; each thing on the way is to show that it has the focus. */
async function tabTo(page: Page, selector: string, way: "on" | "back" = "on"): Promise<void> {
  const passed: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    await page.press("Tab", way === "back" ? ["Shift"] : []);
    const { isThere, ...found } = await page.evaluate<Focus & { isThere: boolean }>(
      `({ ...${focused}, isThere: document.activeElement.matches(${JSON.stringify(selector)}) })`,
    );
    passed.push(nameOf(found));
    if (isThere) return;
  }
  throw new Error(`Tab does not lead to ${selector}, but by ${passed.join("; ")}`);
}

/** What has the focus, in words; throws where nobody could see it. */
async function focus(page: Page): Promise<string> {
  return nameOf(await page.evaluate<Focus>(focused));
}

type Focus = { name: string; trouble: string };

function nameOf({ name, trouble }: Focus): string {
  if (trouble !== "") throw new Error(`The focus is on ${name}: ${trouble}`);
  return name;
}

const focused = `(() => {
  const element = document.activeElement;
  if (element === document.body) return { name: "body", trouble: "" };
  const words = element.getAttribute("aria-label") ?? element.innerText?.trim().replaceAll(/\\s+/g, " ") ?? "";
  const name = element.localName + " " + element.className + " " + (element.name ?? "") + " " + words.slice(0, 60);
  const isOutlined = (each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  // A field without an outline has a frame that changes its colour; a hidden box, a label behind it.
  const framed = element.closest(".composer, .edit, .search, .palette");
  const { borderColor } = getComputedStyle(framed ?? element);
  const isFramed = framed !== null && borderColor !== getComputedStyle(document.querySelector(".header")).borderBottomColor;
  const label = element.nextElementSibling;
  const isSeen = isOutlined(element) || isFramed || (label !== null && isOutlined(label)) || element.role === "combobox";
  const shown = element.matches("input[type=checkbox]") && label ? label : element;
  const { left, top, right, bottom } = shown.getBoundingClientRect();
  const isInView = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  const isVisible = shown.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const trouble = !isSeen ? "nothing shows it" : !isInView ? "out of view" : !isVisible ? "not visible" : "";
  return { name, trouble };
})()`;
