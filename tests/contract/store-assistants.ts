/** Assistants: an account's own, in its order, and what chats begin with. */
import { expect } from "bun:test";
import type { Assistant } from "../../src/domain.ts";
import type { Store } from "../../src/store/store.ts";
import { turn, type Contract } from "./store-inputs.ts";

export const assistantsContract: Contract = {
  "assistants are listed in the order they were made in, each its owner's own, and only so many": async (
    store,
  ) => {
    expect(await keep(store, "owl")).toBe("kept");
    expect(await keep(store, "fox")).toBe("kept");
    expect(await keep(store, "elk", {}, 2)).toBe("full");
    expect(await keep(store, "owl", { name: "Night owl" }, 2)).toBe("kept");
    expect(await store.assistants.keep({ ...input("owl"), owner: "bob" })).toBe("kept");
    expect(await names(store)).toEqual(["Night owl", "fox"]);
    expect(await names(store, "bob")).toEqual(["owl"]);
    expect(await store.assistants.find("ann", "elk")).toBeNull();
    expect(await store.assistants.find("bob", "fox")).toBeNull();
    expect(await store.assistants.find("ann", "owl")).toEqual({
      ...assistant("owl"),
      name: "Night owl",
      isDefault: false,
    });
  },
  "an assistant goes up by one place, and no further than the first": async (store) => {
    for (const id of ["owl", "fox", "elk"]) await keep(store, id);
    expect(await store.assistants.moveUp("ann", "elk")).toBe(true);
    expect(await names(store)).toEqual(["owl", "elk", "fox"]);
    expect(await store.assistants.moveUp("ann", "elk")).toBe(true);
    expect(await store.assistants.moveUp("ann", "elk")).toBe(false);
    expect(await store.assistants.moveUp("bob", "fox")).toBe(false);
    expect(await names(store)).toEqual(["elk", "owl", "fox"]);
  },
  "a chat that begins with an assistant has copies, which nothing done to the assistant changes": async (
    store,
  ) => {
    await keep(store, "owl");
    expect(await begin(store, "c", "owl")).toBe(true);
    expect(await begin(store, "c", "fox")).toBe(false);
    expect((await store.assistants.of("ann", "c"))?.name).toBe("owl");
    await keep(store, "owl", { model: null, parameters: { temperature: 1 } });
    expect(await store.models.of("ann", "c")).toEqual(choice);
    await store.assistants.remove("ann", "owl");
    expect(await store.assistants.of("ann", "c")).toBeNull();
    expect(await store.models.of("ann", "c")).toEqual(choice);
    await store.turns.send(turn(1, null, { generation: { ...turn(1, null).generation, model } }));
    expect((await store.conversations.find("ann", "c"))?.parameters).toEqual(choice.parameters);
    expect(await begin(store, "c", null)).toBe(false);
  },
  "new chats begin with the assistant that is for them, and chats that were begun don't": async (store) => {
    await store.turns.send(turn(1, null, { conversation: "old" }));
    await keep(store, "owl");
    expect((await store.models.of("ann", "new")).parameters).toEqual({});
    expect(await store.assistants.useForNew("ann", "fox")).toBe(false);
    expect(await store.assistants.useForNew("bob", "owl")).toBe(false);
    expect(await store.assistants.useForNew("ann", "owl")).toBe(true);
    expect(await store.models.of("ann", "new")).toEqual(choice);
    expect((await store.assistants.of("ann", "new"))?.isDefault).toBe(true);
    expect((await store.models.of("ann", "old")).parameters).toEqual({});
    expect(await store.assistants.of("ann", "old")).toBeNull();
    expect(await begin(store, "plain", null)).toBe(true);
    expect((await store.models.of("ann", "plain")).parameters).toEqual({});
    expect(await store.assistants.of("ann", "plain")).toBeNull();
    expect(await store.assistants.useForNew("ann", null)).toBe(true);
    expect((await store.models.of("ann", "new")).parameters).toEqual({});
  },
  "what is chosen for a new chat is chosen besides what new chats begin with": async (store) => {
    await keep(store, "owl");
    await store.assistants.useForNew("ann", "owl");
    const place = { owner: "ann", nowMs: 1 };
    const other = { endpoint: "demo", id: "other" };
    await store.models.choose({ ...place, conversation: "one", model: other });
    await store.models.race({ ...place, conversation: "two", model: other, isRival: true, max: 3 });
    await store.models.configure({ ...place, conversation: "three", parameters: {} });
    await store.assistants.useForNew("ann", null);
    expect(await store.models.of("ann", "one")).toEqual({ ...choice, model: other });
    expect(await store.models.of("ann", "two")).toEqual({ ...choice, rivals: [other] });
    expect((await store.models.of("ann", "three")).parameters).toEqual({});
    expect((await store.assistants.of("ann", "two"))?.name).toBe("owl");
  },
  "an account's assistants end with it": async (store) => {
    await keep(store, "owl");
    await store.accounts.end("ann", 1);
    while (await store.accounts.sweep(9));
    expect(await names(store)).toEqual([]);
  },
};

const model = { endpoint: "demo", id: "eliza" };
const choice = { model, parameters: { systemPrompt: "Hoot.", temperature: 0.5 } };

function assistant(id: string): Omit<Assistant, "isDefault"> {
  return { id, name: id, icon: "🦉", suggestions: ["Who?"], ...choice };
}

function input(id: string) {
  return { owner: "ann", assistant: assistant(id), max: 9, nowMs: 1 };
}

function keep(store: Store, id: string, given: Partial<Assistant> = {}, max = 9) {
  return store.assistants.keep({ ...input(id), assistant: { ...assistant(id), ...given }, max });
}

function begin(store: Store, conversation: string, id: string | null) {
  return store.assistants.begin({ owner: "ann", conversation, assistant: id, nowMs: 1 });
}

async function names(store: Store, owner = "ann"): Promise<string[]> {
  return (await store.assistants.list(owner)).map(({ name }) => name);
}
