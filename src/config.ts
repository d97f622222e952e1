/** The environment, read once into one frozen Config; every fault is named, all of them at once. */
import { isIP } from "node:net";
import { misspelt } from "./config/misspelt.ts";
import * as parse from "./config/parsers.ts";

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
  /** Absolute. */
  dataPath: string;
  log: Readonly<{ level: "debug" | "info" | "warn" | "error"; format: "auto" | "json" | "text" }>;
  /** What must never be told: for the log. */
  secrets: readonly string[];
  limits: Limits;
}>;

export type Limits = Readonly<typeof LIMITS>;

/** Each of these is refused at, cut at or waited for; a test reaches each where it is used. */
const LIMITS = {
  // In UTF-16 units: one is up to three bytes in a frame (escapes of control characters aside), nine in a form.
  messageChars: 100_000,
  frameBytesMax: 320 * 1024,
  bodyBytesMax: 1024 * 1024,
  // About 100,000 tokens, which the default model holds beside a reply of the default length.
  promptCharsMax: 400_000,
  systemPromptBytesMax: 32 * 1024,
  titleChars: 80,
  sidebarRows: 200,

  opsPerSecond: 10,
  opsBurst: 30,
  // So many ops beyond the burst, and the socket is closed.
  refusalsMax: 100,
  socketsMax: 12_000,
  socketsPerAccount: 32,
  socketsPerAddress: 1000,
  // Past it a slow reader is closed and resumes; one frame more than this may be held for it.
  backpressureBytesMax: 1024 * 1024,
  // Scripts cannot see protocol pings: these tell a page that its line still lives.
  pingMs: 20_000,
  // Below what proxies wait for an answer.
  pollMs: 20_000,
  // What comes together is told together: a request for each token would help nobody.
  pollSettleMs: 100,
  // Two of our pings and some time to answer; many proxies cut a silent line at 60 s too.
  idleSocketS: 50,
  // Bun's largest is 255; a slow head or body is cut then.
  idleRequestS: 30,

  generationsMax: 2000,
  generationsPerAccount: 8,
  replyBytesMax: 4 * 1024 * 1024,
  // Stays below 250, the most that a kill may cost.
  checkpointMs: 200,
  patchMs: 40,
  leaseMs: 30_000,
  shutdownMs: 5000,

  upstreamCallsMax: 3,
  // Reasoning models and cold starts keep still for long before their first byte.
  upstreamFirstByteMs: 60_000,
  upstreamIdleMs: 120_000,
  upstreamCallMs: 3_600_000,
  upstreamEventBytesMax: 1024 * 1024,
  upstreamErrorBytesMax: 16 * 1024,
  upstreamErrorChars: 500,
  // A longer Retry-After is for the person to wait out, not for a run.
  retryAfterMsMax: 5000,

  // SQLite blocks the whole process while it waits for a lock.
  storeBusyMs: 250,
};

/** An empty default is none; `about` is one sentence, shown by --help and in .env.example. */
export const KEYS = {
  HF_TOKEN: {
    default: "",
    about:
      "A Hugging Face token that may call Inference Providers; without it a built-in demo model answers.",
    parse: parse.optional(parse.secret("hf_")),
  },
  MODEL: {
    default: "openai/gpt-oss-120b:fastest",
    about: "The model that answers, as its endpoint names it; has to be named where INFERENCE_URL is set.",
    parse: parse.modelId,
  },
  INFERENCE_URL: {
    default: "",
    about: "An OpenAI-compatible server to ask in place of Hugging Face, such as http://localhost:11434/v1.",
    parse: parse.optional(parse.apiUrl),
  },
  INFERENCE_KEY: {
    default: "",
    about: "The key that the server at INFERENCE_URL wants, if it wants one; HF_TOKEN is never sent there.",
    parse: parse.optional(parse.secret("")),
  },
  SYSTEM_PROMPT: {
    default: "",
    about: "What the model is told before each conversation; in a .env file, write $ as \\$.",
    parse: parse.optional(parse.prose(LIMITS.systemPromptBytesMax)),
  },
  TEMPERATURE: {
    default: "0.7",
    about: "How freely the model chooses its words, from 0 to 2.",
    parse: parse.decimal(0, 2),
  },
  MAX_TOKENS: {
    default: "4096",
    about: "The most tokens one reply may have, from 1 to 131072.",
    parse: parse.whole(1, 131_072),
  },
  HOST: {
    default: "127.0.0.1",
    about: "The address to listen on; 0.0.0.0 is every one, and wants ANONYMOUS.",
    parse: parse.hostName,
  },
  PORT: {
    default: "8000",
    about: "The port to listen on; 0 takes any free one.",
    parse: parse.whole(0, 65_535),
  },
  PUBLIC_URL: {
    default: "",
    about:
      "How browsers reach this server where it is not by HOST and PORT, such as https://chat.example.org.",
    parse: parse.optional(parse.publicUrl),
  },
  HOSTS: {
    default: "",
    about: "Further host names to answer to, separated by commas.",
    parse: parse.hostNames,
  },
  TRUST_PROXY: {
    default: "0",
    about: "How many proxies stand in front, whose X-Forwarded-For is believed.",
    parse: parse.whole(0, 10),
  },
  ANONYMOUS: {
    default: "no",
    about: "Set to yes to let in whoever can reach the server from other machines, without asking who it is.",
    parse: parse.choice("no", "yes"),
  },
  DATA: {
    default: "./banter.db",
    about: "The file that keeps everything; made when it is missing.",
    parse: parse.dataPath,
  },
  LOG_LEVEL: {
    default: "info",
    about: "The least that is logged: debug, info, warn or error.",
    parse: parse.choice("debug", "info", "warn", "error"),
  },
  LOG_FORMAT: {
    default: "auto",
    about: "How it is logged: json, text, or auto, which is text on a terminal and json elsewhere.",
    parse: parse.choice("auto", "json", "text"),
  },
} satisfies Record<string, Key>;

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

type Key = { default: string; about: string; parse: (text: string) => parse.Parsed<unknown> };
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
    dataPath: values.DATA,
    log: Object.freeze({ level: values.LOG_LEVEL, format: values.LOG_FORMAT }),
    secrets: Object.freeze([token, key].filter((each) => each !== null)),
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
  if (open && values.ANONYMOUS === "no") {
    faults.push(
      `${open} is open to the network and nothing asks who comes: set ANONYMOUS=yes if that is meant`,
    );
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
