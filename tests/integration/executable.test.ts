/** The executable, built from a copy: what it does, what it reads where it is started, and what is not in it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { upstreamEnv } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { bring } from "../support/bring.ts";
import { pdf } from "../support/pdfs.ts";
import { projectRoot, runProgram, sourceCommand, startProgram, until } from "../support/process.ts";
import { copyProject } from "../support/project-copy.ts";
import { smoke } from "../support/smoke.ts";
import { bringIn, chatgptChat, said } from "../support/takeaway.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream } from "../support/upstream.ts";

const scratch = await mkdtemp(join(tmpdir(), "banter-executable-"));
const executable = join(scratch, "built", "banter");
const canary = `canary${crypto.randomUUID().replaceAll("-", "")}`;
let copied = "";

beforeAll(async () => {
  await using copy = await copyProject();
  copied = copy.folder;
  await Bun.write(join(copy.folder, ".env"), `HF_TOKEN=hf_${canary}\nSYSTEM_PROMPT=${canary}\n`);
  const built = await runProgram(["--outfile=built/banter", "--commit=0123abc"], {
    command: [process.execPath, join(copy.folder, "src/commands/build.ts")],
    folder: scratch,
    env: { HF_TOKEN: `hf_${canary}`, INFERENCE_KEY: canary, OTHER: canary },
  });
  expect(built).toMatchObject({ code: 0, err: "" });
}, 60_000);

afterAll(() => rm(scratch, { recursive: true, force: true }));

test("from an empty folder it does what any running Banter must do", async () => {
  await using upstream = await startUpstream(() => {});
  await using program = await startProgram({ command: [executable], env: upstreamEnv(upstream) });
  await smoke(upstream, program.url);
  expect(await program.end("SIGTERM")).toBe(0);
  expect(program.lines.at(-1)?.event).toBe("app.stopped");
  expect(program.stderr()).toBe("");
}, 60_000);

test("it brings in what was taken along elsewhere, on threads of its own", async () => {
  await using program = await startProgram({ command: [executable] });
  const ann = await visit(program.url);
  const chats = ["One", "Two"].map((title) => {
    return chatgptChat(title, [{ key: "q", message: said("user", `What is ${title}?`) }]);
  });
  const { status, html } = await bringIn(program, ann, JSON.stringify(chats));
  expect([status, html.includes("2 chats were brought in.")]).toEqual([200, true]);
  expect(await (await ann.get("/conversations")).text()).toContain("Two");
  expect(program.lines.filter(({ event }) => event === "store.relief_failed")).toEqual([]);
  expect(await program.end("SIGTERM")).toBe(0);
}, 60_000);

test("it has what reads PDFs in it, and the thread for that", async () => {
  await using program = await startProgram({ command: [executable] });
  const { cookie } = await visit(program.url);
  const read = await bring(program.url, cookie, new Uint8Array(pdf(["One", "Two"])), { name: "two.pdf" });
  expect([read.status, read.html]).toEqual([200, expect.stringContaining("2 pages")]);
  const locked = pdf(["One"], { cipher: "rc4", password: "secret" });
  const refused = await bring(program.url, cookie, new Uint8Array(locked), { name: "locked.pdf" });
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining("locked with a password")]);
  expect(await program.end("SIGTERM")).toBe(0);
  expect(program.stderr()).toBe("");
}, 60_000);

test("the folder it is started in gives settings, and never code", async () => {
  const folder = await mkdtemp(join(scratch, "hostile-"));
  const trap = `await Bun.write(${JSON.stringify(join(folder, "trapped"))}, "");\n`;
  const files = {
    "bunfig.toml": 'preload = ["./trap.ts"]\n[run]\npreload = ["./trap.ts"]\n',
    "trap.ts": trap,
    "index.ts": trap,
    "package.json": '{ "name": "trap", "main": "trap.ts", "imports": { "#a": "./trap.ts" } }',
    "tsconfig.json": '{ "compilerOptions": { "paths": { "*": ["./trap.ts"] } } }',
    "src/commands/serve.ts": trap,
    "node_modules/handlebars/index.js": trap,
    ".env": "DATA=named-in-env.db\nLOG_LEVEL=debug\n",
  };
  for (const [path, text] of Object.entries(files)) await Bun.write(join(folder, path), text);
  await using program = await startProgram({ command: [executable], folder, env: { DATA: "" } });
  expect((await fetch(program.url)).status).toBe(200);
  expect(await program.end()).toBe(0);
  const found = await readdir(folder);
  expect(found).toContain("named-in-env.db");
  expect(found).not.toContain("trapped");
}, 60_000);

test("it tells its version with the commit, its help, and what is no command", async () => {
  const say = (word: string) => runProgram([word], { command: [executable] });
  const { version } = (await Bun.file(join(projectRoot, "package.json")).json()) as { version: string };
  expect(await say("--version")).toEqual({
    code: 0,
    out: `banter ${version} (0123abc), Bun ${Bun.version}\n`,
    err: "",
  });
  expect((await say("--help")).out).toContain("Usage:");
  expect((await say("--licences")).out).toContain("== @embedpdf/pdfium ");
  expect(await say("sevre")).toMatchObject({ code: 1, err: expect.stringMatching(/^[^\n]+\n$/) });
}, 30_000);

test("nothing of who built it is in it: no secret, and not where it was", async () => {
  const bytes = Buffer.from(await Bun.file(executable).bytes());
  const isIn = (text: string) => bytes.includes(text) || bytes.includes(text, 0, "utf16le");
  // What is in it is found, in either of the two ways that text is kept.
  expect([isIn("0123abc"), isIn("There is no command “")]).toEqual([true, true]);
  expect([canary, copied, copied.slice(1), scratch].filter(isIn)).toEqual([]);
}, 30_000);

const streams = 300;

for (const [name, command] of Object.entries({ "from source": sourceCommand, executable: [executable] })) {
  test(`${streams} replies are written at once, in one process that takes signals (${name})`, async () => {
    const all = gate();
    let open = 0;
    await using upstream = await startUpstream((_, reply) => {
      open += 1;
      if (open === streams) all.release();
      return reply.stream([delta("a"), all, delta("b"), finish("stop"), done()]);
    });
    await using program = await startProgram({ command, env: upstreamEnv(upstream) });
    // No more than eight of one account.
    const tabs = await Promise.all(
      Array.from({ length: Math.ceil(streams / 8) }, () => openTab(program.url)),
    );
    const sent = Array.from({ length: streams }, (_, n) => ask(tabs[n % tabs.length]));
    await Promise.all(sent);
    await all;
    expect(open).toBe(streams);
    const finished = () => program.lines.filter((line) => line.event === "generation.finished");
    await until(`${streams} whole replies`, () => finished().length === streams);
    expect(finished().filter((line) => line["state"] !== "complete")).toEqual([]);
    expect(await program.end("SIGTERM")).toBe(0);
    expect(program.lines.at(-1)?.event).toBe("app.stopped");
  }, 60_000);
}

/** In a conversation of its own. */
async function ask(tab: Tab | undefined): Promise<void> {
  if (tab === undefined) throw new Error("no tab");
  const conversation = crypto.randomUUID();
  const id = tab.ask({ op: "message.send", conversation, parent: null, text: "Hi" });
  expect((await tab.answered(id)).type).toBe("ack");
}
