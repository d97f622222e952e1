/** The pictures of what people take along, bring in and leave behind. */
import { visit } from "./open-chat.ts";
import type { Scene } from "./scenes-models.ts";

export const takeawayScenes: Record<string, Scene> = {
  takeaway: { play: ({ page, app }) => visit(page, `${app.url}/export`) },
  "takeaway-end": {
    env: { RETENTION_DAYS: "90" },
    async play({ page, app }) {
      await visit(page, `${app.url}/export`);
      await page.click("#word");
      await page.type("everything");
      await page.press("Enter");
      await page.until(`document.querySelector("#trouble")`);
      await page.evaluate(`document.querySelector("#end").scrollIntoView()`);
    },
  },
};
