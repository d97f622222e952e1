/** Who a browser is: a random token in its cookie, known to the server by its hash alone. */

export type Session = {
  token: string;
  tokenHash: string;
  /** The account it has until the store says another: from the token, so that nothing is stored at a first look. */
  account: string;
};

export function createSession(): Session {
  return sessionOf(
    crypto.getRandomValues(new Uint8Array(tokenBytes)).toBase64({ alphabet: "base64url", omitPadding: true }),
  );
}

/** Null where it is no token of ours; whether it is known is for the store to say. */
export function readSession(token: string | null | undefined): Session | null {
  return typeof token === "string" && tokenShape.test(token) ? sessionOf(token) : null;
}

const tokenBytes = 32;
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

function sessionOf(token: string): Session {
  return { token, tokenHash: digest(`session ${token}`), account: digest(`account ${token}`).slice(0, 22) };
}

function digest(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("base64url");
}
