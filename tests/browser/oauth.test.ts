/** Signing in with a provider, in a browser: there and back, a reply that one's own account pays for, and out again. */
import { expect } from "bun:test";
import { connected } from "../support/app.ts";
import { browserTest } from "../support/browser.ts";
import { oauthEnv, startProvider } from "../support/oauth.ts";
import { openChat, send, untilEnded, untilSaid } from "./open-chat.ts";

browserTest("one button leads to the provider and back to a chat, and out again [A9]", async () => {
  await using provider = await startProvider({ denies: true });
  const env = oauthEnv(provider, { INFERENCE_URL: "", MODEL: "org/model" });
  await using chat = await openChat({ env });
  const { app, page, model } = chat;
  const button = `a.button[href^="/signin/start"]`;
  await page.until(`document.querySelector('${button}')`);
  await page.click(button);
  await page.until(`document.querySelector(".signin__trouble")`);
  expect(await page.text(".signin__trouble")).toBe("You did not allow it, so nothing has changed.");
  // Chromium tells of each answer that is an error.
  page.forgetProblems();
  provider.is.denies = false;
  await page.click(button);
  await page.until(`document.querySelector(".composer")`);
  expect(await page.evaluate<string>("location.pathname + location.search")).toBe("/");
  const cookies = await page.cookies();
  expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, "Lax"]]);
  await connected(app, 1);
  await send(page, "Hello");
  await model.say("Well met.");
  await untilSaid(page, "Well met");
  await model.end();
  await untilEnded(page);
  const access = provider.given.find((each) => each.startsWith("access"));
  expect(model.upstream.requests[0]?.headers["authorization"]).toBe(`Bearer ${access}`);
  await page.click('.sidebar__foot a[href="/sessions"]');
  await page.until(`document.querySelector(".sessions__row")`);
  await page.click(".sessions__row button");
  await page.until(`document.querySelector('${button}')`);
  expect(await page.problems()).toEqual([]);
});
