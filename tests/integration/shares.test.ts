/** Links to a branch: who has one reads that branch and nothing else, until it is ended. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { fieldsFor, follow, postShares, read, share } from "../support/shares.ts";
import { acted, beginChat } from "../support/strangers.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, startUpstream, type Upstream } from "../support/upstream.ts";
import type { Reply } from "../support/upstream-reply.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

let upstream: Upstream;
let app: TestApp;
let owner: Tab;
let asked = Promise.withResolvers<Reply>();

beforeAll(async () => {
  upstream = await startUpstream((_request, reply) => {
    reply.open();
    asked.resolve(reply);
  });
  const limits = { opsBurst: 10_000, pingMs: 50, shutdownMs: 50, sharesMax: 12, threadMessages: 4 };
  app = await startApp({ env: upstreamEnv(upstream), limits });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

/** A new person with a chat of one turn, its reply begun with `text`. */
async function begin(text: string) {
  owner = await openTab(app.url);
  const { conversation } = owner.position;
  const { reply, leaf } = await turn({ conversation, parent: null }, "What is a walrus?", text);
  return { conversation, reply, leaf };
}

type Place = { conversation: string; parent: string | null };

/** One turn more; resolves when what the model said has come. */
async function turn({ conversation, parent }: Place, question: string, text: string) {
  asked = Promise.withResolvers<Reply>();
  const id = crypto.randomUUID();
  await acted(owner, { op: "message.send", id, conversation, parent, text: question });
  const reply = await asked.promise;
  await reply.write(delta(text));
  const db = app.live.file?.db;
  const find = db?.query<{ message: string }, [string]>(
    "SELECT m.id AS message FROM messages AS m JOIN generations AS g ON g.message = m.id AND g.owner = m.owner JOIN checkpoints AS c ON c.generation = g.number WHERE m.parent = ?",
  );
  while (find?.get(id) == null) await Bun.sleep(2);
  return { reply, question: id, leaf: find.get(id)?.message ?? "" };
}

async function end(reply: Reply): Promise<void> {
  await reply.write(finish("stop") + done());
  reply.end();
  while (app.live.runs.size > 0) await Bun.sleep(2);
}

/** What nobody but the owner may hear of: ids, the account, other branches, later turns, settings, neighbours. */
function secretsOf(cookie: string): string[] {
  const db = app.live.file?.db;
  const ids = ["conversations", "messages", "generations", "shares"].flatMap((table) => {
    return db?.query<{ id: string }, []>(`SELECT id FROM ${table}`).all() ?? [];
  });
  const accounts = db?.query<{ id: string }, []>("SELECT id FROM accounts").all() ?? [];
  const token = cookie.split("=")[1] ?? "";
  return [...ids, ...accounts].map(({ id }) => id).concat(token);
}

test("whoever has the link reads the branch up to where it was shared, and nothing else there is [A1]", async () => {
  const { conversation, reply, leaf } = await begin("A **walrus** is large.");
  await end(reply);
  await acted(owner, { op: "conversation.rename", conversation, title: "On walruses" });
  await acted(owner, {
    op: "model.configure",
    conversation,
    parameters: {},
    systemPrompt: "canarysettings",
  } as never);
  const link = await share(app, owner.cookie, { conversation, leaf });
  // What comes after, and beside it.
  const later = await turn({ conversation, parent: leaf }, "canarylater?", "canaryreply");
  await end(later.reply);
  asked = Promise.withResolvers<Reply>();
  await acted(owner, { op: "message.regenerate", message: leaf });
  const other = await asked.promise;
  await other.write(delta("canarybranch"));
  await end(other);
  await acted(owner, { op: "conversation.rename", conversation, title: "canarytitle" });
  await acted(owner, { op: "conversation.tag", conversation, tag: "canarytag" });
  const answer = await read(app, link.path);
  const html = await answer.text();
  expect(answer.status).toBe(200);
  for (const part of ["On walruses", "What is a walrus?", "A <strong>walrus</strong> is large."])
    expect(html).toContain(part);
  expect(html.match(/<article/g)).toHaveLength(2);
  const told = html + JSON.stringify([...answer.headers]);
  expect(secretsOf(owner.cookie).filter((each) => told.includes(each))).toEqual([]);
  expect(told).not.toMatch(/canary|[0-9a-f]{8}-[0-9a-f]{4}-/);
  expect(told).not.toContain("set-cookie");
  // No way from there to anything but itself, and no form.
  expect(html).not.toContain("<form");
  expect([...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href)).toEqual(["#main"]);
});

test("its page is kept by nobody, is in no index, and tells its address to no other site [A11]", async () => {
  const { conversation, reply, leaf } = await begin("Yes.");
  await end(reply);
  const { path } = await share(app, owner.cookie, { conversation, leaf });
  const { headers } = await read(app, path);
  const told = ["referrer-policy", "x-robots-tag", "cache-control"].map((name) => headers.get(name));
  expect(told).toEqual(["no-referrer", "noindex, nofollow", "no-store"]);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect((await read(app, "/shares")).headers.get("referrer-policy")).toBe("same-origin");
  expect(app.logged.join("\n")).not.toContain(path.slice(3));
});

test("a link that is ended, over, or leads to what was deleted is answered as one that never was [A1]", async () => {
  const none = `/s/${"A".repeat(43)}`;
  const answered = async (path: string) => {
    const answer = await read(app, path);
    const { status, headers } = answer;
    return [status, [...headers].filter(([name]) => name !== "date"), await answer.text()];
  };
  const missing = await answered(none);
  expect(missing[0]).toBe(404);
  const db = app.live.file?.db;
  const ways: Record<
    string,
    (link: { id: string }, ids: Record<"conversation" | "leaf", string>) => unknown
  > = {
    ended: ({ id }) => postShares(app, owner.cookie, { end: id }),
    over: ({ id }) => db?.run("UPDATE shares SET expires_ms = ? WHERE id = ?", [Date.now(), id]),
    "its chat deleted": (_, { conversation }) => acted(owner, { op: "conversation.delete", conversation }),
    "its message deleted": (_, { conversation, leaf }) =>
      acted(owner, { op: "message.delete", conversation, message: leaf }),
  };
  for (const [way, take] of Object.entries(ways)) {
    const { conversation, reply, leaf } = await begin("Yes.");
    await end(reply);
    const link = await share(app, owner.cookie, { conversation, leaf, live: true });
    expect([way, (await read(app, link.path)).status]).toEqual([way, 200]);
    await take(link, { conversation, leaf });
    expect([way, ...(await answered(link.path))]).toEqual([way, ...missing]);
    await expect(follow(app, link.path, "")).rejects.toThrow("404");
  }
  expect(await answered("/s/none")).toEqual(missing);
});

test("a live link follows its reply by frames that name nothing else, to its end [A5]", async () => {
  const { conversation, reply, leaf } = await begin("A walrus");
  const { path } = await share(app, owner.cookie, { conversation, leaf, live: true });
  const html = await (await read(app, path)).text();
  expect(html).toContain("A walrus");
  expect(html).toContain('http-equiv="refresh"');
  const reading = await follow(app, path, html);
  await reading.until(({ type }) => type === "joined");
  // Meanwhile another branch is written.
  asked = Promise.withResolvers<Reply>();
  await acted(owner, { op: "message.regenerate", message: leaf });
  const other = await asked.promise;
  await other.write(delta("canarybranch"));
  await reply.write(delta(" has tusks[^1].\n\n[^1]: Two."));
  await reading.until((frame) => frame.type === "reply" && JSON.stringify(frame).includes("tusks"));
  await reply.write(finish("stop") + done());
  reply.end();
  const last = await reading.until(({ type }) => type === "patch");
  expect(JSON.stringify(last)).toContain("foot-leaf");
  expect(JSON.stringify(last)).not.toContain("data-running");
  await end(other);
  const told = JSON.stringify(reading.frames);
  expect(told).toContain('"generation":"leaf"');
  expect(told).not.toContain("canary");
  expect(secretsOf(owner.cookie).filter((each) => told.includes(each))).toEqual([]);
  reading.leave();
  const after = await (await read(app, path)).text();
  expect(after).toContain("tusks");
  expect(after).not.toContain("data-running");
});

test("ending a link, or its time, cuts off who reads by it, and nobody else [A9]", async () => {
  const { conversation, reply, leaf } = await begin("A walrus");
  const wanted = { conversation, leaf, live: true };
  const [first, second, third] = [
    await share(app, owner.cookie, wanted),
    await share(app, owner.cookie, wanted),
    await share(app, owner.cookie, wanted),
  ];
  const db = app.live.file?.db;
  db?.run("UPDATE shares SET expires_ms = ? WHERE id = ?", [Date.now() + 3000, second.id]);
  const readings = await Promise.all(
    [first, second, third].map(async ({ path }) => {
      const reading = await follow(app, path, await (await read(app, path)).text());
      await reading.until(({ type }) => type === "joined");
      return reading;
    }),
  );
  await postShares(app, owner.cookie, { end: first.id });
  for (const reading of readings.slice(0, 2)) {
    await reading.ended;
    expect(reading.frames.at(-1)).toEqual({ type: "reload" });
  }
  await reply.write(delta(" has tusks."));
  await readings[2]?.until((frame) => JSON.stringify(frame).includes("tusks"));
  readings[2]?.leave();
  await end(reply);
});

test("what is being written is not there by a link that is not live, and is when it has ended", async () => {
  const { conversation, reply, leaf } = await begin("A walrus");
  const { path } = await share(app, owner.cookie, { conversation, leaf });
  const html = await (await read(app, path)).text();
  expect(html).toContain("A reply is being written.");
  expect(html).not.toContain("A walrus");
  await expect(follow(app, path, html)).rejects.toThrow("404");
  await end(reply);
  expect(await (await read(app, path)).text()).toContain("A walrus");
});

test("a link is made once by its id, for one's own chat alone, from one's own page, and only so many", async () => {
  const { conversation, reply, leaf } = await begin("Yes.");
  await end(reply);
  const fields = fieldsFor({ conversation, leaf });
  for (let time = 0; time < 2; time += 1)
    expect((await postShares(app, owner.cookie, fields)).status).toBe(303);
  const db = app.live.file?.db;
  const count = () => db?.query<{ n: number }, [string]>("SELECT count(*) AS n FROM shares WHERE leaf = ?");
  expect(count()?.get(leaf)?.n).toBe(1);
  const stranger = await visit(app.url);
  expect((await postShares(app, stranger.cookie, fieldsFor({ conversation, leaf }))).status).toBe(404);
  expect((await postShares(app, stranger.cookie, { end: fields["id"] ?? "" })).status).toBe(404);
  expect((await postShares(app, owner.cookie, fields, "https://evil.example")).status).toBe(403);
  const odd = { ...fields, id: crypto.randomUUID(), until: "century" };
  expect((await postShares(app, owner.cookie, odd)).status).toBe(404);
  for (let time = 0; time < 11; time += 1) await share(app, owner.cookie, { conversation, leaf });
  expect((await postShares(app, owner.cookie, fieldsFor({ conversation, leaf }))).status).toBe(409);
  expect(count()?.get(leaf)?.n).toBe(12);
});

test("a temporary chat, which is in no file, has no form to share it", async () => {
  const { conversation, reply, leaf } = await begin("Yes.");
  await end(reply);
  const formAt = async (id: string) => {
    const list = await fetch(`${app.url}/shares?conversation=${id}`, { headers: { Cookie: owner.cookie } });
    return (await list.text()).includes('name="leaf"');
  };
  expect(await formAt(conversation)).toBe(true);
  asked = Promise.withResolvers<Reply>();
  const begun = beginChat(app, owner, "temporary");
  await (await asked.promise).write(delta("No."));
  const ids = await begun;
  expect(await formAt(ids.conversation)).toBe(false);
  const fields = fieldsFor({ conversation: ids.conversation, leaf: ids.reply });
  expect((await postShares(app, owner.cookie, fields)).status).toBe(404);
  expect(leaf).not.toBe(ids.reply);
});

test("another site can't follow by a link, and only so many follow by one", async () => {
  const { conversation, reply, leaf } = await begin("A walrus");
  const { path } = await share(app, owner.cookie, { conversation, leaf, live: true });
  const html = await (await read(app, path)).text();
  await expect(follow(app, path, html, "https://evil.example")).rejects.toThrow("403");
  const before = app.live.connections.perAccount;
  const reading = await follow(app, path, html);
  await reading.until(({ type }) => type === "joined");
  const [name = ""] = [...before.keys()].filter((each) => each.startsWith("share "));
  before.set(name, app.config.limits.readersPerShare);
  await expect(follow(app, path, html)).rejects.toThrow("429");
  before.set(name, 1);
  reading.leave();
  await end(reply);
});

test("a long branch shows its end, and more of it when asked", async () => {
  const { conversation, reply, leaf } = await begin("Yes 0.");
  await end(reply);
  let parent = leaf;
  for (let n = 1; n <= 3; n += 1) {
    const next = await turn({ conversation, parent }, `Question ${n}?`, `Yes ${n}.`);
    await end(next.reply);
    parent = next.leaf;
  }
  const { path } = await share(app, owner.cookie, { conversation, leaf: parent });
  const html = await (await read(app, path)).text();
  expect([html.match(/<article/g)?.length, html.includes("Yes 1.")]).toEqual([4, false]);
  expect(html).toContain(`href="${path}?steps&#x3D;2"`);
  const more = await (await read(app, `${path}?steps=2`)).text();
  expect([more.match(/<article/g)?.length, more.includes("Yes 0.")]).toEqual([8, true]);
  expect(more).not.toContain("?steps");
});
