/** No string becomes HTML in the page but by the one policy of ours: a real browser refuses all others, and tells. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { newest, openChat, send, untilEnded } from "./open-chat.ts";

browserTest(
  "the page runs under its policy without a report, and nothing else makes HTML of a string [B4, I13]",
  async () => {
    await using chat = await openChat();
    const { model, page } = chat;
    await send(page, "Hello");
    await model.say("# Words\n\n- one\n- two\n\n```js\nlet a = 1;\n```\n\n$x^2$");
    await model.end();
    await untilEnded(page);
    expect(await page.problems()).toEqual([]);
    expect(await page.evaluate<string>(`${newest}.querySelector("li").innerText`)).toBe("one");
    const refused = await page.evaluate<string>(`JSON.stringify([
    () => (document.createElement("div").innerHTML = "<b>x</b>"),
    () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"),
    () => new DOMParser().parseFromString("<b>x</b>", "text/html"),
    () => (document.createElement("iframe").srcdoc = "<b>x</b>"),
    () => (document.createElement("script").src = "/assets/x.js"),
    () => trustedTypes.createPolicy("other", { createHTML: (html) => html }),
    () => trustedTypes.createPolicy("banter", { createHTML: (html) => html }),
  ].map((act) => { try { act(); return "done"; } catch (error) { return error.name; } }))`);
    expect(new Set(JSON.parse(refused))).toEqual(new Set(["TypeError"]));
    expect((await page.problems()).length).toBeGreaterThan(0);
  },
);
