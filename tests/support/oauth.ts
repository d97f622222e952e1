/** An OpenID provider on a real port: it lets in whoever comes, well-behaved or broken as a test tells it. */

export type TestProvider = AsyncDisposable & {
  url: string;
  /** Changed by tests between asks. */
  is: Behaviour;
  /** What the token endpoint was asked, oldest first: the form's fields and the Authorization header. */
  asked: { fields: Record<string, string>; authorization: string | null }[];
  /** How often its settings were asked for. */
  discoveries(): number;
  /** All it gave out: codes, tokens. */
  given: string[];
};

type Behaviour = {
  subject: string;
  /** Laid over the claims of ID tokens; undefined takes one out. */
  claims: Record<string, unknown>;
  /** Laid over what discovery tells. */
  told: Record<string, unknown>;
  denies: boolean;
  /** The status of the token endpoint, 200 where it works. */
  tokenStatus: number;
  refreshStatus: number;
  expiresS: number | null;
  hasRefresh: boolean;
  /** Asks of the token endpoint wait for this. */
  held: Promise<void>;
};

export const clientId = "client-id:1";

type Code = { nonce: string; challenge: string; redirectUri: string };

export async function startProvider(more: Partial<Behaviour> = {}): Promise<TestProvider> {
  const is: Behaviour = {
    ...{ subject: "ann", claims: {}, told: {}, denies: false, tokenStatus: 200, refreshStatus: 200 },
    ...{ expiresS: 3600, hasRefresh: true, held: Promise.resolve() },
    ...more,
  };
  const codes = new Map<string, Code>();
  const refreshes = new Set<string>();
  const asked: TestProvider["asked"] = [];
  const given: string[] = [];
  let discoveries = 0;
  const make = (kind: string) => {
    const made = `${kind}_CANARY${crypto.randomUUID().replaceAll("-", "")}`;
    given.push(made);
    return made;
  };
  const grant = () => {
    const refresh = is.hasRefresh ? { refresh_token: make("refresh") } : {};
    if (refresh.refresh_token !== undefined) refreshes.add(refresh.refresh_token);
    const expires = is.expiresS === null ? {} : { expires_in: is.expiresS };
    return { access_token: make("access"), token_type: "bearer", ...refresh, ...expires };
  };
  const keepCode = (code: Code) => {
    const name = make("code");
    codes.set(name, code);
    return name;
  };

  async function token(request: Request): Promise<Response> {
    const fields = Object.fromEntries(new URLSearchParams(await request.text()));
    asked.push({ fields, authorization: request.headers.get("authorization") });
    await is.held;
    if (fields["grant_type"] === "refresh_token") {
      if (is.refreshStatus !== 200 || !refreshes.delete(fields["refresh_token"] ?? ""))
        return refused(is.refreshStatus === 200 ? 400 : is.refreshStatus);
      return Response.json(grant());
    }
    if (is.tokenStatus !== 200) return refused(is.tokenStatus);
    const code = codes.get(fields["code"] ?? "");
    codes.delete(fields["code"] ?? "");
    const proof = new Bun.CryptoHasher("sha256").update(fields["code_verifier"] ?? "").digest("base64url");
    if (code?.challenge !== proof || code.redirectUri !== fields["redirect_uri"]) return refused(400);
    const claims = {
      ...{ iss: server.url.origin, sub: is.subject, aud: clientId, nonce: code.nonce },
      ...{ exp: Math.floor(Date.now() / 1000) + 600, ...is.claims },
    };
    const idToken = signed(claims);
    given.push(idToken);
    return Response.json({ ...grant(), id_token: idToken });
  }

  const server: Bun.Server<undefined> = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request): Promise<Response> {
      const { origin, pathname, searchParams } = new URL(request.url);
      if (pathname === "/authorize") return authorize(searchParams, is.denies, keepCode);
      if (pathname === "/token") return token(request);
      discoveries += 1;
      const places = { authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token` };
      return Response.json({ issuer: origin, ...places, ...is.told });
    },
  });
  const stop = () => server.stop(true);
  return {
    ...{ url: server.url.origin, is, asked, given },
    discoveries: () => discoveries,
    [Symbol.asyncDispose]: stop,
  };
}

function authorize(asking: URLSearchParams, denies: boolean, keepCode: (code: Code) => string): Response {
  const told = (name: string) => asking.get(name) ?? "";
  const back = new URL(told("redirect_uri"));
  back.searchParams.set("state", told("state"));
  if (denies) back.searchParams.set("error", "access_denied");
  else {
    const [nonce, challenge, redirectUri] = [told("nonce"), told("code_challenge"), told("redirect_uri")];
    back.searchParams.set("code", keepCode({ nonce, challenge, redirectUri }));
  }
  return Response.redirect(back.href, 302);
}

/** By nobody: what is looked at is how it came. */
function signed(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl`;
}

function refused(status: number): Response {
  return Response.json({ error: "invalid_grant" }, { status });
}

export function oauthEnv(provider: { url: string }, more: Record<string, string> = {}) {
  return { OAUTH_CLIENT_ID: clientId, OPENID_PROVIDER_URL: provider.url, TITLE_MODEL: "none", ...more };
}

/** A browser of somebody: it keeps cookies, and follows nothing by itself. */
export function newBrowser(url: string) {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  async function get(address: string): Promise<Response> {
    const at = new URL(address, url);
    const isOurs = at.origin === url;
    const response = await fetch(at, { headers: isOurs ? { Cookie: cookie() } : {}, redirect: "manual" });
    for (const header of isOurs ? response.headers.getSetCookie() : []) {
      const [name = "", value = ""] = header.split(";", 1)[0]?.split("=") ?? [];
      if (header.includes("Max-Age=0")) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }
  /** Where the browser is sent back to; it has not gone there yet. */
  async function toCallback(next = "/"): Promise<string> {
    const start = await get(`/signin/start?next=${encodeURIComponent(next)}`);
    const back = await get(start.headers.get("location") ?? "");
    return back.headers.get("location") ?? "";
  }
  return { cookies, cookie, get, toCallback, signIn: async (next = "/") => get(await toCallback(next)) };
}
