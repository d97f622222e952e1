/** Two languages in a real browser: chosen once, everywhere at once, and narrow enough for a phone. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { openChat, reload, send, untilSaid, visit } from "./open-chat.ts";

browserTest(
  "a language that is chosen is everywhere, also in what comes next, and after a reload",
  async () => {
    await using chat = await openChat();
    const { model, page } = chat;
    await send(page, "Hello");
    await model.say("Half");
    await untilSaid(page, "Half");
    await page.evaluate("globalThis.isOld = true");
    await page.click('[name="language"][value="de"]');
    await page.until(`!globalThis.isOld && document.documentElement.lang === "de"`);
    expect(await page.evaluate("location.pathname")).toStartWith("/conversations/");
    expect(await page.text(".sidebar__group")).toBe("Heute");
    await model.say(" and half.");
    await untilSaid(page, "Half and half.");
    await model.end();
    await page.until(`document.querySelector(".message--assistant .message__actions")`);
    expect(await page.text(".message--assistant .message__actions")).toContain("Neu schreiben");
    expect(await page.evaluate(`document.querySelector("[data-said-aloud]").textContent`)).toBe(
      "Antwort fertig",
    );
    expect(await page.evaluate(`document.querySelector(".composer__button").ariaLabel`)).toBe("Senden");
    await reload(page);
    expect(await page.evaluate("document.documentElement.lang")).toBe("de");
    expect(await page.problems()).toEqual([]);
  },
);

browserTest(
  "without scripts a language is chosen by its form, and the palette lists it with them",
  async () => {
    await using plain = await openChat({ javascript: false });
    await plain.page.click('[name="language"][value="de"]');
    await plain.page.until(`document.documentElement.lang === "de"`);
    await using chat = await openChat();
    await chat.page.press("k", ["Control"]);
    await chat.page.until(`document.querySelector("[data-palette]").open`);
    await chat.page.type("deutsch");
    await chat.page.press("Enter");
    await chat.page.until(`document.documentElement.lang === "de"`);
  },
);

browserTest("German is no wider than its window at 320 px, on all pages", async () => {
  await using chat = await openChat({ env: { INFERENCE_URL: "", MODEL: "" } });
  const { app, page } = chat;
  await page.click('[name="language"][value="de"]');
  await page.until(`document.documentElement.lang === "de"`);
  await send(page, "Men are all alike");
  await page.until(`document.querySelector(".message--assistant .message__actions")`, 10_000);
  const here = await page.evaluate<string>("location.pathname");
  const id = here.split("/")[2];
  const paths = [
    here,
    "/",
    "/?temporary",
    "/conversations",
    "/search?q=alike",
    `${here}/about`,
    `${here}?edit=none`,
  ];
  const sheets = [`/parameters?conversation=${id}`, `/models?conversation=${id}`, "/usage", "/nowhere"];
  for (const path of [...paths, ...sheets]) {
    await visit(page, app.url + path);
    expect([path, await page.evaluate("document.documentElement.lang")]).toEqual([path, "de"]);
    for (const width of [320, 1280])
      expect([path, width, await isWider(page, width)]).toEqual([path, width, false]);
  }
});

async function isWider(page: Page, width: number): Promise<boolean> {
  await page.resize(width, 800);
  await page.until(`innerWidth === ${width}`);
  return page.evaluate<boolean>(
    `[document.documentElement, document.querySelector("[data-scroll]")].some((each) => each && each.scrollWidth > each.clientWidth)`,
  );
}
