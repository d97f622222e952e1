/** What people bring in: from here, from ChatGPT and HuggingChat, once however often. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp, resting, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";
import { bringIn, chatgptChat, huggingchatChat, said } from "../support/takeaway.ts";

// Other tests may run beside these.
setDefaultTimeout(60_000);

type Message = {
  id: string;
  parent: string | null;
  role: string;
  parts: unknown[];
  state?: string;
  model?: unknown;
};
type Chat = { id: string; title: string; leaf: string; messages: Message[]; archived: string | null };

async function exported({ get }: Visitor): Promise<Chat[]> {
  return ((await (await get("/export.json")).json()) as { conversations: Chat[] }).conversations;
}

async function ask(app: TestApp, { post }: Visitor, text: string): Promise<string> {
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  expect((await post("message.send", { ...ids, parent: "", text })).status).toBe(303);
  await resting(app);
  return ids.conversation;
}

const text = (value: string) => [{ type: "text", text: value }];

/** The branch that is shown. */
function shown({ leaf, messages }: Chat): [string, unknown[]][] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: [string, unknown[]][] = [];
  for (let at = byId.get(leaf); at !== undefined; at = byId.get(at.parent ?? ""))
    path.unshift([at.role, at.parts]);
  return path;
}

test("our own JSON comes in whole at another place, and once more changes nothing", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const conversation = await ask(app, ann, "I am unhappy.");
  await ann.post("conversation.tag", { id: crypto.randomUUID(), conversation, tag: "work" });
  await ann.post("conversation.pin", { id: crypto.randomUUID(), conversation });
  await ann.post("model.configure", {
    id: crypto.randomUUID(),
    conversation,
    systemPrompt: "Be kind.",
    stop: "a\nb",
  });
  const [before] = await exported(ann);
  await ann.post("message.regenerate", { id: crypto.randomUUID(), message: before?.leaf ?? "" });
  await resting(app);
  const file = await (await ann.get("/export.json")).text();
  await using other = await startApp();
  const bob = await visit(other.url);
  const first = await bringIn(other, bob, file);
  expect([first.status, first.html.includes("One chat was brought in.")]).toEqual([200, true]);
  // What was made here alone is counted here alone.
  const bare = (chats: Chat[]) =>
    JSON.parse(JSON.stringify(chats).replaceAll(/"calls":\d/g, '"calls":0')) as unknown;
  const there = await exported(bob);
  expect(bare(there)).toEqual(bare(await exported(ann)));
  const again = await bringIn(other, bob, file);
  expect([again.status, again.html.includes("One was here already")]).toEqual([200, true]);
  expect(await exported(bob)).toEqual(there);
  expect((await bringIn(app, ann, file)).html).toContain("Nothing was brought in.");
  // Somebody else's own, on the same server.
  expect((await bringIn(other, await visit(other.url), file)).html).toContain("One chat was brought in.");
  expect(await (await bob.get(`/conversations/${conversation}`)).text()).toContain("I am unhappy.");
  expect(await (await bob.get("/usage")).text()).toContain("Nothing");
});

test("a chat that came in goes on like any other, and is found by its words", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const nodes = [
    { key: "q", message: said("user", "Where do walruses sleep?") },
    { key: "a", message: said("assistant", "On **ice**.") },
  ];
  await bringIn(app, ann, JSON.stringify([chatgptChat("Walruses", nodes)]));
  const [chat] = await exported(ann);
  const ids = { id: crypto.randomUUID(), conversation: chat?.id ?? "", parent: chat?.leaf ?? "" };
  expect((await ann.post("message.send", { ...ids, text: "And bears?" })).status).toBe(303);
  await resting(app);
  expect(await (await ann.get(`/conversations/${chat?.id}`)).text()).toContain("On <strong>ice</strong>.");
  expect(
    (await ann.post("message.regenerate", { id: crypto.randomUUID(), message: chat?.leaf ?? "" })).status,
  ).toBe(303);
  await resting(app);
  while (!(await (await ann.get("/search?q=walruses")).text()).includes("Where do")) await Bun.sleep(20);
  expect(await (await ann.get("/")).text()).toContain("Walruses");
});

test("ChatGPT's tree comes in with its branches, thoughts and pictures' places, without what nobody saw", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const picture = { content_type: "image_asset_pointer", asset_pointer: "file-service://x" };
  const nodes = [
    { key: "s", message: said("system", "Secret instructions") },
    {
      key: "hidden",
      message: said("user", "Hidden words", { metadata: { is_visually_hidden_from_conversation: true } }),
    },
    {
      key: "q",
      message: said("user", { content_type: "multimodal_text", parts: [picture, "What is this?"] }),
    },
    {
      key: "t",
      message: said("assistant", {
        content_type: "thoughts",
        thoughts: [{ summary: "Looking", content: "A fur." }],
      }),
    },
    {
      key: "call",
      message: said("assistant", { content_type: "code", text: "search()" }, { recipient: "browser" }),
    },
    { key: "tool", message: said("tool", "Search results") },
    { key: "a", message: said("assistant", "A walrus.", { metadata: { model_slug: "gpt-4o" } }) },
    { key: "null", message: null },
    { key: "q2", message: said("user", "Sure?") },
    { key: "a2", message: said("assistant", "Yes.") },
    { key: "b", under: "q", message: said("assistant", "A seal.") },
    { key: "lost", under: "lost too", message: said("user", "Adrift") },
    { key: "loop", under: "loop", message: said("user", "Going round") },
  ];
  const file = JSON.stringify([chatgptChat("Tree", nodes, { current_node: "a2", is_archived: true })]);
  expect((await bringIn(app, ann, file)).html).toContain("One chat was brought in.");
  const [chat] = await exported(ann);
  expect(chat).toMatchObject({ title: "Tree", archived: "2023-11-14T22:15:00.000Z" });
  if (chat === undefined) throw new Error("nothing came");
  const thought = { type: "reasoning", text: "Looking\n\nA fur.", durationMs: null };
  expect(shown(chat)).toEqual([
    ["user", text("[image]\n\nWhat is this?")],
    ["assistant", [thought, ...text("A walrus.")]],
    ["user", text("Sure?")],
    ["assistant", text("Yes.")],
  ]);
  const [question] = chat.messages;
  const replies = chat.messages.filter(({ parent }) => parent === question?.id);
  expect(replies.map(({ parts }) => parts)).toEqual([[thought, ...text("A walrus.")], text("A seal.")]);
  expect(JSON.stringify(chat)).not.toMatch(/Secret|Hidden words|search\(\)|Search results|Going round/);
  expect(JSON.stringify(chat)).toContain("Adrift");
});

test("HuggingChat's comes in with its branches, system prompt and thoughts, older ones as lists", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const tree = huggingchatChat(
    "Tree",
    [
      { id: "s", from: "system", content: "Be brief.", ancestors: [], children: ["q"] },
      {
        id: "q",
        from: "user",
        content: "Why?",
        ancestors: ["s"],
        children: ["a", "b"],
        files: ["file-1.png", "notes.txt"],
      },
      { id: "a", from: "assistant", content: "Because.", ancestors: ["s", "q"], interrupted: true },
      {
        id: "b",
        from: "assistant",
        content: "So.",
        reasoning: "Hm.",
        ancestors: ["s", "q"],
        routerMetadata: { model: "org/b", provider: "novita" },
      },
    ],
    { preprompt: "Be brief." },
  );
  const list = huggingchatChat("List", [
    { from: "user", content: "One" },
    { from: "assistant", content: "Two" },
  ]);
  const trace = {
    format: "chat-ui-conversation-trace",
    version: 1,
    conversation: { ...list, _id: undefined, id: "t", title: "Trace" },
  };
  expect((await bringIn(app, ann, JSON.stringify([tree, list], null, 2))).html).toContain(
    "2 chats were brought in.",
  );
  expect((await bringIn(app, ann, JSON.stringify(trace))).html).toContain("One chat was brought in.");
  const chats = await exported(ann);
  const [own, older] = ["Tree", "List"].map((title) => chats.find((chat) => chat.title === title));
  if (own === undefined || older === undefined) throw new Error("nothing came");
  expect(own).toMatchObject({
    parameters: { systemPrompt: "Be brief." },
    created: "2024-05-01T10:00:00.000Z",
  });
  expect(shown(own)).toEqual([
    ["user", text("Why?\n\n[image]\n\n[file]")],
    ["assistant", [{ type: "reasoning", text: "Hm.", durationMs: null }, ...text("So.")]],
  ]);
  expect(own.messages.map(({ state, model }) => [state, model])).toEqual([
    [undefined, undefined],
    ["stopped", { endpoint: "huggingface", id: "org/model" }],
    ["complete", { endpoint: "huggingface", id: "org/b" }],
  ]);
  expect(shown(older)).toEqual([
    ["user", text("One")],
    ["assistant", text("Two")],
  ]);
});
