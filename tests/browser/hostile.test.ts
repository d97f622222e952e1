/** What a model writes does not run, however it comes: in a real browser, by letters, by words and all at once. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { HOSTILE } from "../support/hostile.ts";
import { newest, openChat, reload, send, untilEnded } from "./open-chat.ts";

const text = [...HOSTILE, "The end."].join("\n\n");

for (const [pace, length] of Object.entries({ "by letters": 3, "by words": 40, "all at once": 1e9 })) {
  browserTest(`a reply that came ${pace} runs nothing and asks for nothing [I1, I2]`, async () => {
    await using chat = await openChat({ limits: { patchMs: 5 } });
    const { app, model, page } = chat;
    const asked: string[] = [];
    await page.evaluate("((globalThis.alert = (what) => (globalThis.hit = what)), 0)");
    await send(page, "Hello");
    for (let at = 0; at < text.length; at += length) await model.say(text.slice(at, at + length));
    await model.end();
    await untilEnded(page);
    const streamed = await page.evaluate<string>(`${newest}.innerText`);
    expect(streamed).toContain("<script>alert(1)</script>");
    const found = () =>
      page.evaluate<string>(`JSON.stringify([
        globalThis.hit ?? null,
        ${newest}.querySelectorAll("script, style, img, iframe, svg, form, [style], [onclick], [onerror]").length,
        performance.getEntriesByType("resource").filter(({ name }) => !name.startsWith("${app.url}")).length,
      ])`);
    asked.push(await found());
    await reload(page);
    asked.push(await found());
    expect(asked).toEqual(["[null,0,0]", "[null,0,0]"]);
    expect(await page.problems()).toEqual([]);
  });
}
