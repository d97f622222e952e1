/** Text from right to left among text from left to right, in a real browser. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { newest, openChat, reload, send, untilEnded } from "./open-chat.ts";

browserTest(
  "each block of a text has its own direction, and code always goes from left to right",
  async () => {
    await using chat = await openChat();
    const { page, model } = chat;
    await send(page, "שלום עולם\nHello world\nمرحبا");
    await model.say("שלום `a.b()` עולם.\n\nHello, world.\n\n- مرحبا\n- Hello\n  ");
    await model.say(
      `\n\n1. שלום\n\n   ${code.replaceAll("\n", "\n   ")}\n\n| א | b |\n|--|--|\n| א | b |\n\n> שלום`,
    );
    await model.end();
    await untilEnded(page);
    const check = async () => {
      const directions = (selector: string) =>
        page.evaluate<string>(`[...${newest}.querySelectorAll("${selector}")]
        .map((each) => getComputedStyle(each).direction).join(" ")`);
      expect(await directions(":scope > p")).toBe("rtl ltr");
      expect(await directions("ul > li")).toBe("rtl ltr");
      expect(await directions("td")).toBe("rtl ltr");
      expect(await directions("blockquote, table, ul, ol")).toBe("rtl rtl rtl rtl");
      expect(await directions(".code")).toBe("ltr");
      expect(await page.evaluate(`getComputedStyle(${newest}.querySelector(".code")).textAlign`)).toBe(
        "left",
      );
      // The first and the last line stand where the bubble ends, the second where it begins.
      expect(await page.evaluate(sidesOfOwn)).toEqual(["right", "left", "right"]);
    };
    await check();
    await reload(page);
    await check();
  },
);

const code = "```ts\nconst answer: number = 42; // why not\n```";

/** The side at which each line of one's own message stands, in a bubble that is wider than they are. */
const sidesOfOwn = `(() => {
  const own = document.querySelector("[data-own]");
  own.style.inlineSize = "20rem";
  const range = document.createRange();
  const node = own.firstChild;
  let start = 0;
  return node.data.split("\\n").map((line) => {
    range.setStart(node, start);
    range.setEnd(node, (start += line.length));
    start += 1;
    const { left, right } = range.getBoundingClientRect();
    const wide = own.getBoundingClientRect();
    return left - wide.left < wide.right - right ? "left" : "right";
  });
})()`;
