/** Every setting there is: its name, its default, what it is for, and what it may be. */
import { endpointList } from "./endpoints.ts";
import { LIMITS } from "./limits.ts";
import * as parse from "./parsers.ts";

type Key = { default: string; about: string; parse: (text: string) => parse.Parsed<unknown> };

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
    about:
      "The model that answers until another is chosen; one of INFERENCE_URL's if that is set, else of HF_TOKEN's.",
    parse: parse.modelId,
  },
  TITLE_MODEL: {
    default: "",
    about:
      "The model that makes titles, of the first endpoint; without it the one that answers, with none nobody does.",
    parse: parse.optional(parse.modelId),
  },
  INFERENCE_URL: {
    default: "",
    about: "An OpenAI-compatible server, called “local”, such as http://localhost:11434/v1.",
    parse: parse.optional(parse.apiUrl),
  },
  INFERENCE_KEY: {
    default: "",
    about: "The key that the server at INFERENCE_URL wants, if it wants one; HF_TOKEN is never sent there.",
    parse: parse.optional(parse.secret("")),
  },
  ENDPOINTS: {
    default: "",
    about:
      "More such servers, as name=URL and with commas between; ENDPOINT_KEY_NAME has the key of one, for it alone.",
    parse: endpointList,
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
  GENERATIONS_MAX: {
    default: "2000",
    about: "How many replies are written at once; what comes beyond waits in line.",
    parse: parse.whole(1, 10_000),
  },
  GENERATIONS_PER_ACCOUNT: {
    default: "8",
    about: "The same for one account.",
    parse: parse.whole(1, 10_000),
  },
  QUEUE_MAX: {
    default: "1000",
    about: "How many replies may wait; what comes beyond is refused.",
    parse: parse.whole(0, 10_000),
  },
  QUEUE_PER_ACCOUNT: {
    default: "16",
    about: "The same for one account.",
    parse: parse.whole(0, 10_000),
  },
  OWN_TOKENS: {
    default: "no",
    about:
      "Set to yes to let people give Hugging Face tokens of their own, which then pay for their replies.",
    parse: parse.choice("no", "yes"),
  },
  SECRET_KEY: {
    default: "",
    about: "What seals those tokens, at least 32 characters; without it a key is kept in a file beside DATA.",
    parse: parse.optional(parse.secretKey),
  },
  BUDGET_TURNS: {
    default: "",
    about: "How many replies an account may ask for on a day (UTC).",
    parse: parse.optional(parse.whole(1, 999_999_999)),
  },
  BUDGET_TOKENS: {
    default: "",
    about: "How many tokens an account's replies may take on a day, prompts among them.",
    parse: parse.optional(parse.whole(1, 999_999_999)),
  },
  BUDGET_USD: {
    default: "",
    about: "How many US dollars an account's replies may cost on a day, such as 0.50.",
    parse: parse.optional(parse.decimal(0, 1_000_000)),
  },
  BUDGET_ALL_TURNS: {
    default: "",
    about: "BUDGET_TURNS for all accounts together.",
    parse: parse.optional(parse.whole(1, 999_999_999)),
  },
  BUDGET_ALL_TOKENS: {
    default: "",
    about: "BUDGET_TOKENS for all accounts together.",
    parse: parse.optional(parse.whole(1, 999_999_999)),
  },
  BUDGET_ALL_USD: {
    default: "",
    about: "BUDGET_USD for all accounts together.",
    parse: parse.optional(parse.decimal(0, 1_000_000)),
  },
  HOST: {
    default: "127.0.0.1",
    about: "The address to listen on; 0.0.0.0 is every one, and wants PASSWORD or ANONYMOUS.",
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
  FRAME_ANCESTORS: {
    default: "",
    about:
      "Sites that may show this one in a frame, such as https://intranet.example.org; wants an https PUBLIC_URL.",
    parse: parse.origins,
  },
  HSTS_DAYS: {
    default: "0",
    about: "For so many days browsers are told to come by https alone; wants an https PUBLIC_URL.",
    parse: parse.whole(0, 730),
  },
  TRUST_PROXY: {
    default: "0",
    about: "How many proxies stand in front, whose X-Forwarded-For is believed.",
    parse: parse.whole(0, 10),
  },
  PASSWORD: {
    default: "",
    about:
      "What everybody who comes has to know, at least 8 characters; each browser keeps chats of its own.",
    parse: parse.optional(parse.password),
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
  FILES_MB: {
    default: "200",
    about: "How many megabytes of pictures and texts an account may keep in its chats; 0 takes none.",
    parse: parse.whole(0, 1_000_000),
  },
  RETENTION_DAYS: {
    default: "",
    about:
      "Chats that have had no new message for so many days are deleted for good, unless they are pinned.",
    parse: parse.optional(parse.whole(1, 36_500)),
  },
  OAUTH_CLIENT_ID: {
    default: "",
    about:
      "The id of an OAuth app of Hugging Face's: everybody signs in there, and pays for their own replies.",
    parse: parse.optional(parse.secret("")),
  },
  OAUTH_CLIENT_SECRET: {
    default: "",
    about: "That app's secret, if it has one.",
    parse: parse.optional(parse.secret("")),
  },
  OPENID_PROVIDER_URL: {
    default: "https://huggingface.co",
    about: "Where people sign in.",
    parse: parse.providerUrl,
  },
  OAUTH_SCOPES: {
    default: "openid profile inference-api",
    about: "What signing in asks for; without inference-api it only says who somebody is, and HF_TOKEN pays.",
    parse: parse.scopes,
  },
  ADMINS: {
    default: "",
    about:
      "Who sees what all take and may block them, with commas between: subjects of OPENID_PROVIDER_URL's, or @names.",
    parse: parse.people,
  },
} satisfies Record<string, Key>;
