/** Who a provider says has signed in: an ID token's claims, checked. */
import { AppError } from "../../errors.ts";
import type { Person } from "../../store/people/people-store.ts";
import { isSame } from "./attempt.ts";

export type Expected = { issuer: string; clientId: string; nonce: string; nowMs: number };

/**
 * Who it tells of, and their account. The token comes straight from the provider's token endpoint over TLS, which proves
 * who made it: OpenID Connect Core 3.1.3.7, point 6, lets that stand for its signature. Throws AppError where a claim
 * is not as it has to be.
 */
export function personIn(idToken: string, expected: Expected): Person & { account: string } {
  const claims = claimsOf(idToken);
  const { iss, sub, aud, azp, exp, nonce } = claims;
  if (iss !== expected.issuer) throw wrong("iss");
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(expected.clientId)) throw wrong("aud");
  if (azp === undefined ? audiences.length > 1 : azp !== expected.clientId) throw wrong("azp");
  if (typeof exp !== "number" || exp * 1000 + skewMs <= expected.nowMs) throw wrong("exp");
  if (typeof nonce !== "string" || !isSame(nonce, expected.nonce)) throw wrong("nonce");
  if (typeof sub !== "string" || sub === "" || sub.length > subjectChars) throw wrong("sub");
  return { account: accountOf(expected.issuer, sub), subject: sub, name: nameIn(claims) };
}

/** What people call each other there; one that could not be read out is none. */
function nameIn({ preferred_username: name }: Record<string, unknown>): string | null {
  return typeof name === "string" && /^[^\p{C}\p{Z}]{1,100}$/u.test(name) ? name : null;
}

/** The same in each browser, whatever they are called. */
function accountOf(issuer: string, subject: string): string {
  const person = JSON.stringify([issuer, subject]);
  return new Bun.CryptoHasher("sha256").update(`person ${person}`).digest("base64url").slice(0, 22);
}

/** For clocks that differ. */
const skewMs = 60_000;
const subjectChars = 255;

function claimsOf(idToken: string): Record<string, unknown> {
  const [, payload, , ...more] = idToken.split(".");
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
    if (typeof claims === "object" && claims !== null && more.length === 0) return { ...claims };
  } catch {
    // Told below: what the parser says repeats the token.
  }
  throw wrong("shape");
}

function wrong(claim: string): AppError {
  return new AppError("signin.identity", `The provider's ID token has the wrong ${claim}.`);
}
