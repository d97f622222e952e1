/** Hugging Face, or any OpenAI-compatible server by its URL, as a provider. */
import type { InferenceClient } from "@huggingface/inference";
import type { Failure } from "../domain.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { callOnce } from "./call.ts";
import { unsendable } from "./failures.ts";
import type { Route } from "./failover/route.ts";
import type { Fetch } from "./fetch.ts";
import { type GivenLimits, withDefaults } from "./limits.ts";
import type { ChatRequest, Provider } from "./provider.ts";
import type { Refusals } from "./request/refusals.ts";
import { createBodies } from "./request/body.ts";
import { sleep, withRetries } from "./retry.ts";

export type HuggingFaceOptions = {
  endpoint: string;
  /** For the router one that begins with `hf_`; elsewhere any key, or null for none. */
  token: string | null;
  /** Ends in /v1; null is Hugging Face's router. */
  baseUrl: string | null;
  log: Log;
  limits: GivenLimits;
  /** Whom the calls of a request ask; without it, all ask whom it names. */
  route?(request: ChatRequest): Route;
  /** What was refused before the start. */
  refusals?: Refusals;
  /** For tests. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
};

/** Throws AppError for a `baseUrl` that the library would take for a model's name and send elsewhere. */
export function createHuggingFace(options: HuggingFaceOptions): Provider {
  const { endpoint, token, log } = options;
  const limits = withDefaults(options.limits);
  const endpointUrl = options.baseUrl === null ? null : checkUrl(options.baseUrl);
  const { refusals } = options;
  const bodies = createBodies(refusals?.of(endpoint), (known) => refusals?.add({ endpoint, ...known }));
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
    const body = bodies.bodyOf(request);
    await loaded.chatCompletionStream(body, { fetch, signal, retry_on_error: false }).next();
  }

  return {
    endpoint,
    stream(request, signal) {
      const route = options.route?.(request);
      const now = () => route?.request() ?? request;
      const start = (call: number) =>
        callOnce({
          ask: (fetch, ownSignal) => ask(now(), fetch, ownSignal),
          ...{ limits, signal, token, log },
          fields: { endpoint, model: now().model, call },
        });
      const adapting = {
        adapt: (failure: Failure) => bodies.learn(now(), failure),
        dropped: () => bodies.dropped(now()),
      };
      const { sleep: pause = sleep, random = Math.random } = options;
      const retries = { limits, start, ...adapting, sleep: pause, random };
      return withRetries(route === undefined ? retries : { ...retries, route }, signal);
    },
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
