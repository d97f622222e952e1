/** What each setting can mean, and what is wrong with what it can't. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KEYS } from "../../src/config/keys.ts";

type Name = keyof typeof KEYS;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "banter-data-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function parsed(name: Name, text: string): unknown {
  const result = KEYS[name].parse(text);
  if ("wrong" in result) throw new Error(`refused: ${result.wrong}`);
  return result.value;
}

function wrong(name: Name, text: string): string {
  const result = KEYS[name].parse(text);
  if ("value" in result) throw new Error(`was not refused: ${JSON.stringify(text)}`);
  return result.wrong;
}

test.each([
  ["http://localhost:11434/v1", "http://localhost:11434/v1"],
  ["http://127.0.0.1:8080/v1///", "http://127.0.0.1:8080/v1"],
  ["https://Host.Example:443/deep/er/v1", "https://host.example/deep/er/v1"],
  ["http://[::1]:1234/v1", "http://[::1]:1234/v1"],
])("INFERENCE_URL %p is read as %p", (text, baseUrl) => {
  expect(parsed("INFERENCE_URL", text)).toBe(baseUrl);
});

test.each([
  ["localhost:1234/v1", /http:\/\/ or https:\/\//],
  ["HTTP://localhost:1234/v1", /lower case/],
  ["//localhost/v1", /http:\/\/ or/],
  ["http:/localhost/v1", /http:\/\/ or/],
  ["http:///v1", /http:\/\/ or/],
  ["ftp://localhost/v1", /http:\/\/ or/],
  ["openai/gpt-oss-120b", /http:\/\/ or/],
  [" http://localhost/v1", /space/],
  ["http://localhost/v1\n", /space/],
  ["http://local host/v1", /space/],
  ["http://localh\u00f6st/v1", /odd character/],
  ["http:\\\\localhost\\v1", /odd character/],
  ["'http://localhost/v1'", /quote/],
  ["http://user:pass@localhost/v1", /before the @/],
  ["http://localhost/v1?key=1", /\? or #/],
  ["http://localhost/v1#", /\? or #/],
  ["http://localhost:99999/v1", /host and port/],
  ["http://:80/v1", /host and port/],
  ["http://localhost:8080", /did you mean http:\/\/localhost:8080\/v1\?/],
  ["http://localhost:8080/", /did you mean http:\/\/localhost:8080\/v1\?/],
  ["http://localhost/v1/chat/completions", /end in \/v1/],
  ["http://localhost/api", /end in \/v1/],
  ["http://localhost/xv1", /end in \/v1/],
])("INFERENCE_URL %p is refused", (text, reason) => {
  expect(wrong("INFERENCE_URL", text)).toMatch(reason);
});

const REFUSED: Record<Name, string[]> = {
  HF_TOKEN: ["sk_1234567890", "hf_", "hf_a b", "hf_abc\n", '"hf_abc"', "hf_\u00e4"],
  MODEL: ["two words", "a/b\n", "x".repeat(201)],
  TITLE_MODEL: ["two words", "x".repeat(201)],
  INFERENCE_URL: ["localhost"],
  INFERENCE_KEY: ["a b", "abc\n", "'abc'", "\u00e4"],
  ENDPOINTS: [
    "http://h/v1",
    "A=http://h/v1",
    "a=http://h",
    "demo=http://h/v1",
    "a=http://h/v1,a=http://h/v1",
  ],
  SYSTEM_PROMPT: ["\u00e4".repeat(16 * 1024 + 1)],
  TEMPERATURE: ["warm", "-1", "2.1", "1e0", "0,7", ".5", "NaN", " 1"],
  MAX_TOKENS: ["0", "131073", "1.5", "many", "0x10", "9".repeat(400)],
  GENERATIONS_MAX: ["0", "10001", "two"],
  GENERATIONS_PER_ACCOUNT: ["0", "1.5"],
  QUEUE_MAX: ["-1", "10001"],
  QUEUE_PER_ACCOUNT: ["-1", "many"],
  OWN_TOKENS: ["true"],
  SECRET_KEY: ["short", "a b".repeat(20)],
  BUDGET_TURNS: ["0", "-1", "many"],
  BUDGET_TOKENS: ["0", "1.5"],
  BUDGET_USD: ["-1", "$1", "free"],
  BUDGET_ALL_TURNS: ["0"],
  BUDGET_ALL_TOKENS: ["0"],
  BUDGET_ALL_USD: ["$1"],
  HOST: ["http://localhost", "localhost:80", "a b", "127.1", "8000", "*", "1.2.3.4/8", "[::1]:80", "a@b"],
  PORT: ["-1", "65536", "80a", "8e3", "tcp://10.0.0.1:80"],
  PUBLIC_URL: [
    "chat.example.org",
    "https://x/path",
    "https://a:b@x",
    "HTTPS://x",
    "https://x/?q",
    "https://",
  ],
  HOSTS: ["localhost,http://x", "localhost,a b", "localhost:80", "*"],
  FRAME_ANCESTORS: ["*", "intranet.example.org", "https://a.example/path", "https://a.example;b"],
  HSTS_DAYS: ["-1", "731", "yes"],
  TRUST_PROXY: ["yes", "-1", "11"],
  PASSWORD: ["short", " padded words ", "two\nlines of it"],
  ANONYMOUS: ["true", "1", "YES", "on"],
  DATA: ["/", "./x/"],
  LOG_LEVEL: ["trace", "INFO"],
  LOG_FORMAT: ["pretty"],
  FILES_MB: ["-1", "many", "0.5"],
  RETENTION_DAYS: ["0", "36501", "1.5", "a month"],
  OAUTH_CLIENT_ID: ["a b", "abc\n"],
  OAUTH_CLIENT_SECRET: ["a b", '"abc"'],
  OPENID_PROVIDER_URL: [
    "http://example.org",
    "example.org",
    "https://a:b@example.org",
    "https://a.example/?x",
  ],
  OAUTH_SCOPES: ["profile", 'openid "x"', "openid \u00e4"],
  ADMINS: ["@", "ann,@", "ann smith", "\u00e4"],
};

test("each setting refuses what it can't mean, in one line", () => {
  expect(Object.keys(REFUSED)).toEqual(Object.keys(KEYS));
  for (const name of Object.keys(REFUSED) as Name[]) {
    for (const text of REFUSED[name]) expect(wrong(name, text)).toMatch(/^(has|is|does) [^\n\r\u2028]+$/);
  }
});

test("each setting takes its own default and the longest it may be", () => {
  for (const name of Object.keys(KEYS) as Name[]) parsed(name, KEYS[name].default || (SAMPLES[name] ?? ""));
  expect(parsed("SYSTEM_PROMPT", "x".repeat(32 * 1024))).toHaveLength(32 * 1024);
  expect(parsed("MODEL", "x".repeat(200))).toHaveLength(200);
});

const SAMPLES: Partial<Record<Name, string>> = {
  HF_TOKEN: "hf_oauth_a.b-c",
  INFERENCE_KEY: "~!#",
  OAUTH_CLIENT_SECRET: "a:b",
};

describe("DATA", () => {
  test("a file in a folder still to be made is fine, and nothing is made", async () => {
    const path = join(folder, "new/deep/chat.db");
    expect(parsed("DATA", path)).toBe(path);
    expect(await Bun.file(path).exists()).toBe(false);
    expect(parsed("DATA", "./x.db")).toBe(join(process.cwd(), "x.db"));
  });

  test("a folder, a device and a file for a folder are told apart", async () => {
    await Bun.write(join(folder, "file"), "");
    expect(wrong("DATA", folder)).toContain(`such as ${JSON.stringify(join(folder, "banter.db"))}`);
    expect(wrong("DATA", `${folder}/new/`)).toMatch(/is the folder/);
    expect(wrong("DATA", "/dev/null")).toMatch(/not a file/);
    expect(wrong("DATA", join(folder, "file/x.db"))).toMatch(/ENOTDIR/);
    expect(wrong("DATA", join(folder, "file/\nFORGED\u2028/x.db"))).toMatch(/^[^\n\u2028]+ENOTDIR/);
  });

  test("a folder that this user may not write to is refused", async () => {
    const closed = join(folder, "closed");
    await mkdir(closed, { mode: 0o555 });
    // Root may write anywhere, so that a child of it becomes somebody else first.
    const script = `
      import { readConfig } from ${JSON.stringify(join(import.meta.dir, "../../src/config.ts"))};
      if (process.getuid() === 0) process.setuid(65534);
      for (const DATA of process.argv.slice(1)) console.log(readConfig({ DATA }).faults?.join());`;
    await chmod(folder, 0o755);
    const paths = [join(closed, "banter.db"), join(closed, "new/banter.db")];
    const lines = await Bun.$`${process.execPath} -e ${script} ${paths}`.text();
    expect(lines.match(/^DATA is .*which can't be written \(EACCES\)/gm)).toHaveLength(2);
  });
});
