/** What is read, and what only came: a tab behind others shows a reply to nobody. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { watchedTopics } from "../../src/server/connection.ts";
import { openChat, reload, send, untilSaid } from "./open-chat.ts";

/** As a window is put away, and taken out again: each of the browser's tabs has one of its own. */
async function put(page: Page, windowState: "minimized" | "normal"): Promise<void> {
  const { windowId } = (await page.cdp("Browser.getWindowForTarget")) as { windowId: number };
  await page.cdp("Browser.setWindowBounds", { windowId, bounds: { windowState } });
  await page.until(`document.hidden === ${windowState === "minimized"}`);
}

const writing = `document.querySelector(".sidebar__mark--writing")`;
const unread = `document.querySelector(".sidebar__mark:not(.sidebar__mark--writing)")`;

for (const [kind, carrier] of ["a socket", "a stream", "polls"].entries()) {
  browserTest(
    `by ${carrier}, a reply that ends where nobody looks is unread until the tab is shown`,
    async () => {
      await using chat = await openChat();
      const { app, model, page } = chat;
      await using other = await page.openTab(app.url);
      await page.evaluate(`sessionStorage.setItem("banter.carrier", "${kind}")`);
      await reload(page);
      await send(page, "Hello");
      await model.say("Half");
      await untilSaid(page, "Half");
      const conversation = await page.evaluate<string>("location.pathname.slice(-36)");
      // Between two polls a page is in no topic at all.
      const isIn = (kind: string) =>
        [...watchedTopics(app.live.connections)].some(
          (topic) => topic.startsWith(kind) && topic.endsWith(conversation),
        );
      while (!isIn("eyes:")) await Bun.sleep(5);
      await put(page, "minimized");
      while (!isIn("bodies:") || isIn("eyes:")) await Bun.sleep(5);
      await model.end();
      await other.until(`!${writing} && ${unread}`);
      await put(page, "normal");
      for (const each of [page, other]) await each.until(`!${writing} && !${unread}`);
      expect(await page.problems()).toEqual([]);
    },
  );
}
