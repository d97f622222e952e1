/** One try to sign in with a provider: all that ties its end to its beginning comes from a secret in the browser's cookie. */
import { timingSafeEqual } from "node:crypto";

export type Attempt = {
  /** What the cookie holds. */
  kept: string;
  /** Where it leads to at the end. */
  next: string;
  state: string;
  nonce: string;
  /** Proves to the provider that who ends it has begun it (PKCE, RFC 7636); it gets to see the challenge first. */
  verifier: string;
  challenge: string;
};

export function beginAttempt(next: string): Attempt {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  const secret = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  return attemptOf(secret, next.length > nextChars ? "/" : next);
}

/** Null where it is none of ours. */
export function readAttempt(kept: string | null | undefined): Attempt | null {
  const [, secret, next] = shape.exec(kept ?? "") ?? [];
  if (secret === undefined || next === undefined) return null;
  return attemptOf(secret, Buffer.from(next, "base64url").toString());
}

/** In constant time. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

const secretBytes = 32;
const nextChars = 1000;
const shape = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{1,4000})$/;

function attemptOf(secret: string, next: string): Attempt {
  const derive = (purpose: string) =>
    new Bun.CryptoHasher("sha256", secret).update(purpose).digest("base64url");
  const verifier = derive("verifier");
  return {
    kept: `${secret}.${Buffer.from(next).toString("base64url")}`,
    next,
    state: derive(`state ${next}`),
    nonce: derive("nonce"),
    verifier,
    challenge: Buffer.from(digest(verifier)).toString("base64url"),
  };
}

function digest(text: string): Uint8Array {
  return new Bun.CryptoHasher("sha256").update(text).digest();
}
