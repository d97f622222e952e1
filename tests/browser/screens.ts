/** Makes pictures of every page and state, to be looked at: `bun tests/browser/screens.ts FOLDER [SCENE]`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { closeBrowser, type Page } from "../support/browser.ts";
import { openChat } from "./open-chat.ts";
import { scenes } from "./scenes.ts";

const widths = [1280, 390, 320];

async function take(page: Page, folder: string, name: string): Promise<void> {
  const still = { name: "prefers-reduced-motion", value: "reduce" };
  for (const width of widths) {
    const isPhone = width < 500;
    const screen = { width, height: isPhone ? 844 : 800, deviceScaleFactor: 1, mobile: isPhone };
    await page.cdp("Emulation.setDeviceMetricsOverride", screen);
    await page.cdp("Emulation.setTouchEmulationEnabled", { enabled: isPhone });
    for (const theme of ["light", "dark"]) {
      const features = [{ name: "prefers-color-scheme", value: theme }, still];
      await page.cdp("Emulation.setEmulatedMedia", { features });
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      await page.screenshot(join(folder, `${name}-${width}-${theme}.png`));
    }
  }
}

const [folder, only] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder that the pictures go to.");
await mkdir(folder, { recursive: true });
for (const [name, { play, ...settings }] of Object.entries(scenes)) {
  if (only !== undefined && !name.startsWith(only)) continue;
  await using chat = await openChat(settings);
  await play(chat);
  await take(chat.page, folder, name);
  console.log(name);
}
await closeBrowser();
