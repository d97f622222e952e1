/** What is being written is kept: in its conversation, over reloads and newer versions, and without storage. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { openChat, reload, send, untilEnded, visit, type Chat } from "./open-chat.ts";

browserTest(
  "each conversation keeps its own draft, while one looks elsewhere and after a reload",
  async () => {
    await using chat = await talking();
    const { app, page } = chat;
    const address = await page.url();
    await type(page, "for this one");
    await visit(page, app.url);
    expect(await draft(page)).toBe("");
    await type(page, "for a new one");
    await visit(page, address);
    expect(await draft(page)).toBe("for this one");
    await type(page, ", and more");
    await reload(page);
    expect(await draft(page)).toBe("for this one, and more");
    await visit(page, app.url);
    expect(await draft(page)).toBe("for a new one");
    await using other = await page.openTab(address);
    expect(await draft(other)).toBe("for this one, and more");
    expect(await page.problems()).toEqual([]);
  },
);

const withoutStorage: Record<string, string> = {
  full: `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };`,
  forbidden: `for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(globalThis, name, { get() { throw new DOMException("no", "SecurityError"); } });`,
};

for (const [what, source] of Object.entries(withoutStorage)) {
  browserTest(`a draft outlives a reload to a newer version though storage is ${what} [B5 P7]`, async () => {
    await using chat = await talking();
    const { app, page } = chat;
    // As it was while there was room.
    await type(page, "old");
    await page.cdp("Page.addScriptToEvaluateOnNewDocument", { source });
    await reload(page);
    await type(page, "new and longer");
    await page.evaluate("globalThis.isOld = true");
    // What a server of another version says to a page that joins.
    for (const socket of app.live.connections.sockets.values())
      socket.send(JSON.stringify({ type: "reload" }));
    await page.until(
      `!globalThis.isOld && document.readyState === "complete" && document.querySelector("main")`,
    );
    expect(await draft(page)).toContain("new and longer");
    await page.evaluate(`document.querySelector("#text").select()`);
    await page.press("Backspace");
    await reload(page);
    expect(await draft(page)).toBe("");
    await send(page, "Sent all the same");
    await chat.model.say("Yes.");
    await chat.model.end();
    await untilEnded(page);
    expect(await page.problems()).toEqual([]);
  });
}

async function talking(): Promise<Chat> {
  const chat = await openChat();
  await send(chat.page, "Hello");
  await chat.model.say("Yes.");
  await chat.model.end();
  await untilEnded(chat.page);
  return chat;
}

async function type(page: Page, text: string): Promise<void> {
  await page.click("#text");
  await page.type(text);
}

const draft = (page: Page) => page.evaluate<string>(`document.querySelector("#text").value`);
