/** What becomes of files when a chat is taken along, brought in elsewhere, or shared. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, upstreamEnv, type AppSettings } from "../support/app.ts";
import { bring } from "../support/bring.ts";
import { visit, type Visitor } from "../support/form.ts";
import { png } from "../support/pictures.ts";
import { read, share } from "../support/shares.ts";
import { bringIn } from "../support/takeaway.ts";
import { goodReply, startUpstream, type Upstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream((_, reply) => reply.stream(goodReply("A walrus.")));
});
afterAll(() => upstream.stop());

const notes = "Walruses sleep on ice.\n```\nsleep(ice)\n```\n";

/** Somebody who asks about a text and a picture. */
async function asked(limits: AppSettings["limits"] = {}) {
  const app = await startApp({ env: upstreamEnv(upstream), limits });
  const ann = await visit(app.url);
  const text = await bring(app.url, ann.cookie, notes, { name: "notes <1>.md" });
  const picture = await bring(app.url, ann.cookie, png(8, 8), { name: "walrus.png" });
  const conversation = crypto.randomUUID();
  const files = `${text.id} ${picture.id}`;
  const fields = { id: crypto.randomUUID(), conversation, parent: "", text: "What is this?", files };
  expect((await ann.post("message.send", fields)).status).toBe(303);
  await resting(app);
  return { app, ann, conversation, ids: [text.id, picture.id] };
}

async function partsOf({ get }: Visitor): Promise<Record<string, unknown>[]> {
  type Taken = { conversations: { messages: { parts: Record<string, unknown>[] }[] }[] };
  const { conversations } = (await (await get("/export.json")).json()) as Taken;
  return conversations[0]?.messages[0]?.parts ?? [];
}

test("a text that was attached is taken along in JSON and Markdown, and a picture's name", async () => {
  const { app, ann } = await asked();
  const [words, text, picture] = await partsOf(ann);
  expect(words).toEqual({ type: "text", text: "What is this?" });
  expect(text).toMatchObject({ type: "file", name: "notes <1>.md", content: notes });
  expect(picture).toMatchObject({ type: "image", name: "walrus.png" });
  expect(picture).not.toHaveProperty("content");
  const markdown = await (await ann.get("/export.md")).text();
  expect(markdown).toContain(
    `What is this?\n\n\\[notes \\<1\\>.md\\]\n\n\`\`\`\`\n${notes}\`\`\`\`\n\n\\[walrus.png\\]\n`,
  );
  await app[Symbol.asyncDispose]();
});

test("brought in elsewhere, the text stands among the words, and a word for the picture", async () => {
  const { app, ann } = await asked();
  const file = await (await ann.get("/export.json")).text();
  await using other = await startApp();
  const bob = await visit(other.url);
  expect((await bringIn(other, bob, file)).html).toContain("One chat was brought in.");
  expect(await partsOf(bob)).toEqual([
    { type: "text", text: "What is this?" },
    { type: "text", text: `\n\nnotes <1>.md:\n\`\`\`\`\n${notes}\`\`\`\`` },
    { type: "text", text: "\n\n[image]" },
  ]);
  await app[Symbol.asyncDispose]();
});

test("past what a chat's texts may take, they are named alone", async () => {
  const { app, ann } = await asked({ takeawayTextBytesMax: notes.length - 1 });
  expect((await partsOf(ann))[1]).not.toHaveProperty("content");
  expect(await (await ann.get("/export.md")).text()).not.toContain("sleep(ice)");
  await app[Symbol.asyncDispose]();
});

test("a shared page says that there are files, and tells nothing of them [A1]", async () => {
  const { app, ann, conversation, ids } = await asked();
  const find = "SELECT leaf FROM conversations WHERE id = ?";
  const { leaf } = app.live.file?.db.query<{ leaf: string }, [string]>(find).get(conversation) ?? {
    leaf: "",
  };
  const link = await share(app, ann.cookie, { conversation, leaf });
  const html = await (await read(app, link.path)).text();
  expect(html).toContain("With 2 files, which are not shared.");
  expect(["notes", "walrus.png", "sleep(ice)", ...ids].filter((each) => html.includes(each))).toEqual([]);
  await app[Symbol.asyncDispose]();
});
