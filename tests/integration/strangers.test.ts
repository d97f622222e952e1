/** Who asks with another's ids gets what he would get for ids of nothing: all routes, ops and steps there are. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { opNames } from "../../src/protocol.ts";
import type { Gate } from "../../src/server/access/gate.ts";
import { stepReaders } from "../../src/server/lists/pages.ts";
import { createRoutes, type RouteParts } from "../../src/server/routes.ts";
import { makeAssistant } from "../support/assistants.ts";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { asksFor, idsOfNobody, opAsks, positionOf, routeAsks, stepAsks, type Ids } from "../support/asks.ts";
import {
  answerBy,
  answerTo,
  beginChat,
  kinds,
  rowsOf,
  secrets,
  stranger,
  words,
  type Kind,
} from "../support/strangers.ts";
import { visit } from "../support/form.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { delta, startUpstream, type Upstream } from "../support/upstream.ts";
import type { Reply } from "../support/upstream-reply.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

let upstream: Upstream;
let app: TestApp;
let owner: Tab;
let ids: Record<Kind, Ids>;
let newest: Reply;
let going: Reply;
let version = "";

beforeAll(async () => {
  upstream = await startUpstream(async (_request, reply) => {
    newest = reply;
    reply.open();
    await reply.write(delta(`Well, ${words}.`));
  });
  app = await startApp({ env: upstreamEnv(upstream), limits });
  owner = await openTab(app.url);
  ({ version } = owner.position);
  ids = {} as Record<Kind, Ids>;
  for (const kind of kinds) {
    ids[kind] = await beginChat(app, owner, kind);
    if (kind === "running") going = newest;
    ids[kind].assistant = await makeAssistant(app, owner.cookie, { name: words, systemPrompt: words });
  }
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

const limits = { opsBurst: 10_000, checkpointMs: 5, shutdownMs: 50 };
const forged = "A".repeat(43);

/** Each who is not the owner, with a cookie of a new session where there is one. */
const strangers: Record<string, () => Promise<string>> = {
  "who has no cookie": async () => "",
  "whose cookie is forged": async () => `banter_${new URL(app.url).port}=${forged}`,
  "whose cookie is no cookie of ours": async () => `banter_${new URL(app.url).port}=../x`,
  "who has a link to it, and shows its secret as a cookie": async () =>
    `banter_${new URL(app.url).port}=${secrets[0]}`,
  "who has a session of his own": async () => (await visit(app.url)).cookie,
};

const open = new Set<Gate | undefined>(["anybody", "visitor"]);

test("every route, op and step there is has a row in the table, and every route its gate [A1]", () => {
  const routes = createRoutes({} as RouteParts);
  expect(Object.keys(routeAsks).toSorted()).toEqual(Object.keys(routes).toSorted());
  for (const [path, row] of Object.entries(routeAsks)) {
    const methods = [...(row.get ? ["GET"] : []), ...(row.post ? ["POST"] : [])];
    expect([path, methods]).toEqual([path, Object.keys(routes[path] ?? {})]);
  }
  for (const [path, row] of Object.entries(routeAsks)) {
    const gates = Object.values(routes[path] ?? {}).map(({ gate }) => gate);
    // What is open lets in who is nobody; what is not, in no method.
    expect([path, gates.map((gate) => open.has(gate))]).toEqual([path, gates.map(() => row.isOpen ?? false)]);
    // Whatever changes or follows something wants a page of ours.
    if (row.post && !row.isOpen)
      expect([path, ["sender", "watcher", "admin"]]).toEqual([
        path,
        expect.arrayContaining([routes[path]?.POST?.gate]),
      ]);
  }
  const sockets = ["conversation.join", "ping"];
  expect([...Object.keys(opAsks), ...sockets].toSorted()).toEqual(opNames.toSorted());
  expect(Object.keys(stepAsks).toSorted()).toEqual([...stepReaders.keys()].toSorted());
});

for (const kind of kinds) {
  for (const [who, comes] of Object.entries(strangers)) {
    test(`to ${who}, a chat that is ${kind} is as none at every route [A1, A2, A5]`, async () => {
      const before = rowsOf(app, owner.cookie);
      const theirs = ids[kind];
      const absent = idsOfNobody();
      const none = asksFor(absent, "absentword", version);
      for (const [index, ask] of asksFor(theirs, words, version).entries()) {
        const other = none[index] ?? ask;
        const got = await answerTo(app, ask, await comes(), [theirs, words]);
        const expected = await answerTo(app, other, await comes(), [absent, "absentword"]);
        expect(got).toEqual(expected);
      }
      expect(rowsOf(app, owner.cookie)).toEqual(before);
    });
  }
}

test("its owner gets another answer: the table asks for what is there [A1]", async () => {
  const seen = new Set<string>();
  for (const kind of kinds) {
    for (const [path, { get }] of Object.entries(routeAsks)) {
      for (const asked of get?.(ids[kind], words) ?? []) {
        const answer = await answerTo(app, { path: asked }, owner.cookie, [idsOfNobody(), ""]);
        if (JSON.stringify(answer).includes(words)) seen.add(path);
      }
    }
  }
  const owned = [
    "/conversations/:id",
    "/conversations/:id/earlier",
    "/conversations/:id/later",
    "/conversations/:id/about",
    "/messages/:id",
    "/parameters",
    "/usage",
    "/assistants",
  ];
  expect([...seen]).toEqual(
    expect.arrayContaining(["/", "/conversations", ...owned, "/search", "/steps/:name"]),
  );
});

test("each op with another's ids over a socket is answered as with ids of nothing [A1]", async () => {
  const before = rowsOf(app, owner.cookie);
  for (const kind of kinds) {
    for (const [op, fields] of Object.entries(opAsks)) {
      const answers = [];
      for (const of of [ids[kind], idsOfNobody()]) {
        using tab = await stranger(app);
        answers.push([op, await answerBy(tab, { op, ...fields(of) }, of)]);
      }
      expect(answers[0]).toEqual(answers[1]);
    }
  }
  expect(rowsOf(app, owner.cookie)).toEqual(before);
});

for (const kind of ["running", "temporary"] as const) {
  test(`an op on one's own chat with an id from another's that is ${kind} is done as any [A1]`, async () => {
    const before = rowsOf(app, owner.cookie);
    const { session: _, assistant: __, ...taken } = ids[kind];
    for (const id of Object.values(taken)) {
      for (const [op, fields] of Object.entries(opAsks)) {
        const answers = [];
        for (const own of [id, crypto.randomUUID()]) {
          using tab = await stranger(app);
          const mine = await beginChat(app, tab, "stopped");
          answers.push([op, await answerBy(tab, { op, ...fields(mine), id: own }, mine)]);
        }
        expect(answers[0]).toEqual(answers[1]);
      }
    }
    expect(rowsOf(app, owner.cookie)).toEqual(before);
    // Each op begins two chats for each id: it grows with the list of ops.
  }, 90_000);
}

test("who joins another's chat hears nothing of it while it goes on [A5]", async () => {
  using tab = await stranger(app);
  const joined = () => tab.frames.filter(({ type }) => type === "joined").length;
  for (const [index, kind] of kinds.entries()) {
    tab.ask({ op: "conversation.join", position: positionOf(ids[kind], version) });
    await tab.until(() => joined() === index + 2);
  }
  const { conversation, generation } = ids.running;
  tab.ask({ op: "conversation.join", position: positionOf(ids.running, version) });
  await tab.until(() => joined() === kinds.length + 2);
  const path = `/conversations/${conversation}`;
  const own = await openTab(app.url, { cookie: owner.cookie, path });
  await going.write(delta(" Go on."));
  await own.until(() => own.bodies.get(generation)?.html().join("").includes("Go on."));
  tab.raw(JSON.stringify({ op: "ping" }));
  await tab.until(() => tab.frames.at(-1)?.type === "pong");
  const heard = JSON.stringify(tab.frames);
  expect([words, "Go on.", generation, ids.running.reply].filter((each) => heard.includes(each))).toEqual([]);
  own.drop();
});

test("a session that was signed out is as one that never was, at every route and socket [A2, A9]", async () => {
  const password = "a red bicycle";
  await using locked = await startApp({ env: { ...upstreamEnv(upstream), PASSWORD: password }, limits });
  const opened = await fetch(`${locked.url}/signin`, {
    method: "POST",
    body: new URLSearchParams({ password, next: "/" }),
    headers: { Origin: locked.url },
    redirect: "manual",
  });
  const cookie = opened.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const tab = await openTab(locked.url, { cookie });
  const theirs = await beginChat(locked, tab, "stopped");
  await fetch(`${locked.url}/signout`, {
    method: "POST",
    headers: { Origin: locked.url, Cookie: cookie, "Content-Type": "application/x-www-form-urlencoded" },
    redirect: "manual",
  });
  expect(await tab.closed()).toBe(1008);
  const before = rowsOf(locked, cookie);
  const never = `${cookie.split("=")[0]}=${forged}`;
  for (const ask of asksFor(theirs, words, version)) {
    const got = await answerTo(locked, ask, cookie, [theirs, words]);
    expect(got).toEqual(await answerTo(locked, ask, never, [theirs, words]));
    const isOpen = Object.entries(routeAsks).some(
      ([path, row]) => row.isOpen && ask.path.startsWith(path.replace("*", "")),
    );
    if (!isOpen) expect([ask.path, [303, 401, 404, 426].includes(got.status)]).toEqual([ask.path, true]);
    expect(got.text).not.toContain(words);
  }
  expect(rowsOf(locked, cookie)).toEqual(before);
});
