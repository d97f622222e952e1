/** What a socket may be sent: everything, and only ops do something; what is wrong is said to the sender alone. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Frame } from "../../src/protocol.ts";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { loadTab, openTab, type FrameOf, type Tab } from "../support/tab.ts";
import { goodReply, startUpstream, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

let upstream: Upstream;
let app: TestApp;

beforeAll(async () => {
  upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  app = await startApp({ env: upstreamEnv(upstream), limits: { opsBurst: 10_000 } });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

const id = crypto.randomUUID();
const conversation = crypto.randomUUID();
const send = { op: "message.send", id, conversation, parent: null, text: "Hello" };

const bad: [what: string, message: string | Uint8Array<ArrayBuffer>, sentence: string][] = [
  ["nothing", "", "That is not JSON."],
  ["words", "hello", "That is not JSON."],
  ["half an op", JSON.stringify(send).slice(0, 40), "That is not JSON."],
  ["deep nesting", "[".repeat(200_000), "That is not JSON."],
  ["deep nesting that is closed", `${'{"a":'.repeat(9000)}1${"}".repeat(9000)}`, "An op has an id"],
  ["bytes", new TextEncoder().encode(JSON.stringify(send)), "Ops are text, not bytes."],
  ["no bytes", new Uint8Array(), "Ops are text, not bytes."],
  ["null", "null", "An op is an object"],
  ["a number", "7", "An op is an object"],
  ["a string", '"ping"', "An op is an object"],
  ["a list", JSON.stringify([send]), "An op is an object"],
  ["an object without an op", "{}", "An op has an id"],
  ["an id that is none", JSON.stringify({ ...send, id: "1" }), "An op has an id"],
  ["an id in upper case", JSON.stringify({ ...send, id: id.toUpperCase() }), "An op has an id"],
  ["an id that is a list", JSON.stringify({ ...send, id: [id] }), "An op has an id"],
  ["an op that there is none of", JSON.stringify({ ...send, op: "message.burn" }), "There is no such op."],
  ["an op named as a method", JSON.stringify({ ...send, op: "constructor" }), "There is no such op."],
  ["a text that is none", JSON.stringify({ ...send, text: 7 }), "“text” is not a text."],
  ["no text", JSON.stringify({ ...send, text: undefined }), "“text” is not a text."],
  ["spaces alone", JSON.stringify({ ...send, text: " \n\t\u00a0" }), "The message is empty."],
  ["NULs alone", JSON.stringify({ ...send, text: "\0\0" }), "The message is empty."],
  ["too long a text", JSON.stringify({ ...send, text: "x".repeat(100_001) }), "at most 100,000 characters"],
  ["no parent", JSON.stringify({ ...send, parent: undefined }), "“parent” is not an id."],
  ["a parent that is none", JSON.stringify({ ...send, parent: {} }), "“parent” is not an id."],
  ["no conversation", JSON.stringify({ ...send, conversation: null }), "“conversation” is not an id."],
  ["no message", JSON.stringify({ op: "generation.stop", id }), "“message” is not an id."],
  ["no position", JSON.stringify({ op: "conversation.join", id }), "“position” is not a position."],
  [
    "a position that is a list",
    JSON.stringify({ op: "conversation.join", id, position: [] }),
    "not a position",
  ],
  ["keys of prototypes", `{"__proto__":{"op":"ping"},"constructor":1,"id":"${id}"}`, "There is no such op."],
];

for (const [what, message, sentence] of bad) {
  test(`${what} is answered with a sentence, and the line goes on (P1)`, async () => {
    const tab = await openTab(app.url);
    tab.raw(message);
    const error = await tab.until(() => errorsOf(tab)[0]);
    expect(error).toMatchObject({ type: "error", code: "bad_op" });
    expect(error.text).toContain(sentence);
    expect(error.text).not.toContain("Hello");
    await tab.send("Still here");
    await tab.ended();
    expect(errorsOf(tab).length).toBe(1);
    tab.drop();
  });
}

function errorsOf(tab: Tab): FrameOf<"error">[] {
  return tab.frames.filter((frame) => frame.type === "error");
}

test("fields that an op does not have are no fault", async () => {
  const tab = await openTab(app.url);
  const own = { ...send, id: crypto.randomUUID(), conversation: tab.position.conversation };
  tab.raw(JSON.stringify({ ...own, owner: "somebody", admin: true, extra: [[[]]], toString: 1 }));
  expect(await tab.answered(own.id)).toMatchObject({ type: "ack", conversation: own.conversation });
  tab.drop();
});

test("a position that makes no sense is answered from the beginning (P5)", async () => {
  const tab = await openTab(app.url);
  const parent = await tab.send("Hello");
  await tab.ended();
  const { conversation: own, version } = tab.position;
  const replies = [null, 7, { generation: "x" }, { generation: parent, blocks: -1, seq: 1e99 }];
  const odd = {
    conversation: own,
    version,
    revision: -7.5,
    sidebar: [],
    replies: Array.from({ length: 500 }, () => replies).flat(),
  };
  for (const revision of [odd.revision, 1e300, "3", null]) {
    const seen = tab.frames.length;
    tab.raw(
      JSON.stringify({ op: "conversation.join", id: crypto.randomUUID(), position: { ...odd, revision } }),
    );
    await tab.until(() => tab.frames.slice(seen).find((frame) => frame.type === "joined"));
    const thread = tab.frames.slice(seen).find((frame) => frame.type === "thread");
    expect(thread?.html).toContain('<p dir="auto">Well.</p>');
  }
  tab.drop();
});

test("a page that is ahead of the store, as after a restored backup, is told to load anew (P5)", async () => {
  const tab = await openTab(app.url);
  await tab.send("Hello");
  await tab.ended();
  tab.ask({ op: "conversation.join", position: { ...tab.position, revision: 99 } });
  await tab.until(() => tab.frames.some((frame) => frame.type === "reload"));
  tab.drop();
});

test("a page of another version is told to load anew (P7)", async () => {
  const tab = await openTab(app.url);
  tab.ask({ op: "conversation.join", position: { ...tab.position, version: "older" } });
  await tab.until(() => tab.frames.some((frame) => frame.type === "reload"));
  tab.drop();
});

const texts: [what: string, typed: string, kept: string][] = [
  ["half an emoji at the end", "ok \ud83d", "ok \ufffd"],
  ["half an emoji at the start", "\udc4d ok", "\ufffd ok"],
  ["two halves the wrong way round", "\udc4d\ud83d", "\ufffd\ufffd"],
  ["a whole emoji with its joiners", "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈", "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈"],
  ["NUL", "a\0b", "ab"],
  ["right-to-left words and marks", "שלום ‏\u202eabc\u202c مرحبا", "שלום ‏\u202eabc\u202c مرحبا"],
  ["many marks on one letter", `z${"\u0300".repeat(2000)}`, `z${"\u0300".repeat(2000)}`],
  ["line ends of Windows", "a\r\nb\n", "a\nb\n"],
  ["controls", "a\u0007\u001b[31mb\u0085", "a\u0007\u001b[31mb\u0085"],
  ["template words", "{{#each this}} {{{x}}} {{> layout}}", "{{#each this}} {{{x}}} {{&gt; layout}}"],
  ["tags", "<script>alert('1')</script>&amp;", "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;amp;"],
  ["query syntax", `'; DROP TABLE messages; -- " MATCH *`, `&#x27;; DROP TABLE messages; -- &quot; MATCH *`],
];

for (const [what, typed, kept] of texts) {
  test(`${what} in a message is kept as text, on the page and for the model (P2)`, async () => {
    const tab = await openTab(app.url);
    await tab.send(typed);
    await tab.ended();
    const page = await loadTab(app.url, {
      cookie: tab.cookie,
      path: `/conversations/${tab.position.conversation}`,
    });
    const own = /<div class="message__own"[^>]*>(.*?)<\/div>/s.exec(page.html)?.[1];
    expect(own).toBe(kept);
    const request = upstream.requests.at(-1)?.json as { messages: { content: string }[] };
    const sent = request.messages[0]?.content ?? "";
    expect(sent).toBe(typed.toWellFormed().replaceAll("\0", "").replaceAll("\r\n", "\n"));
    tab.drop();
  });
}

test("an op before the tab has joined is done and acknowledged, and nothing else is said (P6)", async () => {
  const tab = await loadTab(app.url);
  const frames: Frame[] = [];
  const headers = { Origin: app.url, Cookie: tab.cookie };
  const socket = new WebSocket(`${app.url.replace("http", "ws")}/socket`, { headers } as never);
  const acknowledged = new Promise<void>((resolve) => {
    socket.addEventListener("message", (event) => {
      frames.push(JSON.parse(String(event.data)) as Frame);
      resolve();
    });
  });
  const early = { ...send, id: crypto.randomUUID(), conversation: tab.position.conversation, text: "Early" };
  socket.addEventListener("open", () => socket.send(JSON.stringify(early)));
  await acknowledged;
  await tab.connect();
  await tab.until(() => tab.frames.find((frame) => frame.type === "thread")?.html.includes("Early"));
  expect(frames).toEqual([{ type: "ack", id: early.id, conversation: early.conversation }]);
  socket.close();
  tab.drop();
});
