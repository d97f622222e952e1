/** The main story over the socket: send, stream, stop, come back, go on. */
import { expect, test } from "bun:test";
import { startApp, upstreamEnv } from "../support/app.ts";
import { openTab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream, usage } from "../support/upstream.ts";

test("a message is acknowledged, answered as it streams, and there after a reload", async () => {
  const more = gate();
  const script = [delta("Hello "), more, delta("**world**"), finish("stop"), usage(5, 2), done()];
  await using upstream = await startUpstream((_, reply) => reply.stream(script));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  await tab.send("Hi");
  await tab.until(() => tab.body().includes("Hello"));
  more.release();
  const foot = await tab.ended();
  expect(foot).toContain("7 tokens");
  expect(tab.body()).toBe('<p dir="auto">Hello <strong>world</strong></p>');
  const again = await openTab(app.url, {
    cookie: tab.cookie,
    path: `/conversations/${tab.position.conversation}`,
  });
  expect(again.html).toContain(tab.body());
  expect(again.html).toContain("Hi");
});
