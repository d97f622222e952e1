/** Being blocked, in a browser: an admin presses a button, the other's open chat comes to the door, and is told there. */
import { expect } from "bun:test";
import { browserTest } from "../support/browser.ts";
import { newBrowser, oauthEnv, startProvider } from "../support/oauth.ts";
import { openChat, send, untilSaid, visit } from "./open-chat.ts";

browserTest(
  "who is blocked in mid-reply comes to the door, and reads why; the admin sees it done [A9]",
  async () => {
    await using provider = await startProvider({ claims: { preferred_username: "bob" }, subject: "2" });
    const env = oauthEnv(provider, { INFERENCE_URL: "", MODEL: "org/model", ADMINS: "@ann" });
    await using chat = await openChat({ env });
    const { app, page, model } = chat;
    const button = 'a.button[href^="/signin/start"]';
    await page.until(`document.querySelector('${button}')`);
    await page.click(button);
    await page.until(`document.querySelector(".composer")`);
    await send(page, "Hello");
    await model.say("Well met.");
    await untilSaid(page, "Well met");

    provider.is.claims = { preferred_username: "ann" };
    provider.is.subject = "1";
    const ann = newBrowser(app.url);
    await ann.signIn();
    const html = await (await ann.get("/admin?q=bob")).text();
    const [, account = ""] = /name="block" value="([^"]+)"/.exec(html) ?? [];
    const headers = { Cookie: ann.cookie(), Origin: app.url };
    const body = new URLSearchParams({ block: account });
    await fetch(`${app.url}/admin`, { method: "POST", headers, body, redirect: "manual" });

    await page.until(`document.querySelector('${button}')`);
    provider.is.claims = { preferred_username: "bob" };
    provider.is.subject = "2";
    await page.click(button);
    await page.until(`document.querySelector(".signin__trouble")`);
    expect(await page.text(".signin__trouble")).toStartWith("Your account is blocked here.");

    // In the same browser, which keeps nothing of bob's: ann comes to where he was, which is nothing to her.
    provider.is.claims = { preferred_username: "ann" };
    provider.is.subject = "1";
    await page.click(button);
    await page.until(`location.pathname.startsWith("/conversations/") && document.querySelector("main")`);
    expect(await page.text("h1")).toBe("There is no such page");
    // Chromium tells of each answer that is an error.
    page.forgetProblems();
    await visit(page, app.url);
    await page.click('.sidebar__foot a[href="/admin"]');
    await page.until(`document.querySelector(".account__blocked")`);
    await page.click(".account form .button");
    await page.until(`document.querySelector(".account__block")`);
    expect(await page.evaluate("document.querySelector('.account__blocked')")).toBeNull();
    expect(await page.evaluate<string>("location.hash")).toBe(`#a-${account}`);
    await page.click(".account__block summary");
    await page.click(".account__block .button");
    await page.until(`document.querySelector(".account__blocked")`);
    expect(await page.problems()).toEqual([]);
  },
  60_000,
);
