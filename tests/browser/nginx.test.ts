/** A chat behind nginx with TLS, by the lines of deploy/README.md. */
import { expect, test } from "bun:test";
import { connected, upstreamEnv } from "../support/app.ts";
import { browserTest, openPage, type Page } from "../support/browser.ts";
import { nginx, startBehindNginx } from "../support/nginx.ts";
import { send, startModel, untilEnded, untilSaid } from "./open-chat.ts";

// Where none can be had, the run ends with a sentence that says so, and why: see ../run.ts.
const behindNginx: typeof browserTest = nginx === null ? (name, fn) => test.skip(name, fn) : browserTest;

behindNginx(
  "behind nginx one signs in, a reply streams by a WebSocket, and a reload of nginx cuts nothing off",
  async () => {
    await using model = await startModel();
    const env = { ...upstreamEnv(model.upstream), PASSWORD: "a red bicycle", HSTS_DAYS: "365" };
    await using place = await startBehindNginx({ env, limits: { shutdownMs: 50 } });
    const { app } = place;
    await using page = await openPage(place.url);
    await page.until(`document.activeElement?.id === "password"`);
    await page.type("a red bicycle");
    await page.press("Enter");
    await page.until(`document.querySelector(".composer")`);
    await connected(app, 1);
    const [cookie] = (await page.cookies()).filter(({ name }) => name.includes("banter"));
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax" });
    expect(cookie?.name).toStartWith("__Host-");
    expect(await page.evaluate<boolean>("isSecureContext")).toBe(true);
    await send(page, "Count");
    await model.say("One,");
    // Each is on the page before the model says the next: nothing is kept on the way.
    await untilSaid(page, "One,");
    await model.say(" two,");
    await untilSaid(page, "two,");
    const [before] = app.live.connections.sockets.keys();
    await place.nginx.reload();
    await model.say(" three,");
    await untilSaid(page, "three,");
    // The old worker ends two seconds later, and takes its connections with it.
    while (app.live.connections.sockets.size !== 1 || app.live.connections.sockets.has(before ?? ""))
      await Bun.sleep(5);
    await model.say(" four.");
    await untilSaid(page, "One, two, three, four.");
    await model.end();
    await untilEnded(page);
    expect(app.live.connections.streams.size).toBe(0);
    expect(await problemsOf(page)).toEqual([]);
  },
  60_000,
);

behindNginx(
  "behind an nginx that passes no WebSockets on, a reply streams by server-sent events",
  async () => {
    await using model = await startModel();
    const env = { ...upstreamEnv(model.upstream), ANONYMOUS: "yes" };
    const lines = {
      "proxy_set_header Upgrade $http_upgrade;": "",
      'proxy_set_header Connection "upgrade";': "",
    };
    await using place = await startBehindNginx({ env, lines, limits: { shutdownMs: 50 } });
    const { app } = place;
    await using page = await openPage(place.url);
    await send(page, "Count");
    for (const word of ["One,", " two,", " three."]) {
      await model.say(word);
      await page.until(
        `document.querySelector("#thread")?.innerText.includes(${JSON.stringify(word.trim())})`,
        20_000,
      );
    }
    expect([app.live.connections.sockets.size, app.live.connections.streams.size]).toEqual([0, 1]);
    await model.end();
    await untilEnded(page);
  },
  60_000,
);

/** Those of the network in between are told by the browser, and no fault of the page's. */
async function problemsOf(page: Page) {
  return (await page.problems()).filter(({ text }) => !/WebSocket connection/.test(text));
}
