/** Which endpoints there are, from several settings together: whose key each gets, and what contradicts what. */
import { apiUrl, secret, type Parsed } from "./parsers.ts";

/** `baseUrl` is null for Hugging Face's router and for the demo, which is here; `key` is sent to this one alone. */
export type Endpoint = Readonly<{ name: string; baseUrl: string | null; key: string | null }>;

type Env = Record<string, string | undefined>;

type Given = {
  HF_TOKEN: string | null;
  INFERENCE_URL: string | null;
  INFERENCE_KEY: string | null;
  OWN_TOKENS: "no" | "yes";
  ENDPOINTS: { name: string; baseUrl: string }[];
};

/** `name=URL` pairs, separated by commas. */
export function endpointList(text: string): Parsed<{ name: string; baseUrl: string }[]> {
  const found: { name: string; baseUrl: string }[] = [];
  for (const pair of text.split(",").filter((each) => each.trim() !== "")) {
    const [name = "", ...rest] = pair.trim().split("=");
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(name) || rest.length === 0) {
      return { wrong: "has to be a list of name=URL, such as ollama=http://localhost:11434/v1" };
    }
    if (ownNames.includes(name))
      return { wrong: `has one called ${name}: that name has a meaning of its own` };
    if (found.some((other) => other.name === name)) return { wrong: `has ${name} twice` };
    const url = apiUrl(rest.join("="));
    if ("wrong" in url) return { wrong: `has ${name} at an address that ${url.wrong}` };
    found.push({ name, baseUrl: url.value });
  }
  return found.length > endpointsMax ? { wrong: `has more than ${endpointsMax}` } : { value: found };
}

/** The first is the one that MODEL belongs to. */
export function endpointsFrom(env: Env, given: Given): [Endpoint, ...Endpoint[]] {
  const { HF_TOKEN: token, INFERENCE_URL: baseUrl, INFERENCE_KEY: key } = given;
  const [first, ...rest]: Endpoint[] = [
    ...(baseUrl === null ? [] : [{ name: "local", baseUrl, key }]),
    ...(token === null && given.OWN_TOKENS === "no"
      ? []
      : [{ name: "huggingface", baseUrl: null, key: token }]),
    ...given.ENDPOINTS.map((each) => ({ ...each, key: env[keyName(each.name)] || null })),
  ];
  return first === undefined ? [demo] : [first, ...rest];
}

/** What is wrong with the keys and with the model, each in a line that repeats neither. */
export function endpointFaults(env: Env, { ENDPOINTS: list }: Partial<Given>, model?: string): string[] {
  const faults: string[] = [];
  const firstOf = env["INFERENCE_URL"] ? "INFERENCE_URL" : env["HF_TOKEN"] ? null : "ENDPOINTS";
  if (firstOf !== null && env[firstOf] && !env["MODEL"]) {
    faults.push(`MODEL is not set: name one that the server at ${firstOf} has, such as MODEL=llama3.2`);
  }
  if (firstOf === null && model?.includes("/") === false) {
    faults.push("MODEL is not one of Hugging Face's: write it as owner/name, such as openai/gpt-oss-120b");
  }
  if (env["INFERENCE_KEY"] && !env["INFERENCE_URL"]) {
    faults.push("INFERENCE_KEY is set without INFERENCE_URL, where it would go: set both, or HF_TOKEN alone");
  }
  for (const name of keyNames(env)) {
    const shown = name.slice(0, 64).replace(/\W/g, "?");
    const parsed = secret("")(env[name] ?? "");
    if ("wrong" in parsed) faults.push(`${shown} ${parsed.wrong}`);
    if (list?.every((each) => keyName(each.name) !== name)) {
      faults.push(`${shown} is set without an endpoint of that name in ENDPOINTS, where it would go`);
    }
  }
  return faults;
}

/** The setting that holds an endpoint's key. */
export function keyName(endpoint: string): string {
  return keyPrefix + endpoint.toUpperCase().replaceAll("-", "_");
}

function keyNames(env: Env): string[] {
  return Object.keys(env).filter((name) => name.startsWith(keyPrefix) && env[name]);
}

const keyPrefix = "ENDPOINT_KEY_";
const ownNames = ["huggingface", "local", "demo"];
const endpointsMax = 16;
const demo: Endpoint = { name: "demo", baseUrl: null, key: null };
