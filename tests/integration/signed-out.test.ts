/** A session that ends takes its lines along, of every kind, those that are just being opened too; others stay. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { openLines } from "../support/lines.ts";
import { newBrowser, oauthEnv, startProvider } from "../support/oauth.ts";
import { follow, read, share } from "../support/shares.ts";
import { beginChat } from "../support/strangers.ts";
import { loadTab, openTab } from "../support/tab.ts";
import { delta, startUpstream } from "../support/upstream.ts";

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

test("who deletes their account cuts off who reads by its links [A9]", async () => {
  await using upstream = await startUpstream((_, reply) => {
    reply.open();
    void reply.write(delta("A walrus"));
  });
  await using app = await startApp({ env: upstreamEnv(upstream), limits: { shutdownMs: 50 } });
  const ann = await openTab(app.url);
  const { conversation, reply: leaf } = await beginChat(app, ann, "running");
  const { path } = await share(app, ann.cookie, { conversation, leaf, live: true });
  const reading = await follow(app, path, await (await read(app, path)).text());
  await reading.until(({ type }) => type === "joined");
  const answer = await fetch(`${app.url}/account/delete`, {
    ...{ method: "POST", body: new URLSearchParams({ word: "delete" }), redirect: "manual" },
    headers: { Cookie: ann.cookie, Origin: app.url },
  });
  expect(answer.status).toBe(303);
  await reading.ended;
  expect(reading.frames.at(-1)).toEqual({ type: "reload" });
});
