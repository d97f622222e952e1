/** The provider that people sign in with: found by OpenID Connect Discovery, and asked for tokens. */
import { AppError } from "../../errors.ts";
import type { Attempt } from "./attempt.ts";
import { discoveryUrl, placesIn, type Places } from "./places.ts";

export type ProviderSettings = Readonly<{
  url: string;
  clientId: string;
  clientSecret: string | null;
  scopes: string;
}>;

export type ProviderLimits = {
  signInMs: number;
  signInBytesMax: number;
  signInsAtOnce: number;
  discoveryFreshMs: number;
};

/** What calls are made with; `refresh` makes a new one when `expiresMs` has come. Either is null where none is told. */
export type Grant = { access: string; refresh: string | null; expiresMs: number | null };

/** All throw AppError where it can't be reached, or says no. */
export type IdentityProvider = {
  issuer(): Promise<string>;
  /** Where the browser goes to say who it is, and is sent back from to `redirectUri`. */
  startUrl(attempt: Attempt, redirectUri: string): Promise<string>;
  redeem(code: string, verifier: string, redirectUri: string): Promise<{ idToken: string; grant: Grant }>;
  /** Null where the provider refuses it for good. */
  refresh(refresh: string): Promise<Grant | null>;
};

export function createIdentityProvider(
  settings: ProviderSettings,
  limits: ProviderLimits,
  now: () => number,
): IdentityProvider {
  const { clientId } = settings;
  let found: { places: Promise<Places>; untilMs: number } | null = null;
  let calls = 0;

  /** Asked once for all who wait; what failed is asked for anew. */
  function places(): Promise<Places> {
    if (found !== null && found.untilMs > now()) return found.places;
    const asked = discover(settings.url, limits);
    const own = { places: asked, untilMs: now() + limits.discoveryFreshMs };
    found = own;
    asked.catch(() => {
      if (found === own) found = null;
    });
    return asked;
  }

  async function ask(fields: Record<string, string>): Promise<{ status: number; json: Json }> {
    // Who has no account yet can make these: they are not to fill the server, or the provider.
    if (calls >= limits.signInsAtOnce) throw unreachable("Too many are signing in.");
    calls += 1;
    try {
      const { token } = await places();
      const body = new URLSearchParams(fields);
      return await askJson(token, limits, { method: "POST", body, headers: authorize(settings, body) });
    } finally {
      calls -= 1;
    }
  }

  return {
    issuer: async () => (await places()).issuer,
    async startUrl({ state, nonce, challenge }, redirectUri) {
      const url = new URL((await places()).authorize);
      const asked = {
        ...{ response_type: "code", client_id: clientId, redirect_uri: redirectUri, scope: settings.scopes },
        ...{ state, nonce, code_challenge: challenge, code_challenge_method: "S256" },
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return url.href;
    },
    async redeem(code, verifier, redirectUri) {
      const fields = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
      const { status, json } = await ask({ ...fields, code_verifier: verifier });
      if (status >= 500) throw unreachable(`The token endpoint answers ${status}.`);
      const idToken = json["id_token"];
      const grant = grantIn(json, null, now());
      if (status !== 200 || typeof idToken !== "string" || grant === null) throw refused(status);
      return { idToken, grant };
    },
    async refresh(refresh) {
      const { status, json } = await ask({ grant_type: "refresh_token", refresh_token: refresh });
      if (status === 400 || status === 401) return null;
      const grant = status === 200 ? grantIn(json, refresh, now()) : null;
      if (grant === null) throw unreachable(`The token endpoint answers ${status}.`);
      return grant;
    },
  };
}

type Json = Record<string, unknown>;

async function discover(url: string, limits: ProviderLimits): Promise<Places> {
  const { status, json } = await askJson(discoveryUrl(url), limits, {});
  if (status !== 200) throw unreachable(`Discovery answers ${status}.`);
  const found = placesIn(json, url);
  if (!("wrong" in found)) return found;
  const another = "Discovery names another issuer than OPENID_PROVIDER_URL.";
  throw unreachable(found.wrong === "issuer" ? another : "Discovery names no safe address.");
}

/** RFC 6749, 2.3.1: both are encoded before they are joined. */
function authorize(
  { clientId, clientSecret }: ProviderSettings,
  body: URLSearchParams,
): Record<string, string> {
  if (clientSecret === null) {
    body.set("client_id", clientId);
    return {};
  }
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** A refresh that tells no new refresh token leaves the old one. */
function grantIn(json: Json, before: string | null, nowMs: number): Grant | null {
  const { access_token: access, refresh_token: next, expires_in: livesS } = json;
  // It goes into a header.
  if (typeof access !== "string" || !/^[\x21-\x7e]{1,8000}$/.test(access)) return null;
  const expiresMs = typeof livesS === "number" && livesS >= 0 ? nowMs + livesS * 1000 : null;
  return { access, refresh: typeof next === "string" && next !== "" ? next : before, expiresMs };
}

/** A redirect would take code and secret elsewhere. Nothing of an answer is repeated in an error. */
async function askJson(
  url: string,
  { signInMs, signInBytesMax }: ProviderLimits,
  init: RequestInit,
): Promise<{ status: number; json: Json }> {
  const headers = { ...init.headers, Accept: "application/json" };
  try {
    const signal = AbortSignal.timeout(signInMs);
    const response = await fetch(url, { ...init, headers, signal, redirect: "error" });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > signInBytesMax) throw unreachable("Its answer is too long.");
      chunks.push(chunk);
    }
    return { status: response.status, json: jsonIn(Buffer.concat(chunks).toString()) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreachable(error instanceof Error ? error.name : "It gave no answer.");
  }
}

function jsonIn(text: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? { ...json } : {};
  } catch {
    return {};
  }
}

function unreachable(detail: string): AppError {
  return new AppError("signin.unreachable", detail);
}

function refused(status: number): AppError {
  return new AppError("signin.refused", `The token endpoint refuses the code (${status}).`);
}
