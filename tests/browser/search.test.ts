/** Search in a real browser: as one types, as a page, and from a hit to its message. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { conversationId, fill, messageId, soleOwner } from "../support/fill.ts";
import { openChat, send, untilEnded, untilSaid, visit, type Chat } from "./open-chat.ts";

browserTest("what is typed into the box is found at once, marked, and leads to its message", async () => {
  await using chat = await filledChat();
  const { app, page } = chat;
  await visit(page, app.url);
  await page.evaluate(`document.activeElement.blur()`);
  await page.press("/");
  await page.type("needl");
  await page.until(`document.querySelector("#found .found__hit mark")`);
  expect(await page.text("#found mark")).toBe("needle");
  expect(await page.evaluate(`document.querySelector("#sidebar-rows").checkVisibility()`)).toBe(false);
  await page.click("#found .found__hit");
  await page.until(
    `location.pathname === "/conversations/${conversationId(7)}" && ${isInView(messageId(7, "question"))}`,
  );
  // It stays there when the line is up and the page has heard the news.
  await page.until(`document.querySelector("[data-state]").hidden`);
  expect(await page.evaluate(isInView(messageId(7, "question")))).toBe(true);
  await page.click("#search");
  await page.type("zebra");
  await page.until(`document.querySelector("#found").innerText.includes("Nothing found.")`);
  await page.press("Escape");
  await page.until(`document.querySelector("#sidebar-rows").checkVisibility()`);
  expect(await page.problems()).toEqual([]);
});

browserTest(
  "Enter leads to a page of all that is found, and what looks like HTML is text there [I1]",
  async () => {
    await using chat = await filledChat();
    const { page } = chat;
    const hostile = `<img src=x onerror="document.title='owned'">`;
    await page.click("#search");
    await page.type(`"${hostile}`);
    await page.until(`document.querySelector("#found mark")`);
    await page.press("Enter");
    await page.until(`location.pathname === "/search" && document.querySelector("#list .hit mark")`);
    expect(await page.text("#list .hit__text")).toBe(`Say ${hostile} to me`);
    expect(await page.evaluate(`document.querySelector("#list-search").value`)).toBe(`"${hostile}`);
    expect(await page.evaluate("document.title")).toBe("Search · Banter");
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("a hit in another version of a conversation says so, and shows it when asked", async () => {
  await using chat = await filledChat();
  const { app, model, page } = chat;
  await visit(page, app.url);
  await send(page, "Name a colour");
  for (const text of ["Vermilion.", "Chartreuse."]) {
    if (text !== "Vermilion.") await page.click('form[data-op="message.regenerate"] button');
    await model.say(text);
    await model.end();
    await untilSaid(page, text);
    await untilEnded(page);
  }
  await visit(page, `${app.url}/search?q=vermilion`);
  await page.click(".hit__head a");
  await page.until(`document.querySelector(".notice")?.innerText.includes("in another version")`);
  await page.click(".notice .button");
  await untilSaid(page, "Vermilion.");
  expect(await page.problems()).toEqual([]);
});

browserTest(
  "without scripts one searches, renames, pins, tags, archives, deletes and undoes [B1]",
  async () => {
    await using chat = await filledChat({ javascript: false });
    const { app, page } = chat;
    await page.click("#search");
    await page.type("needle");
    await page.press("Enter");
    await page.until(`document.querySelector("#list .hit mark")`);
    await page.click(".hit__head a");
    await page.until(`document.querySelector("#thread article")`);
    const inMenu = async (button: string) => {
      await page.click(".about__menu");
      await page.until(`document.querySelector(".menu--page")`);
      await page.evaluate(
        `[...document.querySelectorAll(".menu button")].find(({ textContent }) => textContent === "${button}").click()`,
      );
    };
    await page.click(".about__menu");
    await page.until(`document.querySelector("#menu-name")`);
    await page.evaluate(`document.querySelector("#menu-name").select()`);
    await page.type("In the haystack");
    await page.press("Enter");
    await page.until(
      `document.querySelector("#title")?.textContent === "In the haystack" && document.querySelector("#thread article")`,
    );
    await inMenu("Pin");
    await page.until(`document.querySelector("#sidebar-rows [data-group]")?.textContent === "Pinned"`);
    await page.click(".about__menu");
    await page.until(`document.querySelector("#menu-tag")`);
    await page.click("#menu-tag");
    await page.type("Straw");
    await page.press("Enter");
    await page.until(`document.querySelector(".about .tag")?.textContent === "#straw"`);
    await inMenu("Archive");
    await page.until(`document.querySelector(".about .list__mark")?.textContent === "archived"`);
    await visit(page, `${app.url}/conversations?of=archived`);
    expect(await page.text(".list__title")).toBe("In the haystack");
    await page.click(".list__title");
    await page.until(`document.querySelector("#thread article")`);
    await inMenu("Delete");
    await page.until(`document.querySelector(".plain")?.innerText.includes("“In the haystack” is deleted")`);
    await page.click(".plain .button");
    await page.until(`document.querySelector("#thread article")`);
    expect(await page.problems()).toMatchObject([{ text: expect.stringContaining("410 (Gone)") }]);
    page.forgetProblems();
    await visit(page, `${app.url}/conversations?of=recent`);
    await page.click("#list .button--quiet");
    await page.until(`document.querySelector(".list__title")?.textContent === "Conversation 60"`);
    expect(await page.problems()).toEqual([]);
  },
);

/** A page of somebody who has written before; conversation 7 has a needle at its beginning, and is long. */
async function filledChat(options: { javascript?: boolean } = {}): Promise<Chat> {
  const chat = await openChat(options);
  const { app, model, page } = chat;
  if (options.javascript === false) {
    await page.click("#text");
    await page.type("Hello");
    await page.click(".composer__button");
  } else await send(page, "Hello");
  await model.say("Yes.");
  await model.end();
  await page.until(`document.querySelector(".receipt")`, 10_000);
  const db = app.live.file?.db;
  if (db === undefined) throw new Error("no store");
  fill(db, soleOwner(db), 80, {
    texts: (n) => {
      if (n === 7) return ["A needle in the haystack", "Hay.\n\n".repeat(200)];
      return n === 8
        ? [`Say <img src=x onerror="document.title='owned'"> to me`, "No."]
        : [`Question ${n}`, "Yes."];
    },
  });
  return chat;
}

function isInView(message: string): string {
  return `(() => {
    const { top, bottom } = document.getElementById("m-${message}")?.getBoundingClientRect() ?? {};
    return top >= 0 && bottom <= innerHeight;
  })()`;
}
