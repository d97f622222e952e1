/** What the environment may say, and what each mistake in it is answered with. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, helpText, readConfig, type Config } from "../../src/config.ts";
import { KEYS } from "../../src/config/keys.ts";

const TOKEN = "hf_canaryCanaryCanary0123";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "banter-config-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function read(env: Record<string, string | undefined>): ReturnType<typeof readConfig> {
  return readConfig({ DATA: join(folder, "banter.db"), ...env });
}

function good(env: Record<string, string | undefined>): Config {
  const result = read(env);
  if ("faults" in result) throw new Error(`refused: ${result.faults.join("; ")}`);
  return result.config;
}

function faults(env: Record<string, string | undefined>): string[] {
  const result = read(env);
  if ("config" in result) throw new Error("was not refused");
  for (const fault of result.faults) expect(fault).toMatch(/^[A-Za-z_]\w+ [^\n\r]+$/);
  return result.faults;
}

test("nothing set is the demo on the loopback address", () => {
  const config = good({});
  expect(config.endpoints).toEqual([{ name: "demo", baseUrl: null, key: null }]);
  expect(config.model).toEqual({ endpoint: "demo", id: "eliza" });
  expect(config).toMatchObject({ host: "127.0.0.1", port: 8000, anonymous: false, temperature: 0.7 });
  expect(config).toMatchObject({ maxTokens: 4096, systemPrompt: null, publicUrl: null, hosts: [] });
  expect(config).toMatchObject({ proxyHops: 0, secrets: [], log: { level: "info", format: "auto" } });
});

test("an empty variable is an unset one", () => {
  const empty = Object.fromEntries(Object.keys(KEYS).map((name) => [name, ""]));
  const result = readConfig({ ...empty, DATA: join(folder, "banter.db"), MAX_TOKEN: "" });
  expect(result).toEqual({ config: good({}) });
});

test("everything set is read", () => {
  const config = good({
    HF_TOKEN: TOKEN,
    ENDPOINTS: "ollama=http://localhost:11434/v1/, my-box=http://gpu:8000/v1",
    ENDPOINT_KEY_MY_BOX: "canaryKeyOfBox",
    MODEL: "meta-llama/Llama-3.1-8B-Instruct:cheapest",
    SYSTEM_PROMPT: "Be brief.\nBe kind.",
    TEMPERATURE: "1.25",
    MAX_TOKENS: "131072",
    HOST: "0.0.0.0",
    PORT: "0",
    PUBLIC_URL: "https://Chat.Example.org:443/",
    HOSTS: "chat.example.org, LAN.example, ::1",
    TRUST_PROXY: "2",
    ANONYMOUS: "yes",
    LOG_LEVEL: "debug",
    LOG_FORMAT: "json",
  });
  expect(config.endpoints).toEqual([
    { name: "huggingface", baseUrl: null, key: TOKEN },
    { name: "ollama", baseUrl: "http://localhost:11434/v1", key: null },
    { name: "my-box", baseUrl: "http://gpu:8000/v1", key: "canaryKeyOfBox" },
  ]);
  expect(config.model.id).toBe("meta-llama/Llama-3.1-8B-Instruct:cheapest");
  expect(config).toMatchObject({
    systemPrompt: "Be brief.\nBe kind.",
    temperature: 1.25,
    maxTokens: 131_072,
  });
  expect(config).toMatchObject({
    host: "0.0.0.0",
    port: 0,
    publicUrl: "https://chat.example.org",
    proxyHops: 2,
  });
  expect(config.hosts).toEqual(["chat.example.org", "lan.example", "::1"]);
  expect(config).toMatchObject({
    anonymous: true,
    log: { level: "debug", format: "json" },
    secrets: [TOKEN, "canaryKeyOfBox"],
  });
});

test("the config is frozen, all the way down", () => {
  expect(thawed({ a: {} }, "guard")).toEqual(["guard", "guard.a"]);
  expect(
    thawed(good({ INFERENCE_URL: "http://localhost:1/v1", MODEL: "m", HOSTS: "localhost" }), "config"),
  ).toEqual([]);
});

test("limits are whole numbers that keep what the design promises", () => {
  const { limits } = good({});
  for (const limit of Object.values(limits)) expect(Number.isSafeInteger(limit) && limit > 0).toBe(true);
  expect(limits.checkpointMs).toBeLessThanOrEqual(250);
  expect(limits.frameBytesMax).toBeGreaterThan(3 * limits.messageChars);
  expect(limits.bodyBytesMax).toBeGreaterThan(9 * limits.messageChars);
  // At three bytes a character, and four a token.
  const longest = limits.messageChars * 3 + limits.systemPromptBytesMax;
  expect(limits.promptTokensMax * 4).toBeGreaterThan(longest);
  expect(limits.idleSocketS * 1000).toBeGreaterThan(2 * limits.pingMs);
  expect(limits.leaseMs).toBeGreaterThan(10 * limits.checkpointMs);
});

test("how many replies are written, and how many wait, is for whoever runs it to say", () => {
  const said = { GENERATIONS_MAX: "4", GENERATIONS_PER_ACCOUNT: "1", QUEUE_MAX: "0", QUEUE_PER_ACCOUNT: "0" };
  const { limits } = good(said);
  expect([limits.generationsMax, limits.generationsPerAccount]).toEqual([4, 1]);
  expect([limits.queueMax, limits.queuePerAccount]).toEqual([0, 0]);
  expect(faults({ GENERATIONS_MAX: "0" })[0]).toStartWith("GENERATIONS_MAX ");
});

test("all faults come at once, a line each, and none tells a secret", () => {
  const canaries = {
    HF_TOKEN: " hf_canaryOne0123",
    INFERENCE_KEY: '"canaryTwo"',
    INFERENCE_URL: "http://canaryThree:pw@x/v1",
  };
  const found = faults({
    ...canaries,
    SYSTEM_PROMPT: "canaryFour".repeat(4000),
    PORT: "hf_canaryFive0123",
    MODLE: "x",
  });
  const named = found.map((fault) => fault.split(" ")[0]);
  expect(named).toEqual([
    "MODLE",
    "HF_TOKEN",
    "INFERENCE_URL",
    "INFERENCE_KEY",
    "SYSTEM_PROMPT",
    "PORT",
    "MODEL",
  ]);
  expect(found.join()).not.toMatch(/canary/i);
});

describe("the endpoint", () => {
  test("MODEL belongs to INFERENCE_URL where that is set, and each key to its own endpoint", () => {
    const config = good({
      HF_TOKEN: TOKEN,
      INFERENCE_URL: "http://localhost:11434/v1/",
      MODEL: "llama3.2:1b",
    });
    expect(config.endpoints).toEqual([
      { name: "local", key: null, baseUrl: "http://localhost:11434/v1" },
      { name: "huggingface", key: TOKEN, baseUrl: null },
    ]);
    expect(config.model).toEqual({ endpoint: "local", id: "llama3.2:1b" });
    expect(config.secrets).toEqual([TOKEN]);
  });

  test("with ENDPOINTS alone, MODEL belongs to the first, and has to be named", () => {
    const ENDPOINTS = "ollama=http://localhost:11434/v1,vllm=http://gpu:8000/v1";
    expect(good({ ENDPOINTS, MODEL: "llama3.2" }).model).toEqual({ endpoint: "ollama", id: "llama3.2" });
    expect(faults({ ENDPOINTS })[0]).toMatch(/^MODEL is not set: name one .*ENDPOINTS/);
  });

  test.each([
    ["http://localhost:1/v1", /^ENDPOINTS has to be a list of name=URL/],
    ["Ollama=http://localhost:1/v1", /^ENDPOINTS has to be a list of name=URL/],
    ["a=http://localhost:1", /^ENDPOINTS has a at an address that has no path: did you mean/],
    ["a=localhost:1/v1", /^ENDPOINTS has a at .* has to start with http/],
    ["a=http://canary:pw@h/v1", /^ENDPOINTS has a at .* has a name or password in it/],
    ["a=http://h/v1,a=http://i/v1", /^ENDPOINTS has a twice/],
    ["local=http://h/v1", /^ENDPOINTS has one called local/],
    [Array.from({ length: 17 }, (_, n) => `e${n}=http://h/v1`).join(), /^ENDPOINTS has more than 16/],
  ])("ENDPOINTS=%s is refused with what is wrong with it", (ENDPOINTS, words) => {
    expect(faults({ ENDPOINTS, MODEL: "m" })[0]).toMatch(words);
  });

  test("a key for an endpoint that is not there goes nowhere, and is refused untold", () => {
    const env = { ENDPOINTS: "box=http://h/v1", MODEL: "m", ENDPOINT_KEY_BOKS: "canaryOne" };
    const found = faults({ ...env, ENDPOINT_KEY_BOX: "canary two" });
    expect(found.map((fault) => fault.split(" ")[0])).toEqual(["ENDPOINT_KEY_BOKS", "ENDPOINT_KEY_BOX"]);
    expect(found.join()).not.toMatch(/canary/i);
  });

  test("a token alone takes the default model", () => {
    expect(good({ HF_TOKEN: TOKEN }).model).toEqual({ endpoint: "huggingface", id: KEYS.MODEL.default });
  });

  test("a URL without a model asks for one", () => {
    expect(faults({ INFERENCE_URL: "http://localhost:1/v1" })).toEqual([
      expect.stringMatching(/^MODEL is not set: name one/),
    ]);
  });

  test("Hugging Face's models have an owner", () => {
    expect(faults({ HF_TOKEN: TOKEN, MODEL: "llama3.2" })[0]).toMatch(/^MODEL .*owner\/name/);
  });

  test("a key with no server to send it to is a mistake", () => {
    expect(faults({ INFERENCE_KEY: "abc" })[0]).toMatch(/^INFERENCE_KEY is set without INFERENCE_URL/);
  });
});

describe("strangers", () => {
  test.each([
    { HOST: "0.0.0.0" },
    { HOST: "::" },
    { HOST: "192.168.1.5" },
    { HOST: "127.0.0.1.example.org" },
    { PUBLIC_URL: "https://chat.example.org" },
    { HOSTS: "localhost,laptop.lan" },
  ])("%p has to be meant", (env) => {
    const name = Object.keys(env)[0];
    const fault = `${name} is open to the network and nothing asks who comes: set a PASSWORD or OAUTH_CLIENT_ID, or ANONYMOUS=yes if that is meant`;
    expect(faults(env)).toEqual([fault]);
    expect(faults({ ...env, ANONYMOUS: "no" })).toEqual([fault]);
    expect(good({ ...env, ANONYMOUS: "yes" }).anonymous).toBe(true);
    expect(good({ ...env, PASSWORD: "a red bicycle" }).password).toBe("a red bicycle");
  });

  test.each(["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "::1", "[::1]", "0:0:0:0:0:0:0:1"])(
    "%p is this machine",
    (host) => {
      const url = `http://${host.includes(":") ? `[${host.replace(/[[\]]/g, "")}]` : host}:8000`;
      expect(good({ HOST: host, HOSTS: host, PUBLIC_URL: url }).host).toBe(
        host === "LOCALHOST" ? "localhost" : good({ HOST: host }).host,
      );
      expect(good({ HOST: host }).host).not.toMatch(/[[\]A-Z]/);
    },
  );
});

test("signing in with a provider is one way in, and one who pays", () => {
  const oauth = { OAUTH_CLIENT_ID: "an-app" };
  const reachable = { HOST: "0.0.0.0", PUBLIC_URL: "https://chat.example.org" };
  expect(good({ ...oauth, ...reachable }).oauth).toMatchObject({ url: "https://huggingface.co", pays: true });
  expect(good({ ...oauth, ...reachable }).endpoints.map(({ name }) => name)).toEqual(["huggingface"]);
  const wrong: [Record<string, string>, string][] = [
    [{ PASSWORD: "a red bicycle" }, "two ways in"],
    [{ ANONYMOUS: "yes" }, "lets everybody in"],
    [{ HF_TOKEN: TOKEN }, "pays for all"],
    [{ OWN_TOKENS: "yes" }, "leave OWN_TOKENS out"],
  ];
  for (const [env, said] of wrong) {
    expect(faults({ ...oauth, ...env })).toEqual([expect.stringContaining(said)]);
  }
  expect(faults({ OAUTH_CLIENT_SECRET: "abc" })).toEqual([
    expect.stringContaining("without OAUTH_CLIENT_ID"),
  ]);
  const identity = { ...oauth, OAUTH_SCOPES: " openid  profile ", HF_TOKEN: TOKEN };
  expect(good(identity).oauth).toMatchObject({ pays: false, scopes: "openid profile" });
  const near = { ...oauth, OPENID_PROVIDER_URL: "http://127.0.0.1:9/realm/" };
  expect(good(near).oauth?.url).toBe("http://127.0.0.1:9/realm");
});

test("frames and https for good want an https PUBLIC_URL", () => {
  const url = { PUBLIC_URL: "https://chat.example.org", ANONYMOUS: "yes" };
  const framed = { FRAME_ANCESTORS: "https://a.example, https://b.example:8443" };
  expect(faults(framed)).toEqual([expect.stringContaining("FRAME_ANCESTORS wants an https PUBLIC_URL")]);
  expect(faults({ HSTS_DAYS: "30" })).toEqual([
    expect.stringContaining("HSTS_DAYS wants an https PUBLIC_URL"),
  ]);
  expect(good({ ...url, ...framed }).frameAncestors).toEqual(["https://a.example", "https://b.example:8443"]);
  expect(good({ ...url, HSTS_DAYS: "30" }).hstsDays).toBe(30);
});

test(".env.example and --help agree with the keys", async () => {
  const example = await Bun.file(join(import.meta.dir, "../../.env.example")).text();
  const help = helpText("1.2.3");
  expect(help).toStartWith("Banter 1.2.3");
  for (const [name, key] of Object.entries(KEYS)) {
    expect(example).toContain(`\n# ${key.about}\n# ${name}=${key.default}\n`);
    expect(help).toContain(`\n  ${name.padEnd(23)} ${key.default || "(none)"}\n      ${key.about}\n`);
    expect(key.about).toMatch(/^[A-Z].*\.$/);
  }
  expect(example.match(/^#? ?[A-Z_]+=/gm)).toHaveLength(Object.keys(KEYS).length);
});

test("the process's own environment is what is read by default", () => {
  expect(environment()).toBe(Bun.env);
});

function thawed(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, each]) => thawed(each, `${path}.${key}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
}
