/** The environment, read once into one frozen Config; every fault is named, all of them at once. */
import { contradictions, isPaidBySignIn } from "./config/contradictions.ts";
import { endpointsFrom, type Endpoint } from "./config/endpoints.ts";
import { KEYS } from "./config/keys.ts";
import { LIMITS, type Limits } from "./config/limits.ts";
import { misspelt } from "./config/misspelt.ts";
import { withSpace } from "./config/space.ts";

export type Config = Readonly<{
  /** At least one; the demo only where nothing else is set. */
  endpoints: readonly Endpoint[];
  /** Answers where nobody has chosen; it belongs to the first endpoint. */
  model: Readonly<{ endpoint: string; id: string }>;
  /** What makes titles: null for nobody; a null model is the one that answered. */
  titles: Readonly<{ model: Readonly<{ endpoint: string; id: string }> | null }> | null;
  systemPrompt: string | null;
  temperature: number;
  maxTokens: number;
  /** On a day (UTC), an account's and all together's; null: no bound. */
  budgets: Readonly<{ account: Caps; all: Caps }>;
  host: string;
  port: number;
  /** Scheme, host and port as browsers write them in Origin. */
  publicUrl: string | null;
  /** Further names to answer to, in lower case, without ports. */
  hosts: readonly string[];
  /** Origins whose pages may show ours in a frame. */
  frameAncestors: readonly string[];
  hstsDays: number;
  proxyHops: number;
  anonymous: boolean;
  /** What everybody has to know; null where nobody is asked. */
  password: string | null;
  /** Whether people may bring tokens of their own, and what seals those: null for a file beside the data. */
  ownTokens: boolean;
  secretKey: string | null;
  /** After so many days without a new message a conversation is deleted; null: never. */
  retentionDays: number | null;
  /** Where people sign in; null where they don't. `pays`: the token that this brings is for their own replies. */
  oauth: Readonly<{
    url: string;
    clientId: string;
    clientSecret: string | null;
    scopes: string;
    pays: boolean;
  }> | null;
  /** Subjects, and names behind an @. */
  admins: readonly string[];
  /** Absolute. */
  dataPath: string;
  log: Readonly<{ level: "debug" | "info" | "warn" | "error"; format: "auto" | "json" | "text" }>;
  /** What must never be told: for the log. */
  secrets: readonly string[];
  limits: Limits;
}>;

type Caps = Readonly<{ turns: number | null; tokens: number | null; costUsd: number | null }>;

export type Env = Record<string, string | undefined>;

/** The one place that looks at the process's own environment, which has Bun's reading of .env in it. */
export function environment(): Env {
  return Bun.env;
}

/** A fault is one line and repeats at most a path or a host; an empty variable is an unset one. */
export function readConfig(given: Env = environment()): { config: Config } | { faults: string[] } {
  const env = withSpace(given);
  const faults = misspelt(env, NAMES);
  const values: Partial<Values> = {};
  for (const name of NAMES) {
    const parsed = KEYS[name].parse(env[name] || KEYS[name].default);
    if ("wrong" in parsed) faults.push(`${name} ${parsed.wrong}`);
    else Object.assign(values, { [name]: parsed.value });
  }
  faults.push(...contradictions(env, values));
  return faults.length > 0 ? { faults } : { config: build(env, values as Values) };
}

/** What `--help` prints. */
export function helpText(version: string): string {
  const settings = NAMES.map((name) => {
    return `  ${name.padEnd(23)} ${KEYS[name].default || "(none)"}\n      ${KEYS[name].about}\n`;
  });
  return [
    `Banter ${version}: a chat with Hugging Face models.\n`,
    "Usage:",
    "  banter [serve]                answer browsers until it is stopped",
    "  banter doctor [--json]        check settings, endpoint, disk, data and port",
    "  banter backup FILE [--force]  copy the data, while a server runs or not",
    "  banter restore FILE           put a backup in the data's place",
    "  banter --help                 print this",
    "  banter --version              print the version",
    "  banter --licences             print those of all that is in it\n",
    "Settings, from the environment or a .env file in the folder it is started in, with their defaults:",
    ...settings,
  ].join("\n");
}

export type Name = keyof typeof KEYS;
export type Values = {
  [N in Name]: Extract<ReturnType<(typeof KEYS)[N]["parse"]>, { value: unknown }>["value"];
};

const NAMES = Object.keys(KEYS) as Name[];

function build(env: Env, values: Values): Config {
  const oauth = oauthFrom(values);
  const brings = oauth?.pays ? "yes" : values.OWN_TOKENS;
  const endpoints = endpointsFrom(env, { ...values, OWN_TOKENS: brings });
  const [{ name: endpoint }] = endpoints;
  const model = { endpoint, id: endpoint === "demo" ? "eliza" : values.MODEL };
  return Object.freeze({
    endpoints: Object.freeze(endpoints.map((each) => Object.freeze(each))),
    model: Object.freeze(model),
    titles: titlesFrom(values.TITLE_MODEL, endpoint),
    systemPrompt: values.SYSTEM_PROMPT,
    temperature: values.TEMPERATURE,
    maxTokens: values.MAX_TOKENS,
    budgets: Object.freeze({
      account: capsOf(values.BUDGET_TURNS, values.BUDGET_TOKENS, values.BUDGET_USD),
      all: capsOf(values.BUDGET_ALL_TURNS, values.BUDGET_ALL_TOKENS, values.BUDGET_ALL_USD),
    }),
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    hosts: Object.freeze(values.HOSTS),
    frameAncestors: Object.freeze(values.FRAME_ANCESTORS),
    hstsDays: values.HSTS_DAYS,
    proxyHops: values.TRUST_PROXY,
    anonymous: values.ANONYMOUS === "yes",
    password: values.PASSWORD,
    ownTokens: values.OWN_TOKENS === "yes",
    secretKey: values.SECRET_KEY,
    retentionDays: values.RETENTION_DAYS,
    oauth,
    admins: Object.freeze(values.ADMINS),
    dataPath: values.DATA,
    log: Object.freeze({ level: values.LOG_LEVEL, format: values.LOG_FORMAT }),
    secrets: Object.freeze(
      [
        ...endpoints.map(({ key }) => key),
        values.PASSWORD,
        values.SECRET_KEY,
        values.OAUTH_CLIENT_SECRET,
      ].filter((each) => each !== null),
    ),
    limits: Object.freeze({
      ...LIMITS,
      generationsMax: values.GENERATIONS_MAX,
      generationsPerAccount: values.GENERATIONS_PER_ACCOUNT,
      queueMax: values.QUEUE_MAX,
      queuePerAccount: values.QUEUE_PER_ACCOUNT,
      filesBytesMax: values.FILES_MB * 1024 * 1024,
    }),
  });
}

function capsOf(turns: number | null, tokens: number | null, costUsd: number | null): Caps {
  return Object.freeze({ turns, tokens, costUsd });
}

function oauthFrom(values: Values): Config["oauth"] {
  const { OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: clientSecret, OAUTH_SCOPES: scopes } = values;
  if (clientId === null) return null;
  const url = values.OPENID_PROVIDER_URL;
  return Object.freeze({ url, clientId, clientSecret, scopes, pays: isPaidBySignIn(scopes) });
}

function titlesFrom(id: string | null, endpoint: string): Config["titles"] {
  return id === "none"
    ? null
    : Object.freeze({ model: id === null ? null : Object.freeze({ endpoint, id }) });
}
