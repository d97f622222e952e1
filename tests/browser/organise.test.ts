/** The sidebar in a real browser: names, pins, tags, the archive, undo, marks, groups and a thousand rows. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { conversationId, fill, soleOwner, type Filled } from "../support/fill.ts";
import { openChat, reload, send, untilEnded, visit, type Chat } from "./open-chat.ts";

const hostile = `<img src=x onerror="document.title='owned'">`;

browserTest(
  "a name, a pin and a tag show in the other tab at once; the tag leads to what has it",
  async () => {
    await using chat = await talking();
    const { app, page } = chat;
    await using other = await page.openTab(app.url);
    await openMenu(page, ".about__menu");
    await page.evaluate(`document.querySelector("#menu-name").select()`);
    await page.type(hostile);
    await page.press("Enter");
    for (const each of [page, other]) await each.until(`${rowTitle} === ${JSON.stringify(hostile)}`);
    expect(await page.text("#title")).toBe(hostile);
    await openMenu(page, ".about__menu");
    await press(page, "Pin");
    for (const each of [page, other]) await each.until(`${firstGroup} === "Pinned"`);
    await openMenu(page, ".about__menu");
    await page.click("#menu-tag");
    await page.type(" #Tides & ‘moons’ ");
    await page.press("Enter");
    await page.until(`document.querySelector("#menu[open] .tag--button")`);
    await page.press("Escape");
    await other.until(`document.querySelector("#sidebar-tags .tag")`);
    await other.click("#sidebar-tags .tag");
    await other.until(`document.querySelector("#list .list__title")`);
    expect(await other.text("#title")).toBe("#tides & ‘moons’");
    expect(await other.text(".list__title")).toBe(hostile);
    await openMenu(page, ".about__menu");
    await page.click(".tag--button");
    await other.until(`document.querySelector("#list").innerText.includes("Nothing has this tag.")`);
    expect([...(await page.problems()), ...(await other.problems())]).toEqual([]);
  },
);

browserTest("what is deleted can be had back: by the line that says so, and from where it was", async () => {
  await using chat = await talking();
  const { app, page } = chat;
  filled(chat, 3);
  await reload(page);
  const row = `#c-${conversationId(1)}`;
  await openMenu(page, `[id="c-${conversationId(1)}"] .sidebar__menu`);
  await press(page, "Delete");
  await page.until(`!document.getElementById("${row.slice(1)}")`);
  expect(await page.text("[data-toast]")).toContain("Deleted.");
  await page.click(".toast__undo");
  await page.until(`document.getElementById("${row.slice(1)}")`);
  expect(await page.evaluate(titles)).toEqual([
    "Hello",
    "Conversation 0",
    "Conversation 1",
    "Conversation 2",
  ]);
  await openMenu(page, ".about__menu");
  await press(page, "Archive");
  await page.until(`!document.querySelector('.sidebar__row a[aria-current]')`);
  await page.click(".toast__undo");
  await page.until(`document.querySelector('.sidebar__row a[aria-current]')`);
  await using other = await page.openTab(await page.url());
  await openMenu(page, ".about__menu");
  await press(page, "Delete");
  for (const each of [page, other])
    await each.until(`document.querySelector(".plain")?.innerText.includes("“Hello” is deleted")`);
  await other.click(".plain .button");
  await other.until(`document.querySelector("#thread article")`);
  await visit(page, `${app.url}/conversations?of=deleted`);
  expect(await page.text("#list")).toContain("Nothing has been deleted.");
});

browserTest("a reply is marked while it is written, and as unread when nobody saw it end", async () => {
  await using chat = await openChat();
  const { app, model, page } = chat;
  await send(page, "Hello");
  await model.say("Half");
  await using home = await page.openTab(app.url);
  await home.until(`document.querySelector(".sidebar__mark--writing")`);
  await visit(page, app.url);
  await model.end();
  for (const each of [page, home])
    await each.until(`document.querySelector(".sidebar__mark:not(.sidebar__mark--writing)")`);
  await page.click(".sidebar__link");
  await page.until(`document.querySelector("#thread article")`);
  for (const each of [page, home]) await each.until(`!document.querySelector(".sidebar__mark")`);
});

browserTest("rows stand under the days of the reader's own zone, and move on when the day ends", async () => {
  await using chat = await talking();
  const { page } = chat;
  const dayMs = 86_400_000;
  const noonMs = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;
  filled(chat, 3, { updatedMs: (n) => noonMs - n * 10 * 3_600_000 });
  chat.app.live.file?.db.run("UPDATE conversations SET updated_ms = ? WHERE title = 'Hello'", [noonMs]);
  const source = `Date.now = () => ${noonMs} + (globalThis.passedMs ?? 0);`;
  await page.cdp("Page.addScriptToEvaluateOnNewDocument", { source });
  const groupsIn = async (timezoneId: string) => {
    await page.cdp("Emulation.setTimezoneOverride", { timezoneId });
    await reload(page);
    return page.evaluate<string[]>(groups);
  };
  expect(await groupsIn("UTC")).toEqual(["Today", "Yesterday"]);
  // At noon it is ten in the evening there, so that 20 hours before were still the same day.
  expect(await groupsIn("Asia/Vladivostok")).toEqual(["Today"]);
  expect(await groupsIn("Pacific/Honolulu")).toEqual(["Today", "Yesterday"]);
  await page.evaluate(`globalThis.passedMs = ${dayMs}`);
  await page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
  expect(await page.evaluate<string[]>(groups)).toEqual(["Yesterday", "Previous 7 days"]);
});

browserTest(
  "of 1,000 conversations the page has the newest, and older ones come as one scrolls [O9]",
  async () => {
    await using chat = await talking();
    const { page, app } = chat;
    filled(chat, 1000);
    await reload(page);
    expect(await page.evaluate(`document.querySelectorAll(".sidebar__row").length`)).toBe(60);
    const more = async (count: number) => {
      await page.evaluate(`document.querySelector("#sidebar").scrollTop = 1e9`);
      await page.until(`document.querySelectorAll(".sidebar__row").length >= ${count}`);
    };
    await more(120);
    await more(180);
    const shown = await page.evaluate<string[]>(titles);
    expect(shown).toEqual([
      "Hello",
      ...Array.from({ length: shown.length - 1 }, (_, n) => `Conversation ${n}`),
    ]);
    // One that is not on the page yet comes to its place when it is written in, and is there once.
    await using other = await page.openTab(`${app.url}/conversations/${conversationId(200)}`);
    await send(other, "Again");
    await page.until(
      `document.querySelector("#sidebar-rows .sidebar__title").textContent === "Conversation 200"`,
    );
    await more(240);
    expect(await page.evaluate(`document.querySelectorAll('[id="c-${conversationId(200)}"]').length`)).toBe(
      1,
    );
    expect(await page.problems()).toEqual([]);
  },
);

/** A page with one finished conversation, "Hello". */
async function talking(): Promise<Chat> {
  const chat = await openChat();
  await send(chat.page, "Hello");
  await chat.model.say("Yes.");
  await chat.model.end();
  await untilEnded(chat.page);
  return chat;
}

function filled({ app }: Chat, count: number, given: Filled = {}): void {
  const db = app.live.file?.db;
  if (db === undefined) throw new Error("no store");
  fill(db, soleOwner(db), count, given);
}

async function openMenu(page: Page, link: string): Promise<void> {
  await page.evaluate(`document.querySelector(${JSON.stringify(link)}).click()`);
  await page.until(`document.querySelector("dialog#menu").open`);
}

async function press(page: Page, label: string): Promise<void> {
  await page.evaluate(
    `[...document.querySelectorAll("#menu button")].find(({ textContent }) => textContent === "${label}").click()`,
  );
}

const titles = `[...document.querySelectorAll("#sidebar-rows .sidebar__title")].map(({ textContent }) => textContent)`;
const rowTitle = `document.querySelector("#sidebar-rows .sidebar__title")?.textContent`;
const firstGroup = `document.querySelector("#sidebar-rows [data-group]").textContent`;
const groups = `[...document.querySelectorAll("#sidebar-rows [data-group]:not([hidden])")].map(({ textContent }) => textContent)`;
