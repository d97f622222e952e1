/** Where a provider is to be asked, as its answer to OpenID Connect Discovery says. */

export type Places = { issuer: string; authorize: string; token: string };

/** `wrong` is why it can't be used: another could have put it there. */
export type Found = Places | { wrong: "issuer" | "address" };

/** `url` is the issuer that it was found by. */
export function placesIn(json: Record<string, unknown>, url: string): Found {
  const { issuer, authorization_endpoint: authorize, token_endpoint: token } = json;
  if (typeof issuer !== "string" || issuer.replace(/\/$/, "") !== url) return { wrong: "issuer" };
  return isSafe(authorize, url) && isSafe(token, url) ? { issuer, authorize, token } : { wrong: "address" };
}

export function discoveryUrl(url: string): string {
  return `${url}/.well-known/openid-configuration`;
}

/** Plain http only where the provider itself is on this machine. */
function isSafe(address: unknown, url: string): address is string {
  const parsed = typeof address === "string" ? URL.parse(address) : null;
  if (parsed === null) return false;
  return parsed.protocol === "https:" || (url.startsWith("http:") && parsed.origin === new URL(url).origin);
}
