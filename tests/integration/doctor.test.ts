/** `banter doctor` as a process: what it says of a machine that is fit, and of each that is not. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { talk, turn } from "../contract/store-inputs.ts";
import { runCommand, startServer } from "../support/command.ts";
import { startUpstream, type Script } from "../support/upstream.ts";

const folder = await mkdtemp(join(tmpdir(), "banter-doctor-"));
const log = createLog({ level: "error", format: "json" });
let folders = 0;

afterAll(() => rm(folder, { recursive: true }));

async function fresh(): Promise<string> {
  const cwd = join(folder, String(++folders));
  await mkdir(cwd);
  return cwd;
}

type Report = { code: number; lines: string[]; line(check: string): string };

/** Any free port, where none is named; nothing may be said on the side. */
async function doctor(cwd: string, env: Record<string, string> = {}): Promise<Report> {
  const { code, out, err } = await runCommand(["doctor"], { cwd, env: { PORT: "0", ...env } });
  expect(err).toBe("");
  const lines = out.trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^(ok|note|FAIL) +[a-z]+ +\S.*\.$/);
  return { code, lines, line: (check) => lines.find((each) => each.split(/ +/)[1] === check) ?? "" };
}

const models: Script = (request, reply) => {
  expect(request.path).toBe("/v1/models");
  reply.json(200, { data: [{ id: "test-model" }] }, { Date: new Date().toUTCString() });
};

test("where all is well each line is ok, and nothing is left behind", async () => {
  await using upstream = await startUpstream(models, { models: "script" });
  const cwd = await fresh();
  const report = await doctor(cwd, { INFERENCE_URL: upstream.url, MODEL: "test-model" });
  expect(report).toMatchObject({ code: 0 });
  expect(report.lines.map((line) => line.slice(0, 5).trim())).toEqual(Array(7).fill("ok"));
  expect(report.line("endpoint")).toContain("answers and has test-model");
  expect(report.line("database")).toContain("the first start makes it");
  expect(await readdir(cwd)).toEqual([]);
});

test("without a token it says that the demo answers, and how to set one", async () => {
  const report = await doctor(await fresh());
  expect(report.code).toBe(0);
  expect(report.line("endpoint")).toMatch(/^note .*demo answers. Set HF_TOKEN/);
});

test("faults in the settings are all told, and nothing that hangs on them is tried", async () => {
  const report = await doctor(await fresh(), { PORT: "none", HF_TOKEN: "hf token", MODLE: "a/b" });
  expect(report.code).toBe(1);
  expect(report.lines.filter((line) => line.startsWith("FAIL  settings"))).toHaveLength(3);
  expect(report.line("database")).toBe("");
});

test("beside a running server it reads the data, and finds the server at its port [K6]", async () => {
  const cwd = await fresh();
  await using server = await startServer({ cwd });
  const report = await doctor(cwd, { PORT: String(server.port) });
  expect(report.code).toBe(0);
  expect(report.line("database")).toMatch(/^ok .*whole and in use by a server/);
  expect(report.line("port")).toMatch(/^ok .*where Banter \d+\.\d+\.\d+ answers/);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await symlink("banter.db", join(cwd, "link.db"));
  expect((await doctor(cwd, { DATA: "link.db" })).line("database")).toContain("in use by a server");
  const elsewhere = await doctor(await fresh(), { PORT: String(server.port) });
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.line("port")).toMatch(/^FAIL .*held by a Banter .* with other data/);
});

test("a port that another program holds is told", async () => {
  const other = createServer((socket) => socket.end("SSH-2.0-none\r\n"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const report = await doctor(await fresh(), { PORT: port });
  other.close();
  expect(report.code).toBe(1);
  expect(report.line("port")).toMatch(/^FAIL .*held by another program\. Stop that one, or set PORT/);
});

test("an address that is not this machine's is told", async () => {
  const report = await doctor(await fresh(), { HOST: "192.0.2.1", PORT: "18080", ANONYMOUS: "yes" });
  expect(report.code).toBe(1);
  expect(report.line("port")).toMatch(/^FAIL .*EADDRNOTAVAIL.* HOST has to be/);
});

test("data that is damaged, newer, or another program's is told, with what helps [K5]", async () => {
  const cwd = await fresh();
  const store = await openStore({ path: join(cwd, "banter.db"), log });
  await talk(store, 100);
  await store.close();
  const bytes = await readFile(join(cwd, "banter.db"));
  await writeFile(join(cwd, "damaged.db"), bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 8192));
  await writeFile(join(cwd, "diary.db"), "Dear diary, this is not a database. ".repeat(100));
  await copyFile(join(cwd, "banter.db"), join(cwd, "newer.db"));
  const db = new Database(join(cwd, "newer.db"));
  db.run("INSERT INTO migrations VALUES ('9999-telepathy', 1)");
  db.close(true);
  const cases = {
    "damaged.db": /damaged.*banter restore FILE/,
    "diary.db": /not a file of Banter's data\. Set DATA to another file/,
    "newer.db": /newer version of Banter \(9999-telepathy\).*Run that version/,
  };
  for (const [name, words] of Object.entries(cases)) {
    const report = await doctor(cwd, { DATA: name });
    expect(report.code).toBe(1);
    expect(report.line("database")).toMatch(words);
  }
});

test("replies that a dead server left are told, with what will become of them", async () => {
  const cwd = await fresh();
  const store = await openStore({ path: join(cwd, "banter.db"), log });
  await store.turns.send(turn(1, null));
  await store.close();
  const report = await doctor(cwd);
  expect(report.code).toBe(0);
  expect(report.line("replies")).toMatch(/^note .*1 reply left unfinished.* The next start ends/);
});

test("as JSON it says the same", async () => {
  const cwd = await fresh();
  const env = { PORT: "0" };
  const json = await runCommand(["doctor", "--json"], { cwd, env });
  const { ok, checks } = JSON.parse(json.out) as { ok: boolean; checks: Record<string, string>[] };
  expect([json.code, ok]).toEqual([0, true]);
  // Free space changes from one look to the next.
  const plain = (line: string) => line.replace(/ +/, " ").replace(/\d+ MB/, "N MB");
  const told = checks.map(({ check, what, remedy }) =>
    plain([check, what, remedy].filter(Boolean).join(" ")),
  );
  const { lines } = await doctor(cwd);
  expect(told).toEqual(lines.map((line) => plain(line.slice(6))));
  const failed = await runCommand(["doctor", "--json"], { cwd, env: { PORT: "none" } });
  expect([failed.code, JSON.parse(failed.out)]).toMatchObject([1, { ok: false }]);
});

test("no secret is told, whatever the endpoint makes of it [I4]", async () => {
  const canary = "hf_canary-5b1f0c2e9a7d";
  const answers: Script[] = [
    (request, reply) => reply.json(401, { error: `Bad ${request.headers["authorization"]}` }),
    (_, reply) => reply.json(200, { data: [{ id: canary }, { id: `\u001b[2J${canary}` }] }),
    (_, reply) => reply.redirect(`http://127.0.0.1/${canary}`, 302),
    (_, reply) => reply.send(500, "text/plain", canary),
  ];
  await using upstream = await startUpstream(models, { models: "script" });
  for (const answer of answers) {
    upstream.answer(answer);
    const env = {
      INFERENCE_URL: upstream.url,
      INFERENCE_KEY: canary,
      HF_TOKEN: canary,
      MODEL: "none",
      PORT: "0",
    };
    const result = await runCommand(["doctor", "--json"], { cwd: await fresh(), env });
    expect(upstream.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${canary}`);
    expect(result.out).toContain("127.0.0.1");
    expect(result.out + result.err).not.toContain("canary");
    expect(result.out + result.err).not.toContain("\\u001b");
  }
});
