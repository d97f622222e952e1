/** A temporary chat, as who has it open sees it. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { openChat, reload, send, untilEnded, untilSaid } from "./open-chat.ts";

browserTest("a temporary chat says what it is, is not in the list, and outlives a reload", async () => {
  await using chat = await openChat();
  const { app, model, page } = chat;
  await page.click("[data-temporary]");
  await page.until(`location.search === "?temporary"`);
  expect(await page.text(".notice")).toContain("This chat is temporary.");
  await send(page, "Between us");
  await model.say("Of course.");
  await model.end();
  await untilEnded(page);
  expect(await page.text(".notice")).toContain("This chat is temporary.");
  expect(await page.evaluate(`document.querySelectorAll("#sidebar-rows li").length`)).toBe(0);
  await reload(page);
  await untilSaid(page, "Of course.");
  await send(page, "And this?");
  await model.say("This too.");
  await model.end();
  await untilSaid(page, "This too.");
  await untilEnded(page);
  expect(app.live.file?.db.query("SELECT * FROM messages").all()).toEqual([]);
  const kept = await page.evaluate(`JSON.stringify([localStorage, sessionStorage])`);
  expect(kept).not.toContain("Between us");
  await page.evaluate(`document.querySelector(".notice a").click()`);
  await page.until(`location.pathname === "/" && location.search === ""`);
  expect(await page.text(".notice")).toBeNull();
  expect(await page.problems()).toEqual([]);
});

browserTest("a tab whose temporary chat is gone is told so", async () => {
  await using chat = await openChat();
  const { app, model, page } = chat;
  await page.goto(`${app.url}/?temporary`);
  await send(page, "Between us");
  await model.say("Of course.");
  await model.end();
  await untilEnded(page);
  // As a restart does.
  app.live.memory?.db.run("DELETE FROM conversations");
  for (const socket of app.live.connections.sockets.values()) socket.terminate();
  await page.until(`document.querySelector("[data-state]").innerText.includes("gone")`);
  await untilSaid(page, "Of course.");
});
