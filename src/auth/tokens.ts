/** People's own tokens: kept sealed, opened for a call of theirs, and shown to nobody again. */
import type { Store } from "../store/store.ts";
import type { Vault } from "./vault.ts";

export type OwnTokens = {
  /** Whether they come by signing in, so that nobody can give one by hand. */
  isSignIn: boolean;
  /** Null where the account has none, or none that can be opened any more. */
  find(account: string): Promise<string | null>;
  forget(account: string): Promise<void>;
  /** When it was given; null where there is none. */
  since(account: string): Promise<number | null>;
};

/** Those that people give by hand. */
export type GivenTokens = OwnTokens & { keep(account: string, token: string, nowMs: number): Promise<void> };

export function ownTokens({ tokens }: Pick<Store, "tokens">, vault: Vault): GivenTokens {
  return {
    isSignIn: false,
    async find(account) {
      const row = await tokens.find(account);
      return row === null ? null : vault.open(account, row.sealed);
    },
    async keep(account, token, nowMs) {
      await tokens.set(account, await vault.seal(account, token), nowMs);
    },
    forget: (account) => tokens.remove(account),
    since: async (account) => (await tokens.find(account))?.createdMs ?? null,
  };
}

/** As Hugging Face makes them. */
export function isToken(text: string): boolean {
  return /^hf_[A-Za-z0-9]{10,200}$/.test(text);
}
