/** Links to a branch: a secret in each, known to the server by its hash, and kept sealed for who made it. */
import type { NewShare, Share } from "../store/shares/shares.ts";
import type { Store } from "../store/store.ts";
import type { Vault } from "./vault.ts";

export type ShareLinks = {
  make(share: Omit<NewShare, "secretHash" | "sealed">): ReturnType<Store["shares"]["create"]>;
  /** `secret` is null where the key that sealed it is gone: the link goes on, but can't be shown. */
  list(owner: string, nowMs: number): Promise<(Share & { secret: string | null })[]>;
  find(secret: string, nowMs: number): Promise<Share | null>;
  /** The hash of its secret; null where there was no such link. */
  end(owner: string, id: string): Promise<string | null>;
};

/** `vault` is opened when it is first needed, for that may write a key. */
export function shareLinks({ shares }: Pick<Store, "shares">, vault: () => Promise<Vault>): ShareLinks {
  // Sealed for another purpose than tokens, so that neither opens in the other's place.
  const sealedFor = (owner: string) => `share ${owner}`;
  return {
    async make(share) {
      const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
      const secret = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
      const sealed = await (await vault()).seal(sealedFor(share.owner), secret);
      return shares.create({ ...share, secretHash: hashOf(secret), sealed });
    },
    async list(owner, nowMs) {
      const rows = await shares.list(owner, nowMs);
      if (rows.length === 0) return [];
      const opened = await vault();
      return Promise.all(
        rows.map(async ({ sealed, ...share }) => {
          return { ...share, secret: await opened.open(sealedFor(owner), sealed) };
        }),
      );
    },
    find: async (secret, nowMs) => (shape.test(secret) ? shares.find(hashOf(secret), nowMs) : null),
    end: (owner, id) => shares.end(owner, id),
  };
}

/** By what those who read by a link are known among all who watch: as a session's hash, that no session has. */
export function readersOf(secretHash: string): string {
  return `share ${secretHash}`;
}

export function hashOf(secret: string): string {
  return new Bun.CryptoHasher("sha256").update(`share ${secret}`).digest("base64url");
}

const secretBytes = 32;
const shape = /^[A-Za-z0-9_-]{43}$/;
