/** One message to several models side by side: live, stopped one by one or all, and one of them kept. */
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { fieldsOf, messagesIn, repliesIn, unescapeHtml } from "../support/page.ts";
import { ask, shownText, startRacing, type Racing } from "../support/racing.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let racing: Racing;
let app: TestApp;

beforeAll(async () => {
  racing = await startRacing();
  app = await startApp({ env: racing.env });
});
beforeEach(() => racing.asked.clear());
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await racing.upstream.stop();
});

const models = "local/one local/two local/three";

/** A race of three that all are being asked; resolves with its tab and the replies' ids, lane by lane. */
async function begin(more: Record<string, unknown> = {}) {
  const tab = await openTab(app.url);
  const { conversation } = tab.position;
  const fields = { conversation, parent: null, text: "Who is quickest?", models, ...more };
  expect((await ask(tab, "message.send", fields)).type).toBe("ack");
  await tab.until(() => tab.replies().length === 3);
  await racing.untilAsked(3);
  const [one = "", two = "", three = ""] = tab.replies().map(({ message }) => message);
  return { tab, one, two, three };
}

async function page(tab: Tab): Promise<string> {
  const path = `/conversations/${tab.position.conversation}`;
  return (await loadTab(tab.url, { cookie: tab.cookie, path })).html;
}

test("each model answers in a lane of its own, live, in every tab, and a page made anew shows the same", async () => {
  const { tab, one, two, three } = await begin();
  expect([...racing.asked.keys()].toSorted()).toEqual(["one", "three", "two"]);
  await racing.say("two", "Second ");
  await racing.say("one", "First ");
  await tab.until(() => shownText(tab, one).includes("First") && shownText(tab, two).includes("Second"));
  const path = `/conversations/${tab.position.conversation}`;
  const late = await openTab(app.url, { cookie: tab.cookie, path });
  await racing.say("one", "again");
  await tab.until(() => shownText(tab, one).includes("First again"));
  await late.until(
    () => shownText(late, one).includes("First again") && shownText(late, two).includes("Second"),
  );
  await racing.end("one", ".");
  await racing.end("three", "Third.");
  await tab.until(() => shownText(tab, three).includes("Third."));
  await racing.end("two", "it is.");
  await resting(app);
  await tab.until(() => shownText(tab, two).includes("it is."));
  const shown = repliesIn(await page(tab)).map(({ message, body }) => [message, body]);
  for (const each of [tab, late]) {
    expect(each.replies().map(({ message, body }) => [message, body.html().join("")])).toEqual(shown);
    expect(each.gaps).toBe(0);
    each.drop();
  }
});

test("each receipt has its cost, and all together are told above them", async () => {
  const { tab } = await begin();
  const head = () => tab.steps.findLast((step) => step[1].startsWith("race-head-"))?.[2] ?? "";
  await racing.end("one", "One.");
  await tab.until(() => head().includes("$0.0020 so far"));
  await racing.end("two", "Two.", 0.03);
  await racing.end("three", "Three.", 0.01);
  await resting(app);
  await tab.until(() => head().includes("$0.04 together"));
  const html = await page(tab);
  expect(html).toContain("$0.04 together");
  expect(html.match(/<li>\$0\.0020<\/li>|<li>\$0\.03<\/li>|<li>\$0\.01<\/li>/g)).toHaveLength(3);
  tab.drop();
});

test("one is stopped alone, and then all that run", async () => {
  const { tab, one, two, three } = await begin();
  await racing.say("one", "First");
  await racing.say("two", "Second");
  await tab.until(() => shownText(tab, one).includes("First") && shownText(tab, two).includes("Second"));
  expect((await ask(tab, "generation.stop", { message: two })).type).toBe("ack");
  expect(app.live.runs.size).toBe(2);
  expect((await ask(tab, "race.stop", { message: one })).type).toBe("ack");
  expect(app.live.runs.size).toBe(0);
  const html = await page(tab);
  expect(html.match(/data-outcome="stopped"/g)).toHaveLength(3);
  expect(messagesIn(html, "assistant")).toEqual([one, two, three]);
  tab.drop();
});

test("the one that is kept is gone on with, by its model; the others are versions beside it", async () => {
  const { tab, two } = await begin();
  for (const model of ["one", "two", "three"]) await racing.end(model, `I am ${model}.`);
  await resting(app);
  expect((await ask(tab, "branch.choose", { message: two })).type).toBe("ack");
  await tab.until(() => tab.replies().length === 1);
  const html = await page(tab);
  expect(messagesIn(html, "assistant")).toEqual([two]);
  expect(html).toContain("<span>2/3</span>");
  expect(html).not.toContain('class="race"');
  expect(html).toContain('name="model" form="composer" value="local/two"');
  racing.asked.clear();
  await ask(tab, "message.send", { conversation: tab.position.conversation, parent: two, text: "Go on" });
  await racing.untilAsked(1);
  expect([...racing.asked.keys()]).toEqual(["two"]);
  expect(JSON.stringify(racing.upstream.requests.at(-1)?.json)).toContain("I am two.");
  await racing.end("two", "Yes.");
  await resting(app);
  tab.drop();
});

test("while a race stands, its page asks to keep one, and offers it in each lane", async () => {
  const { tab } = await begin();
  for (const model of ["one", "two", "three"]) await racing.end(model, `I am ${model}.`);
  await resting(app);
  const html = await page(tab);
  expect(html.match(/>Keep this one</g)).toHaveLength(3);
  expect(html).toContain("data-keep-first");
  expect(html).not.toContain('aria-label="Send"');
  tab.drop();
});

test("sent again, a race is not run again; a model that is not there is refused, and writes nothing", async () => {
  const id = crypto.randomUUID();
  const { tab } = await begin({ id });
  for (const model of ["one", "two", "three"]) await racing.end(model, ".");
  await resting(app);
  const before = racing.upstream.requests.length;
  const again = { conversation: tab.position.conversation, parent: null, text: "x" };
  const same = await ask(tab, "message.send", { ...again, id, text: "Who is quickest?", models });
  expect(same.type).toBe("ack");
  for (const wrong of ["local/one", "local/one local/one", "a b", "l/1 l/2 l/3 l/4 l/5"]) {
    const answer = await ask(tab, "message.send", { ...again, models: wrong });
    expect(answer).toMatchObject({ type: "error", code: "bad_op" });
  }
  const nowhere = await ask(tab, "message.send", { ...again, models: "local/one nowhere/two" });
  expect(nowhere).toMatchObject({ type: "error", code: "conflict" });
  expect(racing.upstream.requests.length).toBe(before);
  expect(messagesIn(await page(tab), "assistant")).toHaveLength(3);
  tab.drop();
});

test("room is kept for all of a race or for none, and who has no place yet waits in line [O5]", async () => {
  const limits = { generationsPerAccount: 2, queuePerAccount: 1 };
  await using small = await startApp({ env: racing.env, limits });
  const tab = await openTab(small.url);
  const { conversation } = tab.position;
  const send = (names: string) =>
    ask(tab, "message.send", { conversation, parent: null, text: "Hello", models: names });
  const refused = await send("local/one local/two local/three local/four");
  expect(refused).toMatchObject({ type: "error", code: "busy" });
  expect(small.live.queue.seats.size).toBe(0);
  expect((await send(models)).type).toBe("ack");
  await tab.until(() => tab.placesTold.length > 0 || JSON.stringify(tab.frames).includes("1st in line"));
  await racing.untilAsked(2);
  expect(small.live.runs.size).toBe(2);
  await racing.end("one", "One.");
  await racing.untilAsked(3);
  await racing.end("two", "Two.");
  await racing.end("three", "Three.");
  await resting(small);
  tab.drop();
});

test("a budget that is not enough for all of a race refuses it whole [C1]", async () => {
  await using poor = await startApp({ env: { ...racing.env, BUDGET_TURNS: "2" } });
  const tab = await openTab(poor.url);
  const { conversation } = tab.position;
  const fields = { conversation, parent: null, text: "Hello", models };
  expect(await ask(tab, "message.send", fields)).toMatchObject({ type: "error", code: "budget.exceeded" });
  expect(racing.asked.size).toBe(0);
  const two = await ask(tab, "message.send", { ...fields, models: "local/one local/two" });
  expect(two.type).toBe("ack");
  await racing.untilAsked(2);
  for (const model of ["one", "two"]) await racing.end(model, ".");
  await resting(poor);
  tab.drop();
});

test("the last question is raced anew beside the answer that there is", async () => {
  const tab = await openTab(app.url);
  const { conversation } = tab.position;
  await ask(tab, "message.send", { conversation, parent: null, text: "Hello" });
  await racing.untilAsked(1);
  await racing.end("one", "Alone.");
  await resting(app);
  const [message] = messagesIn(await page(tab), "assistant");
  racing.asked.clear();
  await ask(tab, "message.regenerate", { message, models: "local/two local/three" });
  await racing.untilAsked(2);
  for (const model of ["two", "three"]) await racing.end(model, `I am ${model}.`);
  await resting(app);
  expect(messagesIn(await page(tab), "assistant")).toHaveLength(2);
  expect(await page(tab)).not.toContain("Alone.");
  tab.drop();
});

test("who races is chosen in the picker, by forms too, told in every tab, and is over with the race (B1)", async () => {
  const visitor = await visit(app.url);
  const { conversation = "" } = fieldsOf(visitor.html, "message.send");
  const tab = await openTab(app.url, { cookie: visitor.cookie, path: `/?conversation=${conversation}` });
  const rival = (model: string, op = "model.race") =>
    visitor.post(op, { id: crypto.randomUUID(), conversation, model });
  const chosen = await rival("local/two");
  expect(chosen.headers.get("location")).toBe(`/models?conversation=${conversation}&race=1`);
  await tab.until(() => tab.steps.some((step) => step[1] === "racers" && step[2]?.includes("local/two")));
  for (const model of ["local/three", "local/four"]) await rival(model);
  expect((await rival("local/five")).status).toBe(409);
  await rival("local/four", "model.unrace");
  const picker = await (await visitor.get(`/models?conversation=${conversation}&race=1`)).text();
  expect(picker).toContain("one and others answer your next message side by side, at most 4 in all.");
  const html = await (await visitor.get(`/?conversation=${conversation}`)).text();
  const fields = fieldsOf(html, "message.send");
  expect(fields["models"]).toBe(models);
  await visitor.post("message.send", { ...fields, text: "Hello" });
  await racing.untilAsked(3);
  for (const model of ["one", "two", "three"]) await racing.end(model, ".");
  await resting(app);
  const after = await (await visitor.get(`/conversations/${conversation}`)).text();
  expect(messagesIn(after, "assistant")).toHaveLength(3);
  expect(after).not.toContain('name="models"');
  const [first = ""] = messagesIn(after, "assistant");
  expect((await visitor.post("branch.choose", { id: crypto.randomUUID(), message: first })).status).toBe(303);
  tab.drop();
});

test("a star that is pressed without scripts leads back to the choice of who races (B1)", async () => {
  const visitor = await visit(app.url);
  const { conversation = "" } = fieldsOf(visitor.html, "message.send");
  const star = /class="models__star"[^>]*><button name="model" value="([^"]+)" formaction="([^"]+)"/;
  for (const mode of ["&race=1", ""]) {
    const page = `/models?conversation=${conversation}${mode}`;
    const [, model = "", action = ""] = star.exec(await (await visitor.get(page)).text()) ?? [];
    const fields = { id: crypto.randomUUID(), conversation, model };
    const done = await visitor.post(unescapeHtml(action).slice("/ops/".length), fields);
    expect([done.status, done.headers.get("location")]).toEqual([303, page]);
  }
});
