/** A thread that brings the store's log into its file while much is written at once. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRelief } from "../../src/app/threads.ts";
import { createLog } from "../../src/log.ts";
import { openFile, storeOn } from "../../src/store/sqlite.ts";
import type { Imported } from "../../src/store/takeaway/takeaway-store.ts";
import { until } from "../support/process.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

async function open() {
  const folder = await mkdtemp(join(tmpdir(), "banter-relief-"));
  const logged: string[] = [];
  const log = createLog({ level: "debug", format: "json", write: (line) => void logged.push(line) });
  const path = join(folder, "banter.db");
  const file = await openFile({ path, log, busyTimeoutMs: 1000 });
  const { takeaway, close } = storeOn(file, log);
  const pages = () => file.db.query("PRAGMA wal_autocheckpoint").values()[0]?.[0];
  const bytes = () => Bun.file(path).size;
  const dispose = async () => {
    await close();
    await rm(folder, { recursive: true });
  };
  return { takeaway, logged, pages, bytes, [Symbol.asyncDispose]: dispose };
}

test("what is in the log goes into the file by another thread, until nobody needs it any more", async () => {
  await using store = await open();
  const { takeaway, pages, bytes } = store;
  expect(pages()).toBe(1000);
  let started = 0;
  const ended = Promise.withResolvers<void>();
  const start = () => {
    started += 1;
    const thread = startRelief();
    thread.addEventListener("close", () => ended.resolve());
    return thread;
  };
  const [first, second] = [takeaway.relieve(start), takeaway.relieve(start)];
  expect([started, pages()]).toEqual([1, 16_000]);
  // 12 MB: of this, commits would have brought a part into the file, but for the larger bound.
  for (let n = 0; n < 6; n += 1) expect(await takeaway.add("ann", conversation(2_000_000), 0)).toBe("added");
  await until("the thread", () => bytes() > 12_000_000);
  first();
  first();
  expect(pages()).toBe(16_000);
  second();
  expect(pages()).toBe(1000);
  await ended.promise;
  expect(store.logged.filter((line) => line.includes("relief_failed"))).toEqual([]);
});

test("where the thread can't begin, commits do it as ever", async () => {
  await using store = await open();
  const missing = () => new Worker(new URL("./no-such-thread.ts", import.meta.url));
  const end = store.takeaway.relieve(missing);
  await until("the warning", () => store.logged.some((line) => line.includes("store.relief_failed")));
  expect(store.pages()).toBe(1000);
  expect(await store.takeaway.add("ann", conversation(6_000_000), 0)).toBe("added");
  expect(store.bytes()).toBeGreaterThan(4_000_000);
  end();
});

function conversation(letters: number): Imported {
  const [id, message] = [crypto.randomUUID(), crypto.randomUUID()];
  const times = { createdMs: 0, updatedMs: 0, pinnedMs: null, archivedMs: null };
  const text = "word ".repeat(letters / 5);
  const asked = { id: message, parent: null, role: "user" as const, createdMs: 0, reply: null };
  return {
    ...{ id, title: "Chat", titledBy: "words", tags: [], model: null, parameters: {}, leaf: message },
    ...{ ...times, messages: [{ ...asked, parts: [{ type: "text", text }] }] },
  };
}
