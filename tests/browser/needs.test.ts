/** What readers ask of their browser: colours of their own, more contrast, no motion, twice the size, a keyboard on the screen. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { newest, openChat, send, untilEnded, untilSaid, type Chat } from "./open-chat.ts";

browserTest("with forced colours, what is chosen, unread, written or pressed is still told", async () => {
  await using chat = await openChat();
  const { app, page, model } = chat;
  await media(page, { "forced-colors": "active" });
  await send(page, "Hello");
  await model.say("Half a paragraph");
  await untilSaid(page, "Half");
  const canvas = await page.evaluate<string>(`getComputedStyle(document.documentElement).backgroundColor`);
  const ground = (selector: string, pseudo = "") =>
    page.evaluate<string>(
      `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), "${pseudo}").backgroundColor`,
    );
  expect(await ground(".message__body > p", "::after")).not.toBe(canvas);
  expect(await ground(".sidebar__link[aria-current]")).not.toBe(canvas);
  const mark = ".sidebar__link[aria-current] .sidebar__mark--writing";
  expect(await ground(mark)).not.toBe(await ground(".sidebar__link[aria-current]"));
  for (const each of [".composer__button", ".message__own"]) expect(await borderOf(page, each)).toBe(1);
  await page.click("#text");
  expect(await page.evaluate(`getComputedStyle(document.querySelector(".composer")).outlineWidth`)).toBe(
    "2px",
  );
  await model.end();
  await untilEnded(page);
  app.live.file?.db.run("UPDATE conversations SET is_unread = 1");
  await page.goto(app.url);
  await page.until(`document.querySelector(".sidebar__mark")`);
  expect(await ground(".sidebar__mark")).not.toBe(canvas);
  await page.press("k", ["Control"]);
  await page.until(`document.querySelector("[data-palette]").open`);
  expect(await ground('[role=option][aria-selected="true"]')).not.toBe(
    await ground('[role=option][aria-selected="false"]'),
  );
});

for (const theme of ["light", "dark"]) {
  browserTest(`where more contrast is asked for, text has 7 to 1 and lines 3 to 1 (${theme})`, async () => {
    await using chat = await openChat();
    const { page, model } = chat;
    await media(page, { "prefers-contrast": "more", "prefers-color-scheme": theme });
    await answered(chat, `**Bold** and [a link](https://example.org).\n\n${code}\n\n> [!WARNING]\n> Look.`);
    model.refuse(401, "Invalid username or password.");
    await send(page, "Again");
    await page.until(`document.querySelector(".card")`);
    expect(await page.evaluate(weakerThan(7))).toEqual([]);
    const line = await page.evaluate<number>(`(() => {
      ${contrastOf}
      const { borderBlockEndColor } = getComputedStyle(document.querySelector(".header"));
      return contrast(borderBlockEndColor, [getComputedStyle(document.documentElement).backgroundColor]);
    })()`);
    expect(line).toBeGreaterThanOrEqual(3);
  });
}

browserTest("where motion is not wanted nothing moves, not even while a reply comes", async () => {
  await using chat = await openChat({ reducedMotion: true });
  const { page, model } = chat;
  await send(page, "Hello");
  await model.say("Half");
  await untilSaid(page, "Half");
  const moving = `document.getAnimations().map((each) => each.effect.target.className)`;
  expect(await page.evaluate(moving)).toEqual([]);
  const moved = `[...document.querySelectorAll("*")].filter((each) => {
    const { transitionDuration, scrollBehavior } = getComputedStyle(each);
    return scrollBehavior === "smooth" || transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
  }).map((each) => each.className)`;
  expect(await page.evaluate(moved)).toEqual([]);
  await media(page, { "prefers-reduced-motion": "no-preference" });
  expect(await page.evaluate(moving)).not.toEqual([]);
});

browserTest("at twice the size all fits, and what is laid over the page can be used", async () => {
  await using chat = await openChat();
  const { page } = chat;
  await answered(chat, `${"A long sentence. ".repeat(40)}\n\n${code}`);
  // 1280 × 800 at 200 % has this many CSS pixels.
  await page.resize(640, 400);
  await page.until("innerWidth === 640");
  const isWider = `document.documentElement.scrollWidth > innerWidth`;
  expect(await page.evaluate(isWider)).toBe(false);
  expect(await isInView(page, ".composer__button")).toBe(true);
  expect(await page.evaluate<number>(`document.querySelector("[data-scroll]").clientHeight`)).toBeGreaterThan(
    160,
  );
  for (const [open, last] of [
    ["#model .pill", "[data-sheet-dialog] .sheet__close"],
    ["a.composer__tool", "[data-sheet-dialog] .parameters .button"],
    [".about__menu", "#menu .menu__close button"],
  ] as const) {
    await page.click(open);
    await page.until(`document.querySelector("dialog[open] :is(.models, .parameters, .menu__form)")`);
    expect(await page.evaluate(isWider)).toBe(false);
    // Scrolled to where there is no room for all.
    await page.evaluate(
      `document.querySelector(${JSON.stringify(last)}).scrollIntoView({ block: "nearest" })`,
    );
    expect([last, await isInView(page, last)]).toEqual([last, true]);
    await page.press("Escape");
    await page.until(`!document.querySelector("dialog[open]")`);
  }
});

browserTest(
  "with the keyboard of a small phone open, the composer and the newest words are in view",
  async () => {
    await using chat = await openChat({ phone: true, width: 320, height: 568 });
    const { page, model } = chat;
    const keyboard = (isOpen: boolean) =>
      page.cdp("Emulation.setDeviceMetricsOverride", {
        width: 320,
        height: isOpen ? 300 : 568,
        deviceScaleFactor: 2,
        mobile: true,
      });
    await answered(chat, `${"A long sentence. ".repeat(60)}\n\nThe end.`);
    await page.click("#text");
    await keyboard(true);
    await page.until("innerHeight === 300");
    await page.type(
      "What of a long question, that takes many lines on a screen as narrow as this one? ".repeat(4),
    );
    expect(await page.evaluate(`document.documentElement.scrollHeight`)).toBe(300);
    for (const each of [".composer__button", ".header .pill"])
      expect([each, await isInView(page, each)]).toEqual([each, true]);
    // What is being written leaves room for what it answers.
    const roomPx = await page.evaluate<number>(`document.querySelector("[data-scroll]").clientHeight`);
    expect(roomPx).toBeGreaterThan(90);
    await page.until(`(${isVisible})(document.querySelector("#thread > :last-child .message__foot"))`);
    expect(await page.evaluate(`document.querySelector('meta[name="viewport"]').content`)).toContain(
      "interactive-widget=resizes-content",
    );
    await page.click(".composer__button");
    await model.say("Eight.");
    await untilSaid(page, "Eight.");
    expect(await page.evaluate(`(${isVisible})(${newest})`)).toBe(true);
    await keyboard(false);
    await page.until(`innerHeight === 568`);
    expect(await isInView(page, ".composer__button")).toBe(true);
  },
);

const code = "```ts\nconst answer: number = 42; // why not\n```";

async function answered({ page, model }: Chat, text: string): Promise<void> {
  await page.click("#text");
  await page.type("Hello");
  // Enter breaks the line on a phone.
  await page.click(".composer__button");
  await model.say(text);
  await model.end();
  await untilEnded(page);
}

async function media(page: Page, features: Record<string, string>): Promise<void> {
  await page.cdp("Emulation.setEmulatedMedia", {
    features: Object.entries(features).map(([name, value]) => ({ name, value })),
  });
  const [name, value] = Object.entries(features)[0] ?? [];
  await page.until(`matchMedia("(${name}: ${value})").matches`);
}

const isVisible = `(element) => {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const at = document.elementFromPoint((left + right) / 2, bottom - 4);
  return bottom <= innerHeight && right <= innerWidth && left >= 0 && element.contains(at);
}`;

function isInView(page: Page, selector: string): Promise<boolean> {
  return page.evaluate(`(${isVisible})(document.querySelector(${JSON.stringify(selector)}))`);
}

function borderOf(page: Page, selector: string): Promise<number> {
  return page.evaluate(
    `parseFloat(getComputedStyle(document.querySelector(${JSON.stringify(selector)})).borderTopWidth)`,
  );
}

/** Colours are painted over each other and read back, so that half-transparent ones count as they look. */
const contrastOf = `
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (color, grounds) => {
    let ground = 0;
    for (const each of grounds) ground = paint(each);
    const [low, high] = [ground, paint(color)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };`;

function weakerThan(ratio: number): string {
  return `(() => {
    ${contrastOf}
    const weak = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
      if (element.closest("[aria-hidden], .visually-hidden, .skip, :disabled")) continue;
      const grounds = [];
      for (let each = element; each; each = each.parentElement) grounds.unshift(getComputedStyle(each).backgroundColor);
      const found = contrast(getComputedStyle(element).color, grounds);
      if (found < ${ratio}) weak.add(element.className + " " + element.localName + " " + found.toFixed(2));
    }
    return [...weak];
  })()`;
}
