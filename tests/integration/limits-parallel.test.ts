/** More chats at once than Bun's fetch makes requests by itself. */
import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { upstreamEnv } from "../support/app.ts";
import { openTab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream } from "../support/upstream.ts";

const CHATS = 300;

test("300 chats are answered at once, none waiting for another to end (O6)", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-parallel-"));
  const allHere = gate();
  await using upstream = await startUpstream((request, reply) => {
    if (request.index === CHATS - 1) allHere.release();
    return reply.stream([delta("One "), allHere, delta("two"), finish("stop"), done()]);
  });
  const { BUN_CONFIG_MAX_HTTP_REQUESTS: _, ...inherited } = process.env;
  const own = { PORT: "0", DATA: join(folder, "banter.db"), LOG_FORMAT: "json", ...upstreamEnv(upstream) };
  const program = Bun.spawn([process.execPath, join(import.meta.dir, "..", "..", "index.ts")], {
    cwd: folder,
    env: { ...inherited, ...own },
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const url = await started(program.stdout);
    const tabs = await Promise.all(Array.from({ length: CHATS }, () => openTab(url)));
    await Promise.all(tabs.map((tab) => tab.send("Go")));
    await Promise.all(tabs.map((tab) => tab.ended()));
    expect(new Set(tabs.map((tab) => tab.body()))).toEqual(new Set(['<p dir="auto">One two</p>']));
    expect(upstream.requests.length).toBe(CHATS);
    for (const tab of tabs) tab.drop();
    program.kill("SIGTERM");
    expect(await program.exited).toBe(0);
  } finally {
    program.kill("SIGKILL");
    await program.exited;
    await rm(folder, { recursive: true, force: true });
  }
}, 30_000);

/** The URL that it says it serves at. */
async function started(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = async () => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const bytes of stdout) {
      text += decoder.decode(bytes, { stream: true });
      const url = /"event":"app.started","url":"([^"]+)"/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    }
    reject(new Error("it ended before it started"));
  };
  void read();
  return promise;
}
