/** Without a way to the server: a page that says so, that comes back by itself; and Banter as a program of its own. */
import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "../support/app.ts";
import { browserTest, openPage, type Page } from "../support/browser.ts";

const heading = `document.querySelector("h1")?.textContent`;
const isKept = `caches.match("/offline").then((page) => page !== undefined)`;
/** Its style sheet has been kept with it. */
const isStyled = `getComputedStyle(document.querySelector(".plain")).display === "grid"`;

async function untilKept(page: Page): Promise<void> {
  await page.until(`navigator.serviceWorker.ready.then(({ active }) => active?.state === "activated")`);
  await page.until(isKept);
}

browserTest("where nothing gets through, a page says so, and goes on when something does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-offline-"));
  const start = (port: string) => startApp({ dataPath: join(folder, "banter.db"), env: { PORT: port } });
  let app = await start("0");
  try {
    await using page = await openPage(app.url);
    await untilKept(page);
    await page.evaluate(`localStorage.setItem("mine", "kept")`);
    await app.stop();
    await page.evaluate(`location.reload()`);
    await page.until(`${heading} === "No connection to Banter"`);
    expect(await page.evaluate(isStyled)).toBe(true);
    expect(await page.evaluate(`localStorage.getItem("mine")`)).toBe("kept");
    app = await start(new URL(app.url).port);
    await page.until(`document.querySelector("#text")`, 20_000);
  } finally {
    await app[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
});

browserTest("what the browser needs to install it is there, and what it keeps is no chat", async () => {
  await using app = await startApp();
  await using page = await openPage(app.url);
  await untilKept(page);
  const manifest = await page.evaluate<{ start_url: string; icons: { src: string; sizes: string }[] }>(
    `fetch(document.querySelector("link[rel=manifest]").href).then((response) => response.json())`,
  );
  expect(manifest.start_url).toBe("/");
  for (const { src, sizes } of manifest.icons) {
    const size = `new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image.naturalWidth + "x" + image.naturalHeight);
      image.onerror = reject;
      image.src = ${JSON.stringify(src)};
    })`;
    if (sizes === "any")
      expect((await fetch(app.url + src)).headers.get("content-type")).toBe("image/svg+xml");
    else expect(await page.evaluate<string>(size)).toBe(sizes);
  }
  const kept = await page.evaluate<string[]>(
    `caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((each) => each.keys()))))
      .then((requests) => requests.flat().map(({ url }) => new URL(url).pathname))`,
  );
  expect(kept).toContain("/offline");
  for (const path of kept) expect(path).toMatch(/^\/(offline$|assets\/)/);
  expect(await page.problems()).toEqual([]);
});
