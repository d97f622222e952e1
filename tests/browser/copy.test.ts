/** Copy: a reply as Markdown, a block of code as it is, also where the clipboard is out of reach. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { makeLink } from "./sharing.ts";
import { openChat, send, untilEnded } from "./open-chat.ts";

browserTest("Copy gives the reply as it was written, and a block of code as it is", async () => {
  await using chat = await openChat();
  const { app, model, page } = chat;
  await send(page, "Hello");
  await model.say("Run **this**:\n\n```sh\nls -l\n\tcd ..\n```\n\nDone.");
  await model.end();
  await untilEnded(page);
  await allowClipboard(page, app.url);
  await page.click("[data-copy]");
  await page.until(`document.querySelector("[data-copy]").innerText === "Copied"`);
  expect(await copied(page)).toBe("Run **this**:\n\n```sh\nls -l\n\tcd ..\n```\n\nDone.");
  await page.click("[data-copy-code]");
  await page.until(`document.querySelector("[data-copy-code]").innerText === "Copied"`);
  expect(await copied(page)).toBe("ls -l\n\tcd ..\n");
  expect(await page.problems()).toEqual([]);
});

browserTest("Copy says that it has, and is itself again however often it was clicked", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Hello");
  await model.say("Copy me.");
  await model.end();
  await untilEnded(page);
  await page.evaluate("((globalThis.later = []), (globalThis.setTimeout = (work) => later.push(work)), 0)");
  for (const clicks of [1, 2]) {
    await page.click("[data-copy]");
    await page.until(`later.length === ${clicks}`);
    expect(await page.text("[data-copy]")).toBe("Copied");
  }
  await page.evaluate("later.forEach((work) => work())");
  expect(await page.text("[data-copy]")).toBe("Copy");
});

browserTest("Copy works where the browser keeps its clipboard to itself", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  await send(page, "Hello");
  await model.say("Copy *me*.");
  await model.end();
  await untilEnded(page);
  await page.evaluate("navigator.clipboard.write = () => Promise.reject(new Error('forbidden'))");
  await page.evaluate(
    "document.addEventListener('copy', () => globalThis.taken = String(document.activeElement.value))",
  );
  await page.click("[data-copy]");
  expect(await page.until("globalThis.taken")).toBe("Copy *me*.");
  expect(await page.evaluate("document.activeElement.dataset.copy")).toBeString();
  expect(await page.problems()).toEqual([]);
});

browserTest("a link is copied by a button, which is there where scripts are", async () => {
  await using chat = await openChat();
  const { app, page, model } = chat;
  await allowClipboard(page, app.url);
  await send(page, "What is a walrus?");
  await model.say("A walrus is large.");
  await model.end();
  await untilEnded(page);
  const link = await makeLink(page);
  const button = `document.querySelector("[data-copy-link]")`;
  expect(await page.until<string>(`${button}.ariaLabel`)).toStartWith("Copy the link to ");
  // It says so for a moment only, in which nobody may look.
  await page.evaluate(`(() => {
    globalThis.said = [];
    new MutationObserver(() => said.push(${button}.textContent + ", " + ${button}.ariaLabel))
      .observe(${button}, { childList: true });
  })()`);
  await page.click("[data-copy-link]");
  const said = await page.until<string[]>("said.length === 2 && said");
  expect(said).toEqual(["Copied, Copied", expect.stringMatching(/^Copy, Copy the link to /)]);
  expect(await copied(page)).toBe(link);
  expect(await page.problems()).toEqual([]);
  await using plain = await page.openTab(`${app.url}/shares`, { javascript: false });
  expect(await plain.evaluate<boolean>(`${button}.checkVisibility()`)).toBe(false);
});

async function allowClipboard(page: Page, origin: string): Promise<void> {
  const { targetInfo } = (await page.cdp("Target.getTargetInfo")) as {
    targetInfo: { browserContextId: string };
  };
  const permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
  const { browserContextId } = targetInfo;
  await page.cdp("Browser.grantPermissions", { origin, permissions, browserContextId });
}

function copied(page: Page): Promise<string> {
  return page.evaluate("navigator.clipboard.readText()");
}
