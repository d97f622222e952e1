/** A budget that is spent: said where it was asked, with the words back in the composer. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { openChat, send, untilEnded } from "./open-chat.ts";

browserTest(
  "a turn past the budget is refused with what to do, and what was written stays [C1]",
  async () => {
    await using chat = await openChat({ env: { BUDGET_TURNS: "1" } });
    const { model, page } = chat;
    expect(await page.text("#budget")).toBe("0 of 1 turns today");
    await send(page, "Hello");
    await model.say("Well.");
    await model.end();
    await untilEnded(page);
    await page.until(
      `document.querySelector("#budget").innerText.startsWith("1 of 1 turns today. A new day begins")`,
    );
    await send(page, "And now?");
    await page.until(
      `document.querySelector("[data-state]").innerText.includes("That would go past your 1 turns for today")`,
    );
    expect(await page.evaluate<string>(`document.querySelector("#text").value`)).toBe("And now?");
    expect(await page.evaluate<number>(`document.querySelectorAll("#thread .message").length`)).toBe(2);
    await page.click("#budget a");
    await page.until(
      `document.querySelector("dialog[open]")?.innerText.includes("1 of 1 turns today (UTC)")`,
    );
    expect(await page.problems()).toEqual([]);
  },
);
