/** Assistants are taken along with all else, and come in elsewhere as they were. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../support/app.ts";
import { makeAssistant, owl, postAssistants } from "../support/assistants.ts";
import { visit, type Visitor } from "../support/form.ts";
import { bringIn, huggingchatChat } from "../support/takeaway.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

type Taken = { id: string; name: string; isDefault: boolean };

async function taken({ get }: Visitor): Promise<Taken[]> {
  return ((await (await get("/export.json")).json()) as { assistants?: Taken[] }).assistants ?? [];
}

test("assistants come in as they were, once, and new chats begin as they did elsewhere", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  expect(await taken(ann)).toEqual([]);
  const id = await makeAssistant(app, ann.cookie, { model: "demo/eliza", stop: "a\nb", providers: "chosen" });
  await makeAssistant(app, ann.cookie, { name: "Fox", icon: "🦊", suggestions: "" });
  await postAssistants(app, ann.cookie, { use: id });
  const all = await taken(ann);
  expect(all.map(({ name, isDefault }) => [name, isDefault])).toEqual([
    ["Night owl", true],
    ["Fox", false],
  ]);
  const file = await (await ann.get("/export.json")).text();
  await using other = await startApp();
  const bob = await visit(other.url);
  const first = await bringIn(other, bob, file);
  expect([first.status, first.html.includes("2 assistants were brought in.")]).toEqual([200, true]);
  expect(first.html).not.toContain("Nothing was brought in.");
  expect(await taken(bob)).toEqual(all);
  expect((await bringIn(other, bob, file)).html).toContain("Nothing was brought in.");
  const own = await visit(other.url);
  const mine = await makeAssistant(other, own.cookie, { name: "Mine" });
  await postAssistants(other, own.cookie, { use: mine });
  await bringIn(other, own, file);
  expect((await taken(own)).map(({ name, isDefault }) => [name, isDefault])).toEqual([
    ["Mine", true],
    ["Night owl", false],
    ["Fox", false],
  ]);
});

test("an assistant that is not as one is written, or past their number, is named and left out", async () => {
  await using app = await startApp({ limits: { assistantsMax: 2 } });
  const ann = await visit(app.url);
  const sound = { id: crypto.randomUUID(), name: owl.name, icon: "🦉", model: null, parameters: {} };
  const list = [
    sound,
    { ...sound, id: crypto.randomUUID(), name: "No icon", icon: "owl" },
    { ...sound, id: "x", name: "No id" },
    { ...sound, id: crypto.randomUUID(), name: "Too hot", parameters: { temperature: 7 } },
    { ...sound, id: crypto.randomUUID(), name: "Second", suggestions: ["Who?", 7] },
    { ...sound, id: crypto.randomUUID(), name: "Third" },
  ];
  const file = { format: "banter", version: 1, assistants: list, conversations: [] };
  const { html } = await bringIn(app, ann, JSON.stringify(file));
  for (const name of ["No icon", "No id", "Too hot"])
    expect(html).toContain(`“${name}”: it is not written as any of these programs would.`);
  expect(html).toContain("“Third”: there are as many assistants here as there may be.");
  expect((await taken(ann)).map(({ name }) => name)).toEqual(["Night owl", "Second"]);
});

test("another program's list of that name is passed over", async () => {
  await using app = await startApp();
  const ann = await visit(app.url);
  const chat = huggingchatChat("Walruses", [{ from: "user", content: "Hello" }]);
  const file = { assistants: [{ _id: "a", name: "Theirs" }], conversations: [chat] };
  const { html } = await bringIn(app, ann, JSON.stringify(file));
  expect(html).toContain("One chat was brought in.");
  expect(html).not.toContain("Theirs");
  expect(await taken(ann)).toEqual([]);
});
