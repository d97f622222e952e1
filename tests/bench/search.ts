/** `bun tests/bench/search.ts [MESSAGES]`: how long it takes to put messages into the index, and to find some. */
import { Database } from "bun:sqlite";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { conversationId, messageId } from "../support/fill.ts";
import { randomOf } from "../support/random.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const wordsEach = 40;
/** Half of all is one person's, the rest belongs to a thousand others. */
const [own, others] = ["0b3d8f7e-5a1c-4e7b-9d55-0c6a4d3e2f10", 1000];
const random = randomOf(1);
const vocabulary = Array.from({ length: 20_000 }, () => {
  return Array.from({ length: 2 + random.below(9) }, () => String.fromCharCode(97 + random.below(26))).join(
    "",
  );
});
/** Few words are common, and most are rare. */
const anyWord = () => vocabulary[Math.floor((random.below(1e6) / 1e6) ** 3 * vocabulary.length)] ?? "";

const read = readConfig({});
if ("faults" in read) throw new Error(read.faults.join("\n"));
const { limits } = read.config;
const folder = await mkdtemp(join(tmpdir(), "banter-search-"));
process.on("SIGINT", () => process.exit(130));
try {
  const path = join(folder, "banter.db");
  const log = createLog({ level: "error", format: "text" });
  await (await openStore({ path, log })).close();
  write(path);
  const plainBytes = (await stat(path)).size;
  const store = await openStore({ path, log });
  const index = await putIn(store);
  await store.close();
  const bytes = (await stat(path)).size;
  const opened = await openStore({ path, log });
  console.log(
    `${count} messages of ${wordsEach} words; load average ${loadavg()[0]?.toFixed(1)}, ${cpus().length} processors\n`,
  );
  console.log(`| what | median | worst |\n| --- | --: | --: |`);
  console.log(`| putting in ${limits.upkeepRows} at once | ${ms(index.medianMs)} | ${ms(index.worstMs)} |`);
  await queries(opened);
  await opened.close();
  console.log(
    `\nPutting all in took ${(index.tookMs / 1000).toFixed(0)} s of work; with the rests between it takes a server about ` +
      `${((index.tookMs + (count / limits.upkeepRows) * limits.upkeepRestMs) / 60_000).toFixed(0)} minutes. ` +
      `The file grew from ${(plainBytes / 1e6).toFixed(0)} to ${(bytes / 1e6).toFixed(0)} MB.`,
  );
} finally {
  await rm(folder, { recursive: true });
}

/** Ten messages a conversation, all in one line. */
function write(path: string): void {
  const db = new Database(path);
  const account = db.prepare("INSERT OR IGNORE INTO accounts (id, created_ms) VALUES (?, 0)");
  const conversation =
    db.prepare(`INSERT INTO conversations (owner, id, title, leaf, revision, created_ms, updated_ms)
    VALUES (?, ?, ?, ?, 1, ?, ?)`);
  const message = db.prepare(`INSERT INTO messages (owner, id, conversation, parent, role, parts, created_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const add = db.transaction((from: number) => {
    for (let n = from; n < from + 1000; n += 1) {
      const owner = n % 2 === 0 ? own : `00000000-0000-4000-9000-${String(n % others).padStart(12, "0")}`;
      account.run(owner);
      conversation.run(owner, conversationId(n), sentence(5), null, n, n);
      for (let at = 0; at < 10; at += 1) {
        const id = messageId(n * 10 + at, "question");
        const parent = at === 0 ? null : messageId(n * 10 + at - 1, "question");
        const parts = JSON.stringify([{ type: "text", text: sentence(wordsEach) }]);
        message.run(owner, id, conversationId(n), parent, at % 2 === 0 ? "user" : "assistant", parts, n);
      }
    }
  });
  for (let n = 0; n < count / 10; n += 1000) add(n);
  db.close(true);
}

function sentence(words: number): string {
  return Array.from({ length: words }, anyWord).join(" ");
}

async function putIn(store: Store): Promise<{ tookMs: number; medianMs: number; worstMs: number }> {
  const times: number[] = [];
  for (;;) {
    const startMs = performance.now();
    if (!(await store.search.keepUp(limits.upkeepRows))) break;
    times.push(performance.now() - startMs);
  }
  const tookMs = times.reduce((sum, time) => sum + time, 0);
  return { tookMs, ...spread(times) };
}

async function queries(store: Store): Promise<void> {
  const [common = "", second = "", third = ""] = vocabulary;
  const middle = vocabulary[2000] ?? "";
  const rare = vocabulary[19_950] ?? "";
  const asked: Record<string, string> = {
    "a common word": `${common} `,
    "a rare word": `${rare} `,
    "three common words": `${common} ${second} ${third} `,
    "the beginning of a common word, 2 letters": common.slice(0, 2),
    "the beginning of a word, 3 letters": middle.padEnd(3, "a").slice(0, 3),
    "a common word and 2 letters of another": `${common} ${second.slice(0, 2)}`,
    "a phrase of two common words": `"${common} ${second}"`,
    "two rare words that never meet": `${rare} ${vocabulary[19_951]} `,
    "a word that nobody wrote": "xxxxxxxxxxxxxxxxx",
  };
  const neighbour = `00000000-0000-4000-9000-${"1".padStart(12, "0")}`;
  for (const [who, owner] of Object.entries({ "half of all": own, "a thousandth": neighbour })) {
    for (const [what, query] of Object.entries(asked)) {
      const times: number[] = [];
      let found = 0;
      for (let round = 0; round < 11; round += 1) {
        const startMs = performance.now();
        const { messages } = await store.search.find(owner, {
          query,
          after: null,
          limit: limits.foundRows,
          titlesMax: limits.foundRows,
        });
        found = messages.length;
        times.push(performance.now() - startMs);
      }
      const { medianMs, worstMs } = spread(times);
      console.log(`| ${what}, by who has ${who} (${found} found) | ${ms(medianMs)} | ${ms(worstMs)} |`);
    }
  }
}

function spread(times: number[]): { medianMs: number; worstMs: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return { medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, worstMs: sorted.at(-1) ?? 0 };
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
