/** What a model is asked: the visible path and the settings, and nothing else. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { messagesIn } from "../support/page.ts";
import { loadTab, openTab, type Tab } from "../support/tab.ts";
import {
  delta,
  done,
  finish,
  startUpstream,
  thought,
  type Script,
  type Upstream,
  type UpstreamRequest,
} from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

type Body = { messages: { role: string; content: string }[] };

function bodyOf(request: UpstreamRequest | undefined): Body {
  return request?.json as Body;
}

/** Each reply says which request it answers. */
const numbered: Script = (request, reply) =>
  reply.stream([delta(`Answer ${request.index + 1}`), finish("stop"), done()]);

/** A turn to its end: what is sent by `ask`, what the model was asked. */
async function turn(app: TestApp, upstream: Upstream, tab: Tab, ask: () => string): Promise<Body> {
  const before = upstream.requests.length;
  const answer = await tab.answered(ask());
  expect(answer.type).toBe("ack");
  await tab.until(() => upstream.requests.length > before);
  await resting(app);
  return bodyOf(upstream.requests.at(-1));
}

/** Ids of the messages on show, by their role. */
async function shown(tab: Tab): Promise<{ user: string[]; assistant: string[] }> {
  const path = `/conversations/${tab.position.conversation}`;
  const { html } = await loadTab(tab.url, { cookie: tab.cookie, path });
  return { user: messagesIn(html, "user"), assistant: messagesIn(html, "assistant") };
}

const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });

test("the first message is asked with model, message, limit and temperature, and nothing else (C3)", async () => {
  await using upstream = await startUpstream(numbered);
  const env = { ...upstreamEnv(upstream), MAX_TOKENS: "200", TEMPERATURE: "0.7" };
  await using app = await startApp({ env });
  const tab = await openTab(app.url);
  await tab.send("Why is the sky blue?");
  const request = await upstream.nextRequest();
  await tab.ended();
  expect(request.json).toEqual({
    model: "test-model",
    messages: [user("Why is the sky blue?")],
    max_tokens: 200,
    temperature: 0.7,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect([request.method, request.path]).toEqual(["POST", "/v1/chat/completions"]);
  expect(request.headers["authorization"]).toBeUndefined();
  expect(request.headers["cookie"]).toBeUndefined();
  expect(upstream.requests.length).toBe(1);
});

test("the system prompt comes first, and a key goes in its header alone", async () => {
  await using upstream = await startUpstream(numbered);
  const env = {
    ...upstreamEnv(upstream),
    SYSTEM_PROMPT: "Speak as a pirate.",
    INFERENCE_KEY: "key-of-the-server",
  };
  await using app = await startApp({ env });
  const tab = await openTab(app.url);
  await tab.send("Hello");
  const request = await upstream.nextRequest();
  await tab.ended();
  expect(bodyOf(request).messages).toEqual([
    { role: "system", content: "Speak as a pirate." },
    user("Hello"),
  ]);
  expect(request.headers["authorization"]).toBe("Bearer key-of-the-server");
  expect(request.body).not.toContain("key-of-the-server");
});

test("later turns, edits, new versions and branches send the path that is on show", async () => {
  await using upstream = await startUpstream(numbered);
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  const { conversation } = tab.position;
  const go = (ask: () => string) => turn(app, upstream, tab, ask);
  await go(() => tab.ask({ op: "message.send", conversation, parent: null, text: "One" }));
  const [first = ""] = (await shown(tab)).assistant;
  const second = await go(() => tab.ask({ op: "message.send", conversation, parent: first, text: "Two" }));
  const path = [user("One"), assistant("Answer 1"), user("Two")];
  expect(second.messages).toEqual(path);
  const before = await shown(tab);
  const again = await go(() => tab.ask({ op: "message.regenerate", message: before.assistant[1] ?? "" }));
  expect(again.messages).toEqual(path);
  const [, version = ""] = (await shown(tab)).assistant;
  expect(version).not.toBe(before.assistant[1] ?? "");
  const third = await go(() => tab.ask({ op: "message.send", conversation, parent: version, text: "Three" }));
  expect(third.messages).toEqual([...path, assistant("Answer 3"), user("Three")]);
  const edited = await go(() => tab.ask({ op: "message.edit", message: before.user[1] ?? "", text: "Two!" }));
  expect(edited.messages).toEqual([...path.slice(0, 2), user("Two!")]);
  const start = await go(() => tab.ask({ op: "message.edit", message: before.user[0] ?? "", text: "One!" }));
  expect(start.messages).toEqual([user("One!")]);
  // Back on the first branch: what stands below it comes with it.
  await tab.answered(tab.ask({ op: "branch.choose", message: before.user[0] ?? "" }));
  const on = await shown(tab);
  const leaf = on.assistant.at(-1) ?? "";
  const fourth = await go(() => tab.ask({ op: "message.send", conversation, parent: leaf, text: "Four" }));
  expect(fourth.messages).toEqual([...path.slice(0, 2), user("Two!"), assistant("Answer 5"), user("Four")]);
  // A tab that has not seen any of this sends where it looked.
  const stale = await go(() =>
    tab.ask({ op: "message.send", conversation, parent: first, text: "From before" }),
  );
  expect(stale.messages).toEqual([...path.slice(0, 2), user("From before")]);
});

test("a reply that was cut off goes on from its own words, and stands as one", async () => {
  const scripts = [
    [delta("The first half"), finish("length"), done()],
    [delta(" and the second."), finish("stop"), done()],
  ];
  await using upstream = await startUpstream((request, reply) => reply.stream(scripts[request.index] ?? []));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  const { conversation } = tab.position;
  await turn(app, upstream, tab, () =>
    tab.ask({ op: "message.send", conversation, parent: null, text: "Go" }),
  );
  const [message = ""] = (await shown(tab)).assistant;
  const asked = await turn(app, upstream, tab, () => tab.ask({ op: "message.continue", message }));
  expect(asked.messages).toEqual([
    user("Go"),
    assistant("The first half"),
    user("Your reply was cut off. Go on exactly where it stopped, without repeating any of it."),
  ]);
  const page = await loadTab(app.url, { cookie: tab.cookie, path: `/conversations/${conversation}` });
  expect(page.html).toContain('<p dir="auto">The first half and the second.</p>');
  expect((await shown(tab)).assistant).toEqual([message]);
});

test("a reply that was cut off while it thought is asked for again, not gone on from", async () => {
  const scripts = [
    [thought("Let me see"), finish("length"), done()],
    [thought(", yes."), delta("Yes."), finish("stop"), done()],
  ];
  await using upstream = await startUpstream((request, reply) => reply.stream(scripts[request.index] ?? []));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const tab = await openTab(app.url);
  const { conversation } = tab.position;
  await turn(app, upstream, tab, () =>
    tab.ask({ op: "message.send", conversation, parent: null, text: "Well?" }),
  );
  const [message = ""] = (await shown(tab)).assistant;
  const asked = await turn(app, upstream, tab, () => tab.ask({ op: "message.continue", message }));
  expect(asked.messages).toEqual([user("Well?")]);
  const next = await turn(app, upstream, tab, () =>
    tab.ask({ op: "message.send", conversation, parent: message, text: "Why?" }),
  );
  // Thoughts are not sent back.
  expect(next.messages).toEqual([user("Well?"), assistant("Yes."), user("Why?")]);
});
