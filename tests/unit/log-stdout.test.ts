/** The log on the real standard output of a real process: nothing lost at the end, nobody waited for. */
import { expect, test } from "bun:test";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREAMBLE = `import { createLog } from ${JSON.stringify(join(import.meta.dir, "../../src/log.ts"))};
const log = createLog({ level: "info", format: "auto" });`;

test("the last line before an exit is not lost, however slow its reader", async () => {
  const script = `${PREAMBLE}
    for (let line = 0; line < 5000; line++) log.info("test.line", { line, pad: "x".repeat(80) });
    process.exit(3);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  const lines = (await child.stdout.text()).trimEnd().split("\n");
  expect(await child.exited).toBe(3);
  expect(lines.map((line) => JSON.parse(line).line)).toEqual(Array.from({ length: 5000 }, (_, line) => line));
});

test("a reader that went away does not end the process", async () => {
  const script = `${PREAMBLE}
    for (let line = 0; line < 5000; line++) log.info("test.line", { line, pad: "x".repeat(80) });
    console.error("went on");`;
  const child = Bun.spawn(["sh", "-c", `"$0" -e "$1" | head -1`, process.execPath, script], {
    stderr: "pipe",
  });
  expect(await child.stderr.text()).toBe("went on\n");
});

test.if(process.platform === "linux")("a full disk does not end the process", async () => {
  const script = `${PREAMBLE}
    log.info("test.line");
    console.error("went on");`;
  const child = Bun.spawn(["sh", "-c", `"$0" -e "$1" >/dev/full`, process.execPath, script], {
    stderr: "pipe",
  });
  expect(await child.stderr.text()).toBe("went on\n");
});

test("a pipe that nobody empties costs lines, whole ones, and little time", async () => {
  await using pipe = await openPipe();
  // The lowest free number is the one a file opened next gets.
  const script = `${PREAMBLE}
    import { closeSync, constants, openSync } from "node:fs";
    closeSync(1);
    if (openSync(process.argv[1], constants.O_WRONLY | constants.O_NONBLOCK) !== 1) process.exit(9);
    const pad = "x".repeat(1900);
    for (let line = 0; line < 500; line++) log.info("test.line", { line, a: pad, b: pad, c: pad });
    console.error("flooded");
    process.stdin.once("data", () => {
      log.info("test.last");
      process.exit(0);
    });`;
  const startedMs = performance.now();
  const child = Bun.spawn([process.execPath, "-e", script, pipe.path], { stdin: "pipe", stderr: "pipe" });
  await child.stderr.getReader().read();
  expect(performance.now() - startedMs).toBeLessThan(4000);
  const early = pipe.read();
  child.stdin.write("go on\n");
  child.stdin.end();
  expect(await child.exited).toBe(0);
  const lines = (early + pipe.read()).trimEnd().split("\n");
  const told = lines.map((line) => JSON.parse(line) as { event: string; line?: number });
  expect(told.length).toBeLessThan(100);
  expect(told.at(-1)?.event).toBe("test.last");
  expect(told.slice(0, -1).map(({ line }) => line)).toEqual([...told.slice(0, -1).keys()]);
});

/** A named one, since those that Bun makes for a child are emptied unasked. */
async function openPipe(): Promise<AsyncDisposable & { path: string; read: () => string }> {
  const folder = await mkdtemp(join(tmpdir(), "banter-log-"));
  const path = join(folder, "pipe");
  await Bun.$`mkfifo ${path}`.quiet();
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    path,
    read: () => readAvailable(readFd),
    async [Symbol.asyncDispose]() {
      closeSync(readFd);
      await rm(folder, { recursive: true });
    },
  };
}

function readAvailable(fd: number): string {
  const bytes = Buffer.alloc(1 << 20);
  let length = 0;
  try {
    for (let read = -1; read !== 0; length += read) read = readSync(fd, bytes, length, 65_536, null);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
  }
  return bytes.toString("utf8", 0, length);
}
