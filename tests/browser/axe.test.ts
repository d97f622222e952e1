/** What axe-core finds wrong with pages for those who don't see, hear or point: nothing, on every page and state. */
import { expect } from "bun:test";
import axe from "axe-core";
import { browserTest, type Page } from "../support/browser.ts";
import { openChat } from "./open-chat.ts";
import { scenes } from "./scenes.ts";

type Violation = { id: string; help: string; nodes: { html: string; failureSummary: string }[] };

/** A window on a desk in light, and a small phone in the dark. */
const screens = [
  { width: 1280, height: 800, theme: "light" },
  { width: 320, height: 640, theme: "dark" },
];

async function violationsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(`(() => { ${axe.source} })()`);
  for (const { width, height, theme } of screens) {
    await page.resize(width, height);
    const features = [
      { name: "prefers-color-scheme", value: theme },
      // What fades in would be measured while it is pale.
      { name: "prefers-reduced-motion", value: "reduce" },
    ];
    await page.cdp("Emulation.setEmulatedMedia", { features });
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    const { violations } = await page.evaluate<{ violations: Violation[] }>(
      `axe.run({ resultTypes: ["violations"] }).then(({ violations }) => ({ violations }))`,
    );
    for (const { id, help, nodes } of violations) {
      const ours = nodes.filter(({ html }) => id !== "heading-order" || !isInBody(html));
      if (ours.length === 0) continue;
      const where = ours.map(({ html }) => html.slice(0, 160)).join(" | ");
      found.push(`${theme}, ${width} px: ${id}: ${help}: ${where}`);
    }
  }
  return found;
}

/** Which headings a reply has, and in which order, is the model's to choose; only those have a direction of their own. */
function isInBody(html: string): boolean {
  return /^<h[1-6] dir="auto">/.test(html);
}

for (const [name, { play, ...settings }] of Object.entries(scenes)) {
  browserTest(`axe finds nothing wrong: ${name}`, async () => {
    await using chat = await openChat(settings);
    await play(chat);
    expect(await violationsOf(chat.page)).toEqual([]);
  });
}
