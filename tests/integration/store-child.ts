/** Another process for the store's tests: `bun store-child.ts WHAT PATH`, one line of output per event. */
import { Database } from "bun:sqlite";
import { writeSync } from "node:fs";
import { AppError } from "../../src/errors.ts";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { ending, generation, growth, turn } from "../contract/store-inputs.ts";

const [what = "", path = "", from = "1"] = process.argv.slice(2);
const log = createLog({ level: "error", format: "json", write: () => {} });

try {
  await work();
} catch (error) {
  say(error instanceof AppError ? `${error.code} ${error.message}` : `unexpected ${String(error)}`);
}

async function work(): Promise<void> {
  switch (what) {
    case "open": {
      const store = await openStore({ path, log });
      say("opened");
      return store.close();
    }
    case "hold":
      await openStore({ path, log });
      say("opened");
      return untilStdinEnds();
    case "lock": {
      const db = new Database(path);
      db.run("BEGIN IMMEDIATE");
      say("locked");
      await untilStdinEnds();
      return db.close(true);
    }
    case "read": {
      const db = new Database(path, { readonly: true });
      const { count = 0 } =
        db.query<{ count: number }, []>("SELECT count(*) AS count FROM messages").get() ?? {};
      say(`messages ${count}`);
      return db.close(true);
    }
    case "write":
      return write(Number(from));
    case "fill":
      return fill();
  }
}

/** Turns without end, each acknowledged by a line once the store has it. */
async function write(first: number): Promise<void> {
  const store = await openStore({ path, log });
  await store.generations.recover({ nowMs: 1, self: `p${first}` });
  for (let n = first; ; n += 1) {
    await store.turns.send(turn(n, n === 1 ? null : `a${n - 1}`, { generation: generation(n, `p${first}`) }));
    say(`sent ${n}`);
    for (let seq = 1; seq <= 3; seq += 1) {
      await store.generations.checkpoint([growth(`g${n}`, seq, `${n}.${seq};`)]);
      say(`checkpointed ${n} ${seq}`);
    }
    if (n % 2 === 1) continue;
    await store.generations.finish(
      ending(`g${n}`, { parts: [{ type: "text", text: `${n}.1;${n}.2;${n}.3;whole` }] }),
    );
    say(`finished ${n}`);
  }
}

/** Turns until the disk is full; then what was acknowledged must still be there. */
async function fill(): Promise<void> {
  const store = await openStore({ path, log });
  let sent = 0;
  try {
    for (; ; sent += 1) {
      const text = "word ".repeat(200);
      const message = { id: `u${sent + 1}`, parts: [{ type: "text" as const, text }] };
      await store.turns.send(turn(sent + 1, sent === 0 ? null : `a${sent}`, { message }));
    }
  } catch (error) {
    const read = (await store.conversations.read("ann", "c"))?.messages.length;
    say(`${error instanceof AppError ? error.code : String(error)} sent ${sent} read ${read}`);
  }
  await store.close();
}

/** Synchronous, so that a line that was read means work that was done. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Ends with the process that started this one. */
async function untilStdinEnds(): Promise<void> {
  for await (const _ of Bun.stdin.stream());
}
