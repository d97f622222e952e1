/** A session that ends takes its lines along, of every kind, those that are just being opened too; others stay. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";
import { openLines } from "../support/lines.ts";
import { newBrowser, oauthEnv, startProvider } from "../support/oauth.ts";
import { loadTab } from "../support/tab.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

function signOut({ url }: TestApp, cookie: string, fields: Record<string, string> = {}): Promise<Response> {
  const headers = { Cookie: cookie, Origin: url };
  return fetch(`${url}/signout`, {
    ...{ method: "POST", headers, body: new URLSearchParams(fields), redirect: "manual" },
  });
}

test("one session ended from another loses its socket, stream and poll, and the other none [A9]", async () => {
  await using provider = await startProvider();
  await using app = await startApp({ env: oauthEnv(provider) });
  const [laptop, phone] = [newBrowser(app.url), newBrowser(app.url)];
  await laptop.signIn();
  await phone.signIn();
  const [kept, ended] = [await openLines(app, laptop.cookie()), await openLines(app, phone.cookie())];
  const page = await (await laptop.get("/sessions")).text();
  const others = page.split("<li").filter((row) => row.includes("signout") && !row.includes("this browser"));
  const [, session = ""] = /name="session" value="([^"]+)"/.exec(others.join("")) ?? [];
  expect(others).toHaveLength(1);
  expect((await signOut(app, laptop.cookie(), { session })).headers.get("location")).toBe("/sessions");
  await ended.gone();
  expect((await phone.get("/")).headers.get("location")).toStartWith("/signin");
  await kept.drop();
  expect((await laptop.get("/")).status).toBe(200);
});

for (const path of ["/stream", "/poll"]) {
  test(`who is signed out while the body for ${path} still comes is not let in by it [A9]`, async () => {
    await using app = await startApp({ env: { PASSWORD: "a red bicycle" }, limits: { sessionSeenMs: 0 } });
    const body = new URLSearchParams({ password: "a red bicycle" });
    const opened = await fetch(`${app.url}/signin`, {
      ...{ method: "POST", headers: { Origin: app.url }, body, redirect: "manual" },
    });
    const cookie = opened.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    const position = JSON.stringify((await loadTab(app.url, { cookie })).position);
    const db = app.live.file?.db;
    const seen = Date.now() - 1000;
    db?.run("UPDATE sessions SET seen_ms = ?", [seen]);
    let end = () => {};
    const slow = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from(position.slice(0, 10)));
        end = () => {
          controller.enqueue(Buffer.from(position.slice(10)));
          controller.close();
        };
      },
    });
    const headers = { "Content-Type": "application/json", Cookie: cookie, Origin: app.url };
    const asked = fetch(`${app.url}${path}`, { method: "POST", headers, body: slow });
    // It has been seen, and so was let in so far.
    const wasSeen = () => db?.query("SELECT 1 FROM sessions WHERE seen_ms > ?").get(seen) !== null;
    while (!wasSeen()) await Bun.sleep(1);
    expect((await signOut(app, cookie)).status).toBe(303);
    end();
    expect((await asked).status).toBe(401);
    expect(app.live.connections.streams.size).toBe(0);
  });
}
