/** `bun tests/browser/work.ts`: what 1,000 tokens cost the page of a chat of 200 messages, on a quarter of the processor. */
import { loadavg } from "node:os";
import { closeBrowser } from "../support/browser.ts";
import { writeLongChat } from "../support/long-chat.ts";
import { feel, watchWork } from "./felt.ts";
import { openChat, send, untilEnded, visit } from "./open-chat.ts";

const plan = { tokens: 1000, perSecond: 100, slowdown: 4 };

async function measure(): Promise<void> {
  await using chat = await openChat();
  const { app, model, page } = chat;
  await send(page, "Hello");
  await model.say("Hi.");
  await model.end();
  await untilEnded(page);
  const { conversation } = await writeLongChat(app, 100);
  await visit(page, `${app.url}/conversations/${conversation}`);
  const palette = await feel(page, {
    type: "keydown",
    isShown: `document.querySelector("[data-palette]").open`,
    act: () => page.press("k", ["Control"]),
    undo: () => page.press("Escape"),
  });
  for (const count of [100, 150, 200]) {
    await page.evaluate(`((document.querySelector("[data-scroll]").scrollTop = 0), 0)`);
    await page.until(`document.querySelectorAll("[data-message]").length >= ${count}`);
  }
  await send(page, "Go on");
  const work = await watchWork(chat, plan);
  const [load] = loadavg();
  console.log(JSON.stringify({ date: new Date().toISOString(), load, palette, ...plan, work }, readable));
  await model.end();
}

function readable(_: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 100) / 100 : value;
}

await measure();
await closeBrowser();
