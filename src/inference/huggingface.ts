/** Hugging Face, or any OpenAI-compatible server by its URL, as a provider. */
import type { InferenceClient } from "@huggingface/inference";
import type { Failure } from "../domain.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { callOnce } from "./call.ts";
import { unsendable } from "./failures.ts";
import type { Fetch } from "./fetch.ts";
import { type GivenLimits, withDefaults } from "./limits.ts";
import type { ChatRequest, Provider } from "./provider.ts";
import { sleep, withRetries } from "./retry.ts";

export type HuggingFaceOptions = {
  endpoint: string;
  /** For the router one that begins with `hf_`; elsewhere any key, or null for none. */
  token: string | null;
  /** Ends in /v1; null is Hugging Face's router. */
  baseUrl: string | null;
  log: Log;
  limits: GivenLimits;
  /** For tests. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
};

/** Throws AppError for a `baseUrl` that the library would take for a model's name and send elsewhere. */
export function createHuggingFace(options: HuggingFaceOptions): Provider {
  const { endpoint, token, log } = options;
  const limits = withDefaults(options.limits);
  const endpointUrl = options.baseUrl === null ? null : checkUrl(options.baseUrl);
  const refusals = createRefusals();
  let client: Promise<InferenceClient> | null = null;

  async function ask(request: ChatRequest, fetch: Fetch, signal: AbortSignal) {
    if (endpointUrl === null && !token?.startsWith("hf_")) {
      throw unsendable(
        "token_invalid",
        token === null ? "No token is set." : "The token is not of Hugging Face.",
      );
    }
    if (/^https?:|^\//i.test(request.model) || request.model.trim() === "") {
      throw unsendable("model_unsupported", "The model's name is not valid.");
    }
    client ??= loadClient(token, endpointUrl);
    const loaded = await client;
    signal.throwIfAborted();
    const body = { ...bodyOf(request, refusals.of(request.model)), model: request.model };
    await loaded.chatCompletionStream(body, { fetch, signal, retry_on_error: false }).next();
  }

  return {
    endpoint,
    stream: (request, signal) =>
      withRetries(
        {
          limits,
          start: (call) =>
            callOnce({
              ask: (fetch, ownSignal) => ask(request, fetch, ownSignal),
              limits,
              signal,
              token,
              log,
              fields: { endpoint, model: request.model, call },
            }),
          adapt: (failure) => refusals.learn(request.model, failure),
          sleep: options.sleep ?? sleep,
          random: options.random ?? Math.random,
        },
        signal,
      ),
  };
}

/** The library costs 30 ms to load, so it is loaded by the first call. */
async function loadClient(token: string | null, endpointUrl: string | null): Promise<InferenceClient> {
  const { InferenceClient } = await import("@huggingface/inference");
  return new InferenceClient(token ?? "", {
    retry_on_error: false,
    ...(endpointUrl === null ? {} : { endpointUrl }),
  });
}

function checkUrl(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  if (!isPlain)
    throw new AppError("endpoint.invalid", "The endpoint's URL is not a plain http or https URL.");
  return url.href.replace(/\/$/, "");
}

function bodyOf(request: ChatRequest, refused: ReadonlySet<string>) {
  return {
    messages: request.messages,
    max_tokens: request.maxTokens,
    stream: true,
    ...(refused.has("temperature") ? {} : { temperature: request.temperature }),
    ...(refused.has("stream_options") ? {} : { stream_options: { include_usage: true } }),
  };
}

const OPTIONAL_FIELDS = ["stream_options", "temperature"];
const MODELS_MAX = 1_000;
const NONE: ReadonlySet<string> = new Set();

/** Which optional fields a model's provider has refused, so that each is tried once. */
function createRefusals() {
  const byModel = new Map<string, Set<string>>();
  return {
    of: (model: string) => byModel.get(model) ?? NONE,
    learn(model: string, failure: Failure): boolean {
      if (failure.status !== 400 && failure.status !== 422) return false;
      const refused = byModel.get(model) ?? new Set();
      const field = OPTIONAL_FIELDS.find((name) => failure.detail.includes(name) && !refused.has(name));
      if (field === undefined) return false;
      if (byModel.size >= MODELS_MAX) byModel.clear();
      byModel.set(model, refused.add(field));
      return true;
    },
  };
}
