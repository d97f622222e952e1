/** How it looks where that can be measured: widths, sizes, contrast, the drawer, and no complaint of the browser. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { readCorpus } from "../support/corpus.ts";
import { fill as addConversations, soleOwner } from "../support/fill.ts";
import { type Chat, openChat, reload, send, untilEnded, untilSaid, visit } from "./open-chat.ts";

const wide = [
  `A ${"very".repeat(60)}long word, \`${"code".repeat(60)}\` and https://example.org/${"path".repeat(40)}.`,
  `\`\`\`${"info".repeat(10)}\n${"a long line ".repeat(40)}\n\`\`\``,
  `| ${"head | ".repeat(12)}\n|${"--|".repeat(12)}\n| ${"a_cell_without_a_break | ".repeat(12)}`,
  ...readCorpus().map(([, markdown]) => markdown),
].join("\n\n");

browserTest("no page is wider than its window, at 1280, 390 and 320 px", async () => {
  await using chat = await openChat();
  const { app, page } = chat;
  const widths = [1280, 390, 320];
  expect(await overflowAt(page, widths)).toEqual([]);
  await fill(chat);
  expect(await overflowAt(page, widths)).toEqual([]);
  for (const path of listPaths(await page.evaluate<string>("location.pathname"))) {
    await visit(page, app.url + path);
    expect([path, await overflowAt(page, widths)]).toEqual([path, []]);
  }
});

browserTest("on a phone the drawer opens on the same page, and closes by scrim and Escape", async () => {
  await using chat = await openChat({ phone: true });
  const { model, page } = chat;
  await page.click("#text");
  await page.type("Hello");
  await page.click(".composer__button");
  await model.say("Half");
  await untilSaid(page, "Half");
  await page.evaluate("globalThis.isSamePage = true");
  for (const close of [() => clickAt(page, 370, 400), () => page.press("Escape")]) {
    expect(await page.evaluate(isOpen)).toBe(false);
    await page.click("[data-menu]");
    await page.until(isOpen);
    expect(await page.text(".sidebar__row")).toContain("Hello");
    await close();
    await page.until(`!(${isOpen})`);
  }
  await model.say(" and half.");
  await untilSaid(page, "Half and half.");
  expect(await page.evaluate("globalThis.isSamePage")).toBe(true);
  await model.end();
  await untilEnded(page);
  expect(await page.problems()).toEqual([]);
});

browserTest("on a phone text is typed at 16 px, Enter breaks the line, buttons fit a finger", async () => {
  await using chat = await openChat({ phone: true });
  const { page } = chat;
  expect(
    await page.evaluate(`parseFloat(getComputedStyle(document.querySelector("#text")).fontSize)`),
  ).toBeGreaterThanOrEqual(16);
  await page.click("#text");
  await page.type("one");
  await page.press("Enter");
  expect(await page.evaluate(`document.querySelector("#text").value.startsWith("one")`)).toBe(true);
  expect(await page.evaluate(`document.querySelector("#thread").childElementCount`)).toBe(0);
  const sizes = await page.evaluate<number[]>(`[".composer__button", "[data-menu]"].flatMap((selector) => {
    const { width, height } = document.querySelector(selector).getBoundingClientRect();
    return [width, height];
  })`);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
});

for (const theme of ["light", "dark"] as const) {
  browserTest(`all text stands out from its ground by 4.5 to 1 in the ${theme} theme`, async () => {
    await using chat = await openChat({ dark: theme === "dark", env: { INFERENCE_URL: "", MODEL: "" } });
    const { app, page } = chat;
    expect(await page.evaluate(faintTexts)).toEqual([]);
    await visit(page, `${app.url}/conversations/none`);
    expect(await page.evaluate(faintTexts)).toEqual([]);
    await using other = await openChat({ dark: theme === "dark" });
    await fill(other);
    expect(await other.page.evaluate(faintTexts)).toEqual([]);
    const address = await other.page.evaluate<string>("location.pathname");
    for (const path of listPaths(address)) {
      await visit(other.page, other.app.url + path);
      expect([path, await other.page.evaluate(faintTexts)]).toEqual([path, []]);
    }
    await visit(other.page, other.app.url + address);
    await other.page.click(".about__menu");
    await other.page.until(`document.querySelector("#menu").open`);
    expect(await other.page.evaluate(faintTexts)).toEqual([]);
    await other.page.press("Escape");
    other.model.refuse(401, "Invalid username or password.");
    await send(other.page, "Again");
    await other.page.until(`document.querySelector(".card")`);
    expect(await other.page.evaluate(faintTexts)).toEqual([]);
  });
}

browserTest(
  "on the smallest phone actions stand in one line, and dates and names are not cut up",
  async () => {
    await using chat = await openChat();
    const { app, model, page } = chat;
    await send(page, "Hello");
    await model.say("Yes.");
    await model.end();
    await untilEnded(page);
    await page.resize(320, 640);
    await page.until("innerWidth === 320");
    const heights = (selector: string, key: "top" | "height") =>
      page.evaluate<number[]>(
        `[...document.querySelectorAll("${selector}")].map((each) => each.getBoundingClientRect().${key})`,
      );
    const actions = ".message--assistant .message__actions .quiet:not(.deletion__button)";
    const tops = await heights(actions, "top");
    expect(tops.length).toBeGreaterThan(3);
    expect(Math.max(...tops) - Math.min(...tops)).toBeLessThan(4);
    await visit(page, `${app.url}/usage`);
    const rows = await heights(".usage tbody th", "height");
    expect(rows.length).toBeGreaterThan(3);
    expect(Math.max(...rows)).toBeLessThan(32);
  },
);

browserTest("what is at the sidebar's foot stays in reach below a long list", async () => {
  await using chat = await openChat({ height: 600 });
  const { app, model, page } = chat;
  await send(page, "Hello");
  await model.say("Yes.");
  await model.end();
  await untilEnded(page);
  const { file } = app.live;
  if (file === null) throw new Error("no store");
  addConversations(file.db, soleOwner(file.db), 50);
  await reload(page);
  const isThere = `(() => {
    const { left, top } = document.querySelector("[data-archive]").getBoundingClientRect();
    return document.elementFromPoint(left + 4, top + 4)?.matches("[data-archive]");
  })()`;
  expect(await page.evaluate(isThere)).toBe(true);
  await page.evaluate(`document.querySelector("#sidebar").scrollTop = 1e9`);
  expect(await page.evaluate(isThere)).toBe(true);
});

browserTest("no page makes the browser complain", async () => {
  await using chat = await openChat({ env: { INFERENCE_URL: "", MODEL: "" } });
  const { page } = chat;
  await page.click("[data-idea]");
  await untilEnded(page);
  await reload(page);
  expect(await page.problems()).toEqual([]);
  await using other = await openChat();
  await fill(other);
  await reload(other.page);
  expect(await other.page.problems()).toEqual([]);
});

/** Pages that list things, the one with the menu of a conversation, and one that is not there. */
function listPaths(address: string): string[] {
  const lists = [
    "/conversations?of=recent",
    "/conversations?of=archived",
    "/search?q=unbroken",
    "/search?q=none",
  ];
  return [...lists, `${address}/about`, "/conversations/none"];
}

async function fill({ model, page }: Chat): Promise<void> {
  await send(page, "unbroken".repeat(40));
  await model.think("Let me see. ".repeat(20));
  await model.say(wide);
  await model.end();
  await untilEnded(page);
  await page.evaluate(`document.querySelector("[data-reasoning]").open = true`);
}

/** The widths at which something makes the page scroll sideways. */
async function overflowAt(page: Page, widths: number[]): Promise<number[]> {
  const found: number[] = [];
  for (const width of widths) {
    await page.resize(width, 800);
    await page.until(`innerWidth === ${width}`);
    const isWider = `[document.documentElement, document.querySelector("[data-scroll]")]
      .some((each) => each && each.scrollWidth > each.clientWidth)`;
    if (await page.evaluate(isWider)) found.push(width);
  }
  return found;
}

async function clickAt(page: Page, x: number, y: number): Promise<void> {
  for (const type of ["mousePressed", "mouseReleased"]) {
    await page.cdp("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  }
}

const isOpen = `document.querySelector(".sidebar").checkVisibility({ visibilityProperty: true })`;

/** Colours are read back from a canvas, where half-transparent grounds lie on those behind them. */
const faintTexts = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = () => {
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paint = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
  };
  const contrast = (element) => {
    const line = [];
    for (let each = element; each; each = each.parentElement) line.unshift(getComputedStyle(each));
    for (const style of line) paint(style.backgroundColor);
    const ground = luminance();
    paint(getComputedStyle(element).color);
    const [low, high] = [ground, luminance()].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest("[aria-hidden], .visually-hidden, .skip, :disabled")) continue;
    const ratio = contrast(element);
    if (ratio < 4.5) faint.add(element.className + " " + element.localName + " " + ratio.toFixed(2));
  }
  return [...faint];
})()`;
