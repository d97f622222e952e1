/** The program as a process: what it says when it can't start, what signals do, and what outlives SIGKILL. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { upstreamEnv } from "../support/app.ts";
import { projectRoot, runProgram, sourceCommand, startProgram } from "../support/process.ts";
import { messagesIn } from "../support/page.ts";
import { smoke } from "../support/smoke.ts";
import { openTab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream } from "../support/upstream.ts";

const folder = await mkdtemp(join(tmpdir(), "banter-life-"));
const never = gate();

afterAll(() => rm(folder, { recursive: true, force: true }));

test("from source it does what any running Banter must do", async () => {
  await using upstream = await startUpstream(() => {});
  await using program = await startProgram({ env: upstreamEnv(upstream) });
  await smoke(upstream, program.url);
  expect(await program.end("SIGTERM")).toBe(0);
  expect(program.lines.at(-1)?.event).toBe("app.stopped");
  expect(program.stderr()).toBe("");
}, 60_000);

test("SIGTERM lets a running reply end, and then closes sockets with 1012", async () => {
  const rest = gate();
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([delta("begun "), rest, delta("ended"), finish("stop"), done()]),
  );
  await using program = await startProgram({ env: upstreamEnv(upstream) });
  const tab = await openTab(program.url);
  await tab.send("Hi");
  await tab.until(() => tab.body().includes("begun"));
  const ending = program.end("SIGTERM");
  await program.logged("app.stopping");
  rest.release();
  await tab.ended();
  expect(tab.body()).toBe('<p dir="auto">begun ended</p>');
  expect(await tab.closed()).toBe(1012);
  expect(await ending).toBe(0);
}, 60_000);

test("a reply that outlasts the deadline is stored as interrupted, with its text", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream([delta("as far as this"), never]));
  await using program = await startProgram({ env: upstreamEnv(upstream) });
  const tab = await openTab(program.url);
  await tab.send("Hi");
  await tab.until(() => tab.body().includes("this"));
  const startMs = performance.now();
  const ending = program.end("SIGINT");
  expect(await tab.closed()).toBe(1012);
  expect(await ending).toBe(0);
  expect(performance.now() - startMs).toBeLessThan(8000);
  const db = new Database(program.dataPath, { readonly: true });
  const row = db.query("SELECT state, parts FROM generations JOIN messages ON messages.id = message").get();
  expect(row).toEqual({ state: "interrupted", parts: expect.stringContaining("as far as this") });
  db.close(true);
}, 60_000);

test("a second signal does not wait, but one that came twice is one", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream([delta("a"), never]));
  await using program = await startProgram({ env: upstreamEnv(upstream) });
  const tab = await openTab(program.url);
  await tab.send("Hi");
  await tab.until(() => tab.body() !== "");
  const ending = program.end("SIGINT");
  await program.logged("app.stopping");
  // As Ctrl-C under `bun run`: from the terminal, and once more from the parent.
  process.kill(program.pid, "SIGINT");
  tab.ask({ op: "ping" });
  await tab.until(() => tab.frames.find((frame) => frame.type === "pong"));
  await Bun.sleep(600);
  process.kill(program.pid, "SIGINT");
  expect(await ending).toBe(1);
}, 60_000);

test("after SIGKILL the message is there, the reply as of 250 ms before, and it can be continued", async () => {
  const words = Array.from({ length: 400 }, (_, n) => `w${n} `);
  const seen = { last: "" };
  await using upstream = await startUpstream(async (_, reply) => {
    reply.open();
    for (const word of words) {
      if (reply.isClosed()) return;
      await reply.write(delta(word));
      await Bun.sleep(5);
    }
  });
  await using before = await startProgram({ folder, env: upstreamEnv(upstream) });
  const tab = await openTab(before.url);
  await tab.send("Was I heard?");
  await tab.until(() => tab.body().includes("w60 "));
  seen.last = tab.body();
  // What the page shows now must be stored 250 ms from now.
  await Bun.sleep(250);
  expect(await before.end("SIGKILL")).toBe(137);
  await using after = await startProgram({ folder, env: upstreamEnv(upstream) });
  expect(await after.logged("generations.recovered")).toMatchObject({ count: 1 });
  const again = await openTab(after.url, {
    cookie: await cookieFor(after.url, tab.cookie),
    path: pathOf(tab),
  });
  const shown = seen.last.replace(/\s*<\/p>$/, "");
  expect(again.html).toContain("Was I heard?");
  expect(again.html).toContain(shown);
  expect(again.html).toContain("message.continue");
  expect(await after.end()).toBe(0);
}, 60_000);

test("after SIGKILL a turn that waited is there, and is begun by the next process when it is asked to", async () => {
  const place = join(folder, "waiting");
  await mkdir(place);
  await using upstream = await startUpstream((_, reply) => reply.stream([delta("as far as this"), never]));
  const env = { ...upstreamEnv(upstream), GENERATIONS_MAX: "1" };
  await using before = await startProgram({ folder: place, env });
  const first = await openTab(before.url);
  await first.send("First");
  await first.until(() => first.body().includes("as far as this"));
  const second = await openTab(before.url);
  await second.send("Second");
  expect(second.placesTold).toEqual(["Waiting: 1st in line"]);
  expect(await before.end("SIGKILL")).toBe(137);
  await using after = await startProgram({ folder: place, env });
  expect(await after.logged("generations.recovered")).toMatchObject({ count: 2 });
  const cookie = await cookieFor(after.url, second.cookie);
  const again = await openTab(after.url, { cookie, path: pathOf(second) });
  expect(again.html).toContain("The reply did not begin");
  const message = messagesIn(again.html, "assistant")[0] ?? "";
  again.ask({ op: "message.continue", message });
  await again.until(() => again.body().includes("as far as this"));
  expect(upstream.requests.length).toBe(2);
  expect(await after.end("SIGKILL")).toBe(137);
}, 60_000);

function pathOf(tab: { position: { conversation: string } }): string {
  return `/conversations/${tab.position.conversation}`;
}

/** The cookie's name has the port in it, and the new process has another. */
function cookieFor(url: string, cookie: string): string {
  return cookie.replace(/banter_\d+/, `banter_${new URL(url).port}`);
}

test("a port that is taken is one line and exit 1", async () => {
  await using program = await startProgram();
  const { port } = new URL(program.url);
  const told = await runProgram([], { env: { PORT: port } });
  expect(told.err).toBe(`PORT ${port} is taken: stop what listens there, or set another.\n`);
  expect(told.code).toBe(1);
}, 60_000);

test("a file of data that a server has is one line that names it, and exit 1", async () => {
  await using program = await startProgram();
  const told = await runProgram([], { env: { DATA: program.dataPath } });
  expect(told.err).toBe(`${program.dataPath} is in use by another server.\n`);
  expect(told.code).toBe(1);
}, 60_000);

test("wrong settings are all told at once, one line each, and exit 1", async () => {
  const told = await runProgram([], { env: { PORT: "http", TEMPERATURE: "9", DATA: `${folder}/` } });
  const names = told.err
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ", 1)[0]);
  expect(names.toSorted()).toEqual(["DATA", "PORT", "TEMPERATURE"]);
  expect([told.code, told.out]).toEqual([1, ""]);
});

test("a host that is not of this machine is one line and exit 1", async () => {
  // An address that is kept for documentation.
  const told = await runProgram([], { env: { HOST: "192.0.2.1", ANONYMOUS: "yes" } });
  expect(told.err).toBe("HOST 192.0.2.1 can't be listened on at PORT 0 (EADDRNOTAVAIL).\n");
  expect(told.code).toBe(1);
});

/** Root may write anywhere, unless it gives that up. */
const asNobody = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
const canBeNobody = asNobody.length === 0 || Bun.which("setpriv") !== null;

test.skipIf(!canBeNobody)("data that can't be written is one line and exit 1", async () => {
  const shut = await mkdtemp(join(folder, "shut-"));
  await chmod(shut, 0o500);
  const command = [...asNobody, ...sourceCommand];
  const told = await runProgram([], { command, env: { DATA: join(shut, "banter.db") } });
  expect(told.err).toMatch(/^DATA is ".*banter\.db", which can't be written[^\n]*\n$/);
  expect(told.code).toBe(1);
});

test("data where no folder can be made is one line and exit 1", async () => {
  const told = await runProgram([], { env: { DATA: "/dev/null/banter.db" } });
  expect(told.err).toMatch(/^DATA is "\/dev\/null\/banter\.db", [^\n]*\n$/);
  expect(told.code).toBe(1);
});

test("an unknown command is one line and exit 1", async () => {
  const told = await runProgram(["sevre"]);
  expect(told).toEqual({ code: 1, out: "", err: "There is no command “sevre”: see banter --help.\n" });
});

test("a Bun that is too old is one line and exit 1", async () => {
  // The other way round, for Bun's own version can't be changed: the program is made to want a newer one.
  const entry = join(folder, "index.ts");
  const text = await Bun.file(join(projectRoot, "index.ts")).text();
  const wanting = text.replace(/(Bun\.semver\.order\(Bun\.version, )"[\d.]+"/, '$1"99.0.0"');
  expect(wanting).not.toBe(text);
  await Bun.write(entry, wanting);
  const told = await runProgram([], { command: [process.execPath, entry] });
  expect(told.err).toMatch(/^Banter needs Bun [^\n]*\n$/);
  expect([told.code, told.out]).toEqual([1, ""]);
});

test("files beside the program are never served", async () => {
  await Bun.write(join(folder, ".env"), "SYSTEM_PROMPT=never-to-be-served\n");
  await using program = await startProgram({ folder });
  const paths = ["/.env", "/../.env", "/%2e%2e/.env", "/%2e%65nv", "/assets/../.env", "/assets/..%2f.env"];
  const more = ["//.env", "/assets/%2e%2e%2f%2e%2e%2f.env", "/assets/..%5c.env", "/.env%00.css", "/index.ts"];
  for (const path of [...paths, ...more, "/banter.db", "/assets/banter.db", "/conversations/../.env"]) {
    const { status, body } = await rawGet(program.url, path);
    expect([path, status]).toEqual([path, 404]);
    expect(body).not.toContain("never-to-be-served");
  }
  expect(await rawGet(program.url, "/")).toMatchObject({ status: 200 });
  await program.end();
}, 60_000);

/** As it stands on the wire: `fetch` would tidy the path first. */
async function rawGet(url: string, path: string): Promise<{ status: number; body: string }> {
  const { host, port } = new URL(url);
  const answer = Promise.withResolvers<string>();
  const socket = connect(Number(port), "127.0.0.1", () => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString()));
  socket.on("close", () => answer.resolve(text));
  socket.on("error", answer.reject);
  const received = await answer.promise;
  return { status: Number(received.split(" ")[1]), body: received };
}
