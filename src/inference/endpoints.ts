/** A provider for each endpoint of the settings. */
import type { Endpoint } from "../config/endpoints.ts";
import type { Limits } from "../config/limits.ts";
import type { Log } from "../log.ts";
import { createDemo } from "./demo.ts";
import { createHealth, type Health } from "./failover/health.ts";
import { routeOf, type RouteParts } from "./failover/route.ts";
import { unsendable } from "./failures.ts";
import { createHuggingFace } from "./huggingface.ts";
import type { Refusals } from "./request/refusals.ts";
import { type Provider, UpstreamError } from "./provider.ts";

/** Where a model is served by several: what is known of them. */
export type Served = { find: RouteParts["find"]; health(endpoint: string): Health; refusals: Refusals };

/** Each endpoint's providers are well or not apart from others'. */
export function createServed(
  endpoints: readonly Endpoint[],
  find: Served["find"],
  refusals: Refusals,
  now: () => number,
): Served {
  const known = new Map(endpoints.map(({ name }) => [name, createHealth(now)]));
  return { find, refusals, health: (endpoint) => known.get(endpoint) ?? createHealth(now) };
}

/** People's own tokens for their calls to Hugging Face; where they come by signing in, there is no other. */
export type Payers = { isSignIn: boolean; find(account: string): Promise<string | null> };

/** By name and account; an endpoint that is no longer among the settings fails each run with words. */
export function createProviders(
  endpoints: readonly Endpoint[],
  limits: Limits,
  log: Log,
  served?: Served,
  payers: Payers | null = null,
): (name: string, account: string) => Provider {
  const providers = new Map(
    endpoints.map((endpoint) => [endpoint.name, createProvider(endpoint, limits, log, served)]),
  );
  const hub = endpoints.find(({ name }) => name === "huggingface");
  return (name, account) => {
    const shared = providers.get(name) ?? createMissing(name);
    if (payers === null || hub === undefined || name !== hub.name) return shared;
    return {
      endpoint: name,
      // Asked for when the call is made: a token that was taken away makes none.
      async *stream(request, signal) {
        const key = await keyOf(payers, account);
        const paid = key === null ? shared : createProvider({ ...hub, key }, limits, log, served);
        try {
          yield* paid.stream(request, signal);
        } catch (error) {
          throw payers.isSignIn ? asSignedOut(error) : error;
        }
      },
    };
  };
}

async function keyOf({ isSignIn, find }: Payers, account: string): Promise<string | null> {
  if (!isSignIn) return find(account);
  let key: string | null;
  try {
    key = await find(account);
  } catch (cause) {
    throw unsendable("provider_down", "Where people sign in can't be reached.", { cause });
  }
  if (key === null) throw unsendable("signed_out", "");
  return key;
}

/** A token that was taken away at its provider's is for signing in anew to mend, not for the settings. */
function asSignedOut(error: unknown): unknown {
  if (!(error instanceof UpstreamError) || error.failure.kind !== "token_invalid") return error;
  return new UpstreamError({ ...error.failure, kind: "signed_out" }, { cause: error });
}

function createProvider(
  { name, baseUrl, key }: Endpoint,
  limits: Limits,
  log: Log,
  served?: Served,
): Provider {
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
  const options = { endpoint: name, token: key, baseUrl, log, limits: given };
  if (served === undefined) return createHuggingFace(options);
  const parts = { endpoint: name, find: served.find, health: served.health(name) };
  const { refusals } = served;
  return createHuggingFace({ ...options, refusals, route: (request) => routeOf(parts, request) });
}

function createMissing(endpoint: string): Provider {
  return {
    endpoint,
    // A stream that fails before it gives anything.
    // oxlint-disable-next-line require-yield
    async *stream() {
      throw unsendable("model_unsupported", `The endpoint “${endpoint}” is not set here any more.`);
    },
  };
}
