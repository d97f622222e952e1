/** What any running Banter must do, from source or as an executable: a page, its assets, a probe, a streamed reply. */
import { expect } from "bun:test";
import { openTab } from "./tab.ts";
import { delta, done, finish, gate, type Upstream, usage } from "./upstream.ts";

/** The program's endpoint is that upstream. */
export async function smoke(upstream: Upstream, url: string): Promise<void> {
  // The second half waits until the first has been seen.
  const held = gate();
  const more = "and **half**\n\n```js\nlet a\n```\n\n$x$";
  const script = [delta("Half "), held, delta(more), finish("stop"), usage(3, 2), done()];
  upstream.answer((_, reply) => reply.stream(script));
  const page = await fetch(url);
  expect(page.status).toBe(200);
  const paths = [...(await page.text()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
    ([, path]) => path,
  );
  expect(paths.map((path) => path?.replace(/-[0-9a-z]+\./, "."))).toEqual(
    expect.arrayContaining(["/assets/app.css", "/assets/app.js"]),
  );
  for (const path of paths) {
    const asset = await fetch(`${url}${path}`);
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    expect((await asset.bytes()).length).toBeGreaterThan(100);
  }
  expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: "ok" });
  const tab = await openTab(url);
  await tab.send("Hello");
  await tab.until(() => tab.body() === '<p dir="auto">Half</p>');
  held.release();
  await tab.ended();
  expect(tab.body()).toStartWith('<p dir="auto">Half and <strong>half</strong></p>');
  // These are loaded when they are needed.
  expect(tab.body()).toContain("<c-l><c-k>let</c-k>");
  expect(tab.body()).toContain("<math><mi>x</mi></math>");
  tab.drop();
}
