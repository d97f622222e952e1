/** A provider for each endpoint of the settings. */
import type { Endpoint } from "../config/endpoints.ts";
import type { Limits } from "../config/limits.ts";
import type { Log } from "../log.ts";
import { createDemo } from "./demo.ts";
import { unsendable } from "./failures.ts";
import { createHuggingFace } from "./huggingface.ts";
import type { Provider } from "./provider.ts";

/** By name; an endpoint that is no longer among the settings fails each run with words. */
export function createProviders(
  endpoints: readonly Endpoint[],
  limits: Limits,
  log: Log,
): (name: string) => Provider {
  const providers = new Map(
    endpoints.map((endpoint) => [endpoint.name, createProvider(endpoint, limits, log)]),
  );
  return (name) => providers.get(name) ?? createMissing(name);
}

function createProvider({ name, baseUrl, key }: Endpoint, limits: Limits, log: Log): Provider {
  if (name === "demo") return createDemo();
  const given = {
    firstByteMs: limits.upstreamFirstByteMs,
    idleMs: limits.upstreamIdleMs,
    callMs: limits.upstreamCallMs,
    callsMax: limits.upstreamCallsMax,
    eventBytesMax: limits.upstreamEventBytesMax,
    errorBytesMax: limits.upstreamErrorBytesMax,
    errorChars: limits.upstreamErrorChars,
    replyBytesMax: limits.replyBytesMax,
    retryAfterMsMax: limits.retryAfterMsMax,
  };
  return createHuggingFace({ endpoint: name, token: key, baseUrl, log, limits: given });
}

function createMissing(endpoint: string): Provider {
  return {
    endpoint,
    // oxlint-disable-next-line require-yield
    async *stream() {
      throw unsendable("model_unsupported", `The endpoint “${endpoint}” is not set here any more.`);
    },
  };
}
