/** A message is deleted over the socket and by form: what is written below it stops, and every tab shows it gone. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, upstreamEnv } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { fieldsOf, messagesIn, threadIn } from "../support/page.ts";
import { loadTab, openTab } from "../support/tab.ts";
import { delta, gate, goodReply, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

test("deleting a message stops the reply to it, counts what that took, and is told to all tabs", async () => {
  const held = gate();
  await using upstream = await startUpstream((_, reply) => reply.stream([delta("Half"), held]));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  const message = await tab.send("Go");
  const { conversation } = tab.position;
  const other = await openTab(app.url, { cookie: tab.cookie, path: `/conversations/${conversation}` });
  const request = await upstream.nextRequest();
  await other.until(() => other.body() !== "");
  const asked = tab.ask({ op: "message.delete", conversation, message });
  expect(await tab.answered(asked)).toMatchObject({ type: "ack", conversation });
  await request.closed;
  expect(app.live.runs.size).toBe(0);
  for (const each of [tab, other]) {
    await each.until(() => each.frames.some((frame) => threadIn(frame) === ""));
  }
  const page = await loadTab(app.url, { cookie: tab.cookie, path: `/conversations/${conversation}` });
  expect(messagesIn(page.html, "user")).toEqual([]);
  expect(app.logged.filter((line) => line.includes('"generation.finished"'))).toHaveLength(1);
  const again = tab.ask({ op: "message.delete", id: asked, conversation, message });
  await tab.until(
    () => tab.frames.filter((frame) => frame.type === "ack" && frame.id === again).length === 2,
  );
  held.release();
  const next = await loadTab(app.url, { cookie: tab.cookie, path: `/conversations/${conversation}` });
  expect(next.position.revision).toBe(3);
});

test("another's message is answered like one that is not there, and stays (A1)", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const ann = await openTab(app.url);
  const message = await ann.send("Mine");
  await resting(app);
  const eve = await openTab(app.url);
  await eve.send("Hers");
  const { conversation } = eve.position;
  const answers = [message, crypto.randomUUID()].map((id) =>
    eve.answered(eve.ask({ op: "message.delete", conversation, message: id })),
  );
  const [theirs, nobodys] = await Promise.all(answers);
  expect({ ...theirs, id: "" }).toEqual({ ...nobodys, id: "" });
  const path = `/conversations/${ann.position.conversation}`;
  expect(messagesIn((await loadTab(app.url, { cookie: ann.cookie, path })).html, "user")).toEqual([message]);
});

test("a form deletes, and asks for a reply where the only one was deleted (B1)", async () => {
  await using upstream = await startUpstream((request, reply) =>
    reply.stream(goodReply(`Reply ${request.index}`)),
  );
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const visitor = await visit(app.url);
  await visitor.post("message.send", { ...fieldsOf(visitor.html, "message.send"), text: "First" });
  await resting(app);
  const { conversation = "" } = fieldsOf(visitor.html, "message.send");
  const page = async () => (await visitor.get(`/conversations/${conversation}`)).text();
  const [reply = ""] = messagesIn(await page(), "assistant");
  const asked = { id: crypto.randomUUID(), conversation, message: reply };
  const deleted = await visitor.post("message.delete", asked);
  expect([deleted.status, deleted.headers.get("location")]).toEqual([303, `/conversations/${conversation}`]);
  const html = await page();
  expect(messagesIn(html, "assistant")).toEqual([]);
  expect(html).toContain("Get a reply");
  const { id = "", message = "" } = fieldsOf(html, "message.send");
  expect((await visitor.post("message.regenerate", { id, message })).status).toBe(303);
  await resting(app);
  expect(await page()).toContain("Reply 1");
  expect(messagesIn(await page(), "assistant")).toEqual([id]);
});
