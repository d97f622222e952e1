/** The pictures of pages where something is missing: a server, a way to it, scripts, or a right token. */
import { send, untilEnded, visit, type Chat } from "./open-chat.ts";
import type { Scene } from "./scenes-models.ts";
import { writeLongChat } from "../support/long-chat.ts";

const ownTokens = { OWN_TOKENS: "yes", INFERENCE_URL: "", MODEL: "org/model", HF_TOKEN: "hf_scripted" };

export const plainScenes: Record<string, Scene> = {
  // A table that a page reads is gone.
  fault: {
    async play({ app, page }) {
      app.live.file?.db.run("DROP TABLE model_usage");
      await visit(page, `${app.url}/usage`);
      await page.until(`document.querySelector(".plain__id")`);
    },
  },
  "offline-page": {
    async play({ app, page }) {
      await page.until(
        `navigator.serviceWorker.ready.then(({ active }) => active?.state === "activated")
          .then(async (isActive) => isActive && (await caches.match("/offline")) !== undefined)`,
      );
      await app.stop();
      await page.evaluate("location.reload()");
      await page.until(`document.querySelector("main.plain")`);
      // It comes again by itself, which would be in the middle of a look at it.
      await page.evaluate("window.stop()");
    },
  },
  "scripts-off": {
    async play(chat) {
      const { page, app, model } = chat;
      await withoutScripts(page, async () => {
        await visit(page, `${app.url}/`);
        await page.click("#text");
        await page.type("Which index makes a look-up by e-mail fast?");
        await page.click(".composer__button");
        await model.say("Index the **expression**:\n\n```sql\ncreate index on users (email);\n```\n");
        await model.end();
        await page.until(`document.querySelector(".receipt")`);
      });
    },
  },
  // With scripts, what is later comes before one is there.
  "far-up": {
    limits: { threadMessages: 4, threadMessagesMax: 20 },
    async play(chat) {
      const { page, app, model } = chat;
      await send(page, "Hello");
      await model.say("Hi.");
      await model.end();
      await untilEnded(page);
      const { conversation, messages } = await writeLongChat(app, 30);
      await withoutScripts(page, () =>
        visit(page, `${app.url}/conversations/${conversation}?at=${messages[21]}`),
      );
    },
  },
  "temporary-menu": {
    async play({ page, app, model }) {
      await visit(page, `${app.url}/?temporary`);
      await send(page, "Between us");
      await model.say("Of course.");
      await model.end();
      await untilEnded(page);
      await page.click(".about__menu");
      await page.until(`document.querySelector("#menu").open`);
    },
  },
  "token-wrong": {
    env: ownTokens,
    async play({ page, app }) {
      await visit(page, `${app.url}/token`);
      await page.click("#token");
      await page.type("no token");
      await page.press("Enter");
      await page.until(`document.querySelector("#trouble")`);
    },
  },
};

/** Scripts run again afterwards, for who looks at the page by them; it looks as if they did not. */
async function withoutScripts({ cdp, evaluate }: Chat["page"], play: () => Promise<void>): Promise<void> {
  await cdp("Emulation.setScriptExecutionDisabled", { value: true });
  await play();
  await cdp("Emulation.setScriptExecutionDisabled", { value: false });
  await evaluate(`(() => {
    const off = "(scripting: none)";
    for (const { cssRules } of document.styleSheets) {
      const rules = [...cssRules].flatMap((rule) => [rule, ...(rule.cssRules ?? [])]);
      for (const { media } of rules) if (media?.mediaText === off) media.mediaText = "all";
    }
  })()`);
}
