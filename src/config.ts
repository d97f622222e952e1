/** The environment, read once into one frozen Config; every fault is named, all of them at once. */
import { isIP } from "node:net";
import { KEYS } from "./config/keys.ts";
import { LIMITS, type Limits } from "./config/limits.ts";
import { misspelt } from "./config/misspelt.ts";

export type Config = Readonly<{
  endpoint: Readonly<
    | { name: "huggingface"; token: string; baseUrl: null }
    | { name: "local"; key: string | null; baseUrl: string }
    | { name: "demo" }
  >;
  model: Readonly<{ endpoint: string; id: string }>;
  systemPrompt: string | null;
  temperature: number;
  maxTokens: number;
  host: string;
  port: number;
  /** Scheme, host and port as browsers write them in Origin. */
  publicUrl: string | null;
  /** Further names to answer to, in lower case, without ports. */
  hosts: readonly string[];
  proxyHops: number;
  anonymous: boolean;
  /** What everybody has to know; null where nobody is asked. */
  password: string | null;
  /** Absolute. */
  dataPath: string;
  log: Readonly<{ level: "debug" | "info" | "warn" | "error"; format: "auto" | "json" | "text" }>;
  /** What must never be told: for the log. */
  secrets: readonly string[];
  limits: Limits;
}>;

type Env = Record<string, string | undefined>;

/** The one place that looks at the process's own environment, which has Bun's reading of .env in it. */
export function environment(): Env {
  return Bun.env;
}

/** A fault is one line and repeats at most a path or a host; an empty variable is an unset one. */
export function readConfig(env: Env = environment()): { config: Config } | { faults: string[] } {
  const faults = misspelt(env, NAMES);
  const values: Partial<Values> = {};
  for (const name of NAMES) {
    const parsed = KEYS[name].parse(env[name] || KEYS[name].default);
    if ("wrong" in parsed) faults.push(`${name} ${parsed.wrong}`);
    else Object.assign(values, { [name]: parsed.value });
  }
  faults.push(...contradictions(env, values));
  return faults.length > 0 ? { faults } : { config: build(values as Values) };
}

/** What `--help` prints. */
export function helpText(version: string): string {
  const settings = NAMES.map((name) => {
    return `  ${name.padEnd(14)} ${KEYS[name].default || "(none)"}\n      ${KEYS[name].about}\n`;
  });
  return [
    `Banter ${version}: a chat with Hugging Face models.\n`,
    "Usage:",
    "  banter [serve]                answer browsers until it is stopped",
    "  banter doctor [--json]        check settings, endpoint, disk, data and port",
    "  banter backup FILE [--force]  copy the data, while a server runs or not",
    "  banter restore FILE           put a backup in the data's place",
    "  banter --help                 print this",
    "  banter --version              print the version\n",
    "Settings, from the environment or a .env file in the folder it is started in, with their defaults:",
    ...settings,
  ].join("\n");
}

type Name = keyof typeof KEYS;
type Values = { [N in Name]: Extract<ReturnType<(typeof KEYS)[N]["parse"]>, { value: unknown }>["value"] };

const NAMES = Object.keys(KEYS) as Name[];

function build(values: Values): Config {
  const { HF_TOKEN: token, INFERENCE_URL: baseUrl, INFERENCE_KEY: key } = values;
  const endpoint: Config["endpoint"] = baseUrl
    ? { name: "local", key, baseUrl }
    : token
      ? { name: "huggingface", token, baseUrl: null }
      : { name: "demo" };
  const model = { endpoint: endpoint.name, id: endpoint.name === "demo" ? "eliza" : values.MODEL };
  return Object.freeze({
    endpoint: Object.freeze(endpoint),
    model: Object.freeze(model),
    systemPrompt: values.SYSTEM_PROMPT,
    temperature: values.TEMPERATURE,
    maxTokens: values.MAX_TOKENS,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    hosts: Object.freeze(values.HOSTS),
    proxyHops: values.TRUST_PROXY,
    anonymous: values.ANONYMOUS === "yes",
    password: values.PASSWORD,
    dataPath: values.DATA,
    log: Object.freeze({ level: values.LOG_LEVEL, format: values.LOG_FORMAT }),
    secrets: Object.freeze([token, key, values.PASSWORD].filter((each) => each !== null)),
    limits: Object.freeze(LIMITS),
  });
}

/** What is wrong between keys that are right each by itself. */
function contradictions(env: Env, values: Partial<Values>): string[] {
  const faults: string[] = [];
  if (env["INFERENCE_URL"] && !env["MODEL"]) {
    faults.push("MODEL is not set: name one that the server at INFERENCE_URL has, such as MODEL=llama3.2");
  }
  if (!env["INFERENCE_URL"] && env["HF_TOKEN"] && values.MODEL?.includes("/") === false) {
    faults.push("MODEL is not one of Hugging Face's: write it as owner/name, such as openai/gpt-oss-120b");
  }
  if (env["INFERENCE_KEY"] && !env["INFERENCE_URL"]) {
    faults.push("INFERENCE_KEY is set without INFERENCE_URL, where it would go: set both, or HF_TOKEN alone");
  }
  const open = openKey(values);
  if (open && values.ANONYMOUS === "no" && !env["PASSWORD"]) {
    const remedy = "set a PASSWORD, or ANONYMOUS=yes if that is meant";
    faults.push(`${open} is open to the network and nothing asks who comes: ${remedy}`);
  }
  if (env["PASSWORD"] && values.ANONYMOUS === "yes") {
    faults.push("PASSWORD is set and ANONYMOUS lets everybody in without it: set one of them");
  }
  return faults;
}

/** The key by which others than this machine's own people come in; a proxy in front counts. */
function openKey({ HOST, PUBLIC_URL, HOSTS }: Partial<Values>): Name | null {
  if (HOST && !isLoopback(HOST)) return "HOST";
  if (PUBLIC_URL && !isLoopback(new URL(PUBLIC_URL).hostname)) return "PUBLIC_URL";
  return HOSTS?.every(isLoopback) === false ? "HOSTS" : null;
}

function isLoopback(host: string): boolean {
  return /^(localhost|\[?::1\]?)$/.test(host) || (isIP(host) === 4 && host.startsWith("127."));
}
