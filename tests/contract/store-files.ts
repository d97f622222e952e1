/** The store's contract: what people bring, and how long it is kept. */
import { expect } from "bun:test";
import type { FilePart, Part } from "../../src/domain.ts";
import type { NewFile } from "../../src/store/files/file-store.ts";
import type { Store } from "../../src/store/store.ts";
import { created, ending, generation, talk, turn, type Contract } from "./store-inputs.ts";

export const filesContract: Contract = {
  "a file that was brought is found and read by its owner": async (store) => {
    const image = await brought(store, "f1", { width: 640, height: 480, type: "image/png" });
    const text = await brought(store, "f2", { name: "notes.txt", bytes: bytesOf("Some notes") });
    expect(image).toEqual({ ...common("f1", 8), type: "image", name: "cat.png", width: 640, height: 480 });
    expect(text).toEqual({ ...common("f2", 10), type: "file", name: "notes.txt" });
    expect(await store.files.find("ann", ["f2", "none", "f1"])).toEqual([text, image]);
    const paged = await brought(store, "f3", { name: "a.pdf", pages: 12 });
    expect(paged).toEqual({ ...common("f3", 8), type: "file", name: "a.pdf", pages: 12 });
    expect(await store.files.find("ann", ["f3"])).toEqual([paged]);
    expect(await store.files.read("ann", "f1")).toMatchObject({
      type: "image/png",
      bytes: bytesOf("pictured"),
    });
  },

  "another's files are as none": async (store) => {
    await brought(store, "f1");
    expect(await store.files.find("bob", ["f1"])).toEqual([]);
    expect(await store.files.read("bob", "f1")).toBeNull();
    expect(await store.files.forget("bob", "f1")).toBe(false);
    await expect(carry(store, "1", null, [part("f1")], { owner: "bob" })).rejects.toThrow("no longer there");
    expect(await store.conversations.of("bob", "message", "u1")).toBeNull();
    expect(await store.files.read("ann", "f1")).not.toBeNull();
  },

  "the same bytes are kept once for an owner, and count once": async (store) => {
    await brought(store, "f1", { bytesMax: 8 });
    expect(await brought(store, "f2", { bytesMax: 8, name: "again.png" })).toMatchObject({
      name: "again.png",
    });
    expect(await add(store, "f3", { bytesMax: 8, bytes: bytesOf("x") })).toBeNull();
    await store.files.forget("ann", "f1");
    expect(await store.files.read("ann", "f1")).toBeNull();
    expect(await store.files.read("ann", "f2")).toMatchObject({ bytes: bytesOf("pictured") });
  },

  "what does not fit is refused, until something has gone": async (store) => {
    await brought(store, "f1", { bytesMax: 10 });
    expect(await add(store, "f2", { bytes: bytesOf("abc"), bytesMax: 10 })).toBeNull();
    expect(await store.files.forget("ann", "f1")).toBe(true);
    expect(await add(store, "f2", { bytes: bytesOf("abc"), bytesMax: 10 })).not.toBeNull();
    expect(await add(store, "b1", { owner: "bob", bytesMax: 10 })).not.toBeNull();
  },

  "a message carries its files, and they go with it": async (store) => {
    const file = await brought(store, "f1");
    const [sent] = created(await carry(store, "1", null, [file])).messages;
    expect(sent?.parts).toEqual([{ type: "text", text: "Question 1" }, file]);
    expect(await store.files.forget("ann", "f1")).toBe(false);
    expect(await store.files.find("ann", ["f1"])).toEqual([file]);
    await store.generations.finish(ending("g1"));
    await store.turns.delete({ owner: "ann", message: "u1", nowMs: 1 });
    expect(await store.files.find("ann", ["f1"])).toEqual([]);
    expect(await store.files.read("ann", "f1")).toBeNull();
  },

  "a file of two messages stays with the one that is left": async (store) => {
    const file = await brought(store, "f1");
    await carry(store, "1", null, [file]);
    await store.generations.finish(ending("g1"));
    const message = { id: "u2", parts: [{ type: "text" as const, text: "Anew" }, file] };
    const edit = {
      owner: "ann",
      of: "u1",
      message,
      reply: { id: "a2" },
      generation: generation(2),
      nowMs: 1,
    };
    created(await store.turns.edit(edit));
    await store.generations.finish(ending("g2"));
    await store.turns.delete({ owner: "ann", message: "u1", nowMs: 1 });
    expect(await store.files.read("ann", "f1")).not.toBeNull();
    await store.turns.delete({ owner: "ann", message: "u2", nowMs: 1 });
    expect(await store.files.read("ann", "f1")).toBeNull();
  },

  "a message with a file that has gone is not written": async (store) => {
    const file = await brought(store, "f1");
    await store.files.forget("ann", "f1");
    await expect(carry(store, "1", null, [file])).rejects.toThrow("no longer there");
    expect(await store.conversations.find("ann", "c")).toBeNull();
    await talk(store, 1);
  },

  "the same message again is the same, files and all": async (store) => {
    const file = await brought(store, "f1");
    await carry(store, "1", null, [file]);
    expect(await carry(store, "1", null, [file])).toEqual({ status: "exists", conversation: "c" });
    const other = turn("1", null, { reply: { id: "a9" }, generation: generation(9) });
    expect(await store.turns.send(other)).toEqual({ status: "taken" });
  },

  "files go with their conversation, when it is swept": async (store) => {
    const file = await brought(store, "f1");
    await carry(store, "1", null, [file]);
    await store.generations.finish(ending("g1"));
    const change = { type: "delete" } as const;
    await store.changes.apply({ owner: "ann", op: "o", conversation: "c", change, tagsMax: 1, nowMs: 10 });
    const sweep = { deletedBeforeMs: 20, doneBeforeMs: 0, rowsMax: 9 };
    while (await store.changes.sweep(sweep));
    expect(await store.files.read("ann", "f1")).toBeNull();
  },

  "a message is found by the name of its file": async (store) => {
    await carry(store, "1", null, [await brought(store, "f1", { name: "Quarterly figures.csv" })]);
    while (await store.search.keepUp(9));
    const asked = { query: "quarterly", after: null, limit: 9, titlesMax: 9 };
    const { messages } = await store.search.find("ann", asked);
    expect(messages).toMatchObject([{ id: "u1" }]);
  },

  "what was never sent is swept in its time, and what was sent is not": async (store) => {
    const sent = await brought(store, "f1", { nowMs: 100 });
    await carry(store, "1", null, [sent]);
    await brought(store, "f2", { nowMs: 100, bytes: bytesOf("old") });
    await brought(store, "f3", { nowMs: 300, bytes: bytesOf("new") });
    const sweep = { beforeMs: 200, temporaryBeforeMs: 200, rowsMax: 9 };
    expect(await store.files.sweep(sweep)).toBe(true);
    expect(await store.files.sweep(sweep)).toBe(false);
    expect((await store.files.find("ann", ["f1", "f2", "f3"])).map(({ file }) => file)).toEqual(["f1", "f3"]);
  },
};

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

const common = (file: string, bytes: number) => ({ file, bytes, tokens: 7 });

function add(store: Store, id: string, given: Partial<NewFile> = {}): Promise<FilePart | null> {
  return store.files.add({
    owner: "ann",
    id,
    name: "cat.png",
    type: "text/plain",
    bytes: bytesOf("pictured"),
    width: null,
    height: null,
    pages: null,
    tokens: 7,
    bytesMax: 1000,
    temporaryBytesMax: given.bytesMax ?? 1000,
    nowMs: 1,
    ...given,
  });
}

async function brought(store: Store, id: string, given: Partial<NewFile> = {}): Promise<FilePart> {
  const file = await add(store, id, given);
  if (file === null) throw new Error("there was no room");
  return file;
}

function part(file: string): FilePart {
  return { ...common(file, 8), type: "file", name: "cat.png" };
}

function carry(store: Store, n: string, parent: string | null, files: FilePart[], given = {}) {
  const parts: Part[] = [{ type: "text", text: `Question ${n}` }, ...files];
  return store.turns.send(turn(n, parent, { message: { id: `u${n}`, parts }, ...given }));
}
