/** A page while text comes: what it ends as, and that it leaves the reader's place and selection alone. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { readCorpus } from "../support/corpus.ts";
import { randomOf, seedOf } from "../support/random.ts";
import { newest, newestHtml, openChat, type Chat, reload, send, untilEnded, untilSaid } from "./open-chat.ts";

const rich = readCorpus()
  .filter(([name]) => ["reply", "lists-loose", "tables", "code", "quotes", "tasks", "links"].includes(name))
  .map(([, markdown]) => markdown)
  .join("\n\n");

const paragraphs = (from: number, to: number) => {
  return Array.from({ length: to - from }, (_, index) => `Paragraph ${from + index}.\n\n`).join("");
};

for (const [pace, lengthMax] of Object.entries({ "by letters": 6, "by words": 40, "by pages": 1500 })) {
  browserTest(`a rich reply that came ${pace} is the page that is loaded afterwards`, async () => {
    await using chat = await openChat({ limits: { patchMs: 5 } });
    const { model, page } = chat;
    await send(page, "Everything you have");
    const random = randomOf(seedOf(pace));
    for (let at = 0; at < rich.length;) {
      const length = 1 + random.below(lengthMax);
      await model.say(rich.slice(at, at + length));
      at += length;
    }
    await model.end();
    await untilEnded(page);
    const streamed = await page.evaluate<string>(newestHtml);
    await reload(page);
    expect(await page.evaluate<string>(newestHtml)).toBe(streamed);
    expect(streamed).toContain("<table>");
    expect(await page.problems()).toEqual([]);
  });
}

browserTest(
  "a selection in the open paragraph stays while words come, and what changes more waits for it",
  async () => {
    await using chat = await openChat();
    const { model, page } = chat;
    await send(page, "Hello");
    await model.say("Some words to select,");
    await untilSaid(page, "select,");
    await page.evaluate(
      `getSelection().setBaseAndExtent(${newest}.querySelector("p").firstChild, 5, ${newest}.querySelector("p").firstChild, 10)`,
    );
    await model.say(" and more");
    await untilSaid(page, "select, and more");
    expect(await page.evaluate("String(getSelection())")).toBe("words");
    const seq = await page.evaluate<string>(seqOfPage);
    await model.say(" of *them*");
    await page.until(`${seqOfPage} !== "${seq}"`);
    expect(await page.evaluate("String(getSelection())")).toBe("words");
    expect(await page.evaluate(`${newest}.innerText`)).toBe("Some words to select, and more");
    await page.evaluate("getSelection().removeAllRanges()");
    await untilSaid(page, "select, and more of them");
    await model.say(" still.");
    await untilSaid(page, "them still.");
    await model.end();
    await untilEnded(page);
  },
);

browserTest("a selection is not in the way of the next paragraph or of the end", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Hello");
  await model.say("Some words");
  await untilSaid(page, "words");
  await page.evaluate(`getSelection().selectAllChildren(${newest}.querySelector("p"))`);
  await model.say(" more\n\nA second paragraph");
  await untilSaid(page, "A second paragraph");
  await model.end();
  await untilEnded(page);
  expect(await page.evaluate(`${newest}.innerText`)).toBe("Some words more\n\nA second paragraph");
});

/** A reply that is longer than the window, and goes on. */
async function overfill({ model, page }: Chat): Promise<void> {
  await send(page, "At length");
  await model.say(paragraphs(0, 40));
  await untilSaid(page, "Paragraph 39.");
  await page.until(isAtEnd);
}

browserTest("who scrolls up is left there, who is at the end is taken along", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await overfill(chat);
  await page.cdp("Input.dispatchMouseEvent", { type: "mouseWheel", x: 700, y: 300, deltaX: 0, deltaY: -400 });
  await page.until(`!document.querySelector("[data-to-end]").hidden`);
  await page.until(isStill);
  const top = await page.evaluate(topOfPage);
  await model.say(paragraphs(40, 60));
  await untilSaid(page, "Paragraph 59.");
  expect(await page.evaluate(topOfPage)).toBe(top);
  await page.click('.composer__button[aria-label="Stop"]');
  await untilEnded(page);
  expect(await page.evaluate(topOfPage)).toBe(top);
  await page.click("[data-to-end]");
  await page.until(isAtEnd);
  expect(await page.evaluate(`document.querySelector("[data-to-end]").hidden`)).toBe(true);
  await model.end();
  await page.click('form[data-op="message.continue"] button');
  await model.say(paragraphs(60, 70));
  await untilSaid(page, "Paragraph 69.");
  await page.until(isAtEnd);
});

browserTest("who scrolls up in the moment in which the page follows is left there, too", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await overfill(chat);
  // One scroll event tells of both: that the page followed, and that the reader left.
  await page.evaluate(`(() => {
    const body = ${newest}, scroller = ${scroller};
    let calls = 0;
    new ResizeObserver(() => {
      if (calls++ !== 1) return;
      scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -400, bubbles: true }));
      scroller.scrollTop -= 400;
    }).observe(body);
  })()`);
  await model.say(paragraphs(40, 42));
  await page.until(`!document.querySelector("[data-to-end]").hidden`);
  await page.until(isStill);
  expect(await page.evaluate(isAtEnd)).toBe(false);
  await model.end();
});

// A frame's own work comes before its layout is told of, a task's before its scrolling is.
for (const when of ["requestAnimationFrame", "setTimeout"]) {
  browserTest(
    `what goes at the end while more comes there, by ${when}, does not end the following`,
    async () => {
      await using chat = await openChat();
      const { model, page } = chat;
      await overfill(chat);
      // As where a card goes, something has the page laid out, and the first words come before the next frame.
      await page.evaluate(`(() => {
    const thread = document.querySelector("#thread"), scroller = ${scroller};
    const box = (height) => {
      const element = document.createElement("div");
      element.style.height = height + "px";
      thread.append(element);
      return element;
    };
    const card = box(150);
    const frames = (work) => requestAnimationFrame(() => requestAnimationFrame(work));
    return new Promise((done) => frames(() => ${when}(() => {
      card.remove();
      void scroller.scrollTop;
      box(400);
      frames(done);
    })));
  })()`);
      await page.until(isAtEnd);
      await model.say(paragraphs(40, 45));
      await untilSaid(page, "Paragraph 44.");
      await page.until(isAtEnd);
      await model.end();
    },
  );
}

const wheel = (page: Page, deltaY: number) => {
  return page.cdp("Input.dispatchMouseEvent", { type: "mouseWheel", x: 700, y: 300, deltaX: 0, deltaY });
};

const waysUp: Record<string, (page: Page) => Promise<unknown>> = {
  "a wheel that moves a little": (page) => wheel(page, -3),
  "a key": async (page) => {
    await page.evaluate(`${scroller}.focus()`);
    await page.press("PageUp");
  },
  "a finger": async (page) => {
    await page.cdp("Emulation.setTouchEmulationEnabled", { enabled: true });
    for (const [index, type] of ["touchStart", "touchMove", "touchMove", "touchMove"].entries()) {
      await page.cdp("Input.dispatchTouchEvent", { type, touchPoints: [{ x: 700, y: 300 + index * 40 }] });
    }
    await page.cdp("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  },
  "a link to what is above": (page) =>
    page.evaluate(`((document.querySelector("#thread article").id = "up"), (location.hash = "up"), 0)`),
  "a selection": (page) =>
    page.evaluate(`getSelection().selectAllChildren(${newest}.querySelector("p:nth-last-of-type(4)"))`),
};

for (const [way, go] of Object.entries(waysUp)) {
  browserTest(`text that comes does not take along who went up by ${way}`, async () => {
    await using chat = await openChat({ limits: { patchMs: 5 } });
    const { model, page } = chat;
    await send(page, "At length");
    await model.think("Hm");
    await model.say(paragraphs(0, 40));
    await untilSaid(page, "Paragraph 39.");
    await page.until(isAtEnd);
    const saying = new AbortController();
    const said = (async () => {
      while (!saying.signal.aborted) {
        await model.say("and on ");
        // As fast as the page can be asked anything.
        await page.evaluate("0");
      }
      await model.say(`\n\n${paragraphs(40, 50)}`);
    })();
    await page.until(`${newest}.innerText.includes("and on")`);
    await go(page);
    await page.until(isStill);
    const top = await page.evaluate(topOfPage);
    saying.abort();
    await said;
    await untilSaid(page, "Paragraph 49.");
    // With the frame after the words.
    await page.until(`!document.querySelector("[data-to-end]").hidden`);
    expect(await page.evaluate(topOfPage)).toBe(top);
    expect(await page.evaluate(isAtEnd)).toBe(false);
    await page.evaluate("getSelection().removeAllRanges()");
    await page.click("[data-to-end]");
    await page.until(isAtEnd);
    await model.say(paragraphs(50, 60));
    await untilSaid(page, "Paragraph 59.");
    await page.until(isAtEnd);
  });
}

browserTest("what is typed lets the page follow on", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "At length");
  await model.say(paragraphs(0, 40));
  await untilSaid(page, "Paragraph 39.");
  await page.click("#text");
  await page.type("a");
  await page.press("Home");
  await model.say(paragraphs(40, 60));
  await untilSaid(page, "Paragraph 59.");
  await page.until(isAtEnd);
  expect(await page.evaluate(`document.querySelector("[data-to-end]").hidden`)).toBe(true);
});

browserTest("the end stays in view when the window changes its shape", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "At length");
  await model.say(rich);
  await model.end();
  await untilEnded(page);
  for (const [width, height] of [
    [390, 844],
    [844, 390],
    [320, 640],
    [1280, 800],
  ] as const) {
    const screen = { width, height, deviceScaleFactor: 1, mobile: width < 1000 };
    await page.cdp("Emulation.setDeviceMetricsOverride", screen);
    await page.until(`innerWidth === ${width} && ${isAtEnd}`);
  }
});

browserTest("the composer stays where it is through send, stream, stop and notices", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  const place = () => page.evaluate<string>(placeOfComposer);
  const before = await place();
  await send(page, "Hello");
  const places = [await place()];
  await model.say("Some words");
  await untilSaid(page, "Some words");
  places.push(await place());
  await send(page, "Too early");
  places.push(await place());
  await model.say(paragraphs(0, 50));
  await untilSaid(page, "Paragraph 49.");
  places.push(await place());
  await model.end();
  // What was too early goes out by itself.
  await model.say("Some more words");
  await untilSaid(page, "Some more words");
  await model.end();
  await untilEnded(page);
  expect([...places, await place()]).toEqual(Array(5).fill(before));
});

const scroller = `document.querySelector("[data-scroll]")`;
const topOfPage = `${scroller}.scrollTop`;
const isAtEnd = `${scroller}.scrollHeight - ${scroller}.clientHeight - ${scroller}.scrollTop < 2`;
const isStill = `((top) => new Promise((done) => setTimeout(() => done(top === ${topOfPage}), 100)))(${topOfPage})`;
const seqOfPage = `document.querySelector("[data-running]").dataset.seq`;
const placeOfComposer = `JSON.stringify(document.querySelector("[data-composer]").getBoundingClientRect())`;
