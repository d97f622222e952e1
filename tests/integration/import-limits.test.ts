/** How much may come in, from whom and how fast: files that are too large, too deep, not whole, or somebody else's. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resting, startApp, upstreamEnv } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";
import { startProgram } from "../support/process.ts";
import { bringIn, chatgptChat, huggingchatChat, said } from "../support/takeaway.ts";
import { openTab } from "../support/tab.ts";
import { delta, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(60_000);

async function titles({ get }: Visitor): Promise<string[]> {
  const file = (await (await get("/export.json")).json()) as { conversations: { title: string }[] };
  return file.conversations.map(({ title }) => title);
}

test("what can't come in is told with its name and its reason, and the rest comes", async () => {
  await using app = await startApp({
    limits: { conversationBytesMax: 20_000, messagesMax: 3, messageBytesMax: 5000, depthMax: 20 },
  });
  const ann = await visit(app.url);
  const q = (words: string) => [{ key: "q", message: said("user", words) }];
  const deep = `${'{"a":'.repeat(30)}1${"}".repeat(30)}`;
  const many = Array.from({ length: 4 }, (_, n) => ({
    from: n % 2 === 0 ? "user" : "assistant",
    content: "x",
  }));
  const chats = [
    JSON.stringify(chatgptChat("Good one", q("Hello"))),
    JSON.stringify(chatgptChat("Large", q("x".repeat(30_000)))),
    `{"title":"Deep","mapping":${deep}}`,
    JSON.stringify(huggingchatChat("Many", many)),
    JSON.stringify(chatgptChat("Long", q("x".repeat(6000)))),
    JSON.stringify({ title: "<b>Odd</b>" }),
    JSON.stringify(chatgptChat("Empty", [])),
    JSON.stringify(chatgptChat("Good two", q("Hello"))),
    '{"title":}',
  ];
  const { status, html } = await bringIn(app, ann, `[${chats.join(",\n")}]`);
  expect(status).toBe(200);
  expect(html).toContain("2 chats were brought in.");
  expect(html).toContain("7 could not be brought in:");
  const told = [...html.matchAll(/<li dir="auto">([^<]+)<\/li>/g)].map(([, line]) => line);
  expect(told).toEqual([
    "“without a name”: it is larger than a chat may be.",
    "“without a name”: it is nested too deep.",
    "“Many”: it has more messages than a chat may have.",
    "“Long”: a message in it is too long.",
    "“&lt;b&gt;Odd&lt;/b&gt;”: it is not written as any of these programs would.",
    "“Empty”: there is nothing in it.",
    "“without a name”: it is not written as any of these programs would.",
  ]);
  expect((await titles(ann)).toSorted()).toEqual(["Good one", "Good two"]);
});

test("what is no such file is told so, in a sentence that helps", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const whole = JSON.stringify([chatgptChat("Whole", [{ key: "q", message: said("user", "Hello") }])]);
  const files: [string, number, string][] = [
    ["PK\u0003\u0004archive", 400, "Unpack it first"],
    ["<html>", 400, "That is no JSON file."],
    ["", 400, "Choose a file first."],
    ["   ", 400, "That is no JSON file."],
    ['{"format":"banter","version":2,"conversations":[{"id":"x"}]}', 400, "a newer version of Banter"],
    ["{}", 400, "Nothing was brought in."],
    [`${whole.slice(0, -1)},{"title":"Half`, 200, "The file ends in its middle."],
    [`\ufeff ${whole}`, 200, "One was here already"],
  ];
  for (const [file, status, sentence] of files) {
    const answer = await bringIn(app, ann, file);
    expect([file, answer.status, answer.html.includes(sentence)]).toEqual([file, status, true]);
  }
});

test("only a page of ours brings in, in a form or as JSON, and no more than may be [A3]", async () => {
  await using app = await startApp({ limits: { importBytesMax: 1024 * 1024 } });
  const ann = await visit(app.url);
  const post = (headers: Record<string, string>, body: string | ReadableStream) =>
    fetch(`${app.url}/import`, {
      method: "POST",
      headers: { Cookie: ann.cookie, Origin: app.url, ...headers },
      body,
    });
  const json = { "Content-Type": "application/json" };
  expect((await post({ ...json, Origin: "https://evil.example" }, "[]")).status).toBe(403);
  expect((await post({ ...json, Cookie: "" }, "[]")).status).toBe(403);
  expect((await post({ "Content-Type": "text/plain" }, "[]")).status).toBe(415);
  expect((await post(json, `["${"x".repeat(1024 * 1024)}"]`)).status).toBe(413);
  const chat = JSON.stringify(chatgptChat("First", [{ key: "q", message: said("user", "Hello") }]));
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1;
      controller.enqueue(new TextEncoder().encode(sent === 1 ? `[${chat},"` : "x".repeat(64 * 1024)));
      if (sent > 40) controller.close();
    },
  });
  const answer = await post(json, endless);
  expect([answer.status, (await answer.text()).includes("larger than it may be")]).toEqual([200, true]);
  expect(await titles(ann)).toEqual(["First"]);
});

test("a line that stops is left, one account reads one file at a time, and a try more goes on", async () => {
  await using app = await startApp({ limits: { importIdleMs: 300 } });
  const ann = await visit(app.url);
  const chat = (n: number) =>
    JSON.stringify(chatgptChat(`Chat ${n}`, [{ key: "q", message: said("user", "Hello") }]));
  const begun = Promise.withResolvers<void>();
  const stuck = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`[${chat(1)},${chat(2).slice(0, 30)}`));
      begun.resolve();
    },
  });
  const headers = { Cookie: ann.cookie, Origin: app.url, "Content-Type": "application/json" };
  const first = fetch(`${app.url}/import`, { method: "POST", headers, body: stuck });
  await begun.promise;
  const db = app.live.file?.db;
  while (db?.query("SELECT 1 FROM conversations").get() === null) await Bun.sleep(5);
  expect((await bringIn(app, ann, "[]")).status).toBe(503);
  expect(await (await first).text()).toContain("The file stopped coming.");
  const whole = `[${chat(1)},${chat(2)},${chat(3)}]`;
  const again = await bringIn(app, ann, whole);
  expect(again.html).toContain("2 chats were brought in.");
  expect((await titles(ann)).length).toBe(3);
});

/** Some MB of chats, each of a few messages. */
function file(count: number, letters = 2000): string {
  const chats = Array.from({ length: count }, (_, n) =>
    JSON.stringify(
      chatgptChat(`Chat ${n}`, [
        { key: "q", message: said("user", `Question ${n}`) },
        { key: "a", message: said("assistant", `Answer ${n} ${"word ".repeat(letters / 5)}`) },
        { key: "q2", message: said("user", `More ${n}`) },
        { key: "a2", message: said("assistant", `So ${n} ${"word ".repeat(letters / 5)}`) },
      ]),
    ),
  );
  return `[${chats.join(",\n")}]`;
}

test("who chats meanwhile does not notice: replies keep their pace, and memory stays flat", async () => {
  const over = new AbortController();
  await using upstream = await startUpstream(async (_, reply) => {
    reply.open();
    // In paragraphs, for a long one alone is shown ever less often.
    for (let n = 1; !over.signal.aborted; n += 1) {
      await reply.write(delta(n % 10 === 0 ? "so on.\n\n" : "and "));
      await Bun.sleep(20);
    }
    reply.end();
  });
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const [ann, tab] = await Promise.all([visit(app.url), openTab(app.url)]);
  const count = () => tab.frames.filter((frame) => frame.type === "reply").length;
  tab.send("Begin");
  await tab.until(() => count() > 0);
  const all = new TextEncoder().encode(file(1200, 8000));
  let at = 0;
  // Sent in pieces, for the client is in this process too.
  const body = new ReadableStream({
    async pull(controller) {
      await Bun.sleep(0);
      controller.enqueue(all.slice(at, (at += 64 * 1024)));
      if (at >= all.length) controller.close();
    },
  });
  const before = process.memoryUsage.rss();
  // Held to what the machine gives without the file: a quarter, for other tests run beside this one.
  const [alone] = await paced(count, () => Bun.sleep(4000));
  const headers = { Cookie: ann.cookie, Origin: app.url, "Content-Type": "application/json" };
  const [beside, html] = await paced(count, async () => {
    return (await fetch(`${app.url}/import`, { method: "POST", headers, body })).text();
  });
  over.abort();
  await resting(app);
  console.log(`${all.length / 1e6} MB; alone ${JSON.stringify(alone)}; beside it ${JSON.stringify(beside)}`);
  expect(html).toContain("1,200 chats were brought in.");
  expect(beside.framesPerS).toBeGreaterThan(alone.framesPerS / 4);
  expect(beside.lateMs).toBeLessThan(250);
  expect(beside.rss - before).toBeLessThan(4 * all.length);
});

type Pace = { framesPerS: number; lateMs: number; rss: number };

/** How many frames came, how late all but one in a hundred beats were, and the most memory there was. */
async function paced<T>(count: () => number, work: () => Promise<T>): Promise<[Pace, T]> {
  const [startMs, first, lates] = [performance.now(), count(), [] as number[]];
  let [atMs, rss] = [startMs, 0];
  const beat = setInterval(() => {
    lates.push(performance.now() - atMs - 5);
    atMs = performance.now();
    rss = Math.max(rss, process.memoryUsage.rss());
  }, 5);
  const done = await work();
  clearInterval(beat);
  const lateMs = lates.toSorted((a, b) => a - b)[Math.floor(lates.length * 0.99)] ?? 0;
  return [{ framesPerS: ((count() - first) * 1000) / (performance.now() - startMs), lateMs, rss }, done];
}

test("a server that is killed in the middle has whole chats, and the same file goes on [K1]", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-import-"));
  const env = { DATA: join(folder, "banter.db") };
  const all = file(1500);
  const program = await startProgram({ folder, env });
  const ann = await visit(program.url);
  const post = (url: string) => {
    const headers = { Cookie: ann.cookie.replace(/_\d+=/, `_${new URL(url).port}=`), Origin: url };
    const init = { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: all };
    return fetch(`${url}/import`, init);
  };
  const cut = post(program.url).catch(() => null);
  // Any six: a certain one may have left the first page again between two looks.
  const list = async () =>
    ((await (await ann.get("/conversations")).text()).match(/Chat \d+</g) ?? []).length > 5;
  while (!(await list())) await Bun.sleep(5);
  await program.end("SIGKILL");
  await cut;
  await using next = await startProgram({ folder, env });
  const again = await visit(next.url, ann.cookie.replace(/_\d+=/, `_${new URL(next.url).port}=`));
  const file1 = (await (await again.get("/export.json")).json()) as {
    conversations: { messages: unknown[] }[];
  };
  expect(file1.conversations.length).toBeGreaterThan(5);
  expect(file1.conversations.length).toBeLessThan(1500);
  expect(file1.conversations.filter(({ messages }) => messages.length !== 4)).toEqual([]);
  const left = 1500 - file1.conversations.length;
  expect(await (await post(next.url)).text()).toContain(
    `${left.toLocaleString("en")} chats were brought in.`,
  );
  expect((await titles(again)).length).toBe(1500);
  await rm(folder, { recursive: true });
});
