/** The tokens that signing in gave: kept sealed, made anew in time, and used for their owner's calls alone. */
import type { Store } from "../../store/store.ts";
import type { OwnTokens } from "../tokens.ts";
import type { Vault } from "../vault.ts";
import type { Grant, IdentityProvider } from "./provider.ts";

export type Grants = OwnTokens & { keepGrant(account: string, grant: Grant, nowMs: number): Promise<void> };

/** For another purpose than tokens that people give, so that neither opens in the other's place. */
export function sealedFor(account: string): string {
  return `grant ${account}`;
}

type GrantParts = {
  store: Pick<Store, "tokens">;
  vault: Vault;
  provider: Pick<IdentityProvider, "refresh">;
  now(): number;
};

export function createGrants({ store: { tokens }, vault, provider, now }: GrantParts): Grants {
  // With the look into the store: whoever had looked before a refresh would spend its token a second time, and
  // providers take that for theft.
  const finding = new Map<string, Promise<string | null>>();
  const seal = (account: string, grant: Grant) => vault.seal(sealedFor(account), JSON.stringify(grant));

  /** What the row has become meanwhile, by a new sign-in or by being taken away, counts. */
  async function refresh(account: string, sealed: string, grant: Grant): Promise<string | null> {
    const isCurrent = async () => (await tokens.find(account))?.sealed === sealed;
    const isOver = grant.expiresMs !== null && grant.expiresMs <= now();
    let next: Grant | null = null;
    try {
      next = grant.refresh === null ? null : await provider.refresh(grant.refresh);
    } catch (error) {
      // For its last minute it is still good.
      if (isOver) throw error;
      return grant.access;
    }
    if (next === null && grant.refresh === null && !isOver) return grant.access;
    const sealedNext = next === null ? null : await seal(account, next);
    if (!(await isCurrent())) return (await opened(account))?.grant.access ?? null;
    if (sealedNext === null) await tokens.remove(account);
    else await tokens.set(account, sealedNext, now());
    return next?.access ?? null;
  }

  async function current(account: string): Promise<string | null> {
    const kept = await opened(account);
    if (kept === null) return null;
    const { expiresMs, access } = kept.grant;
    const isFresh = expiresMs === null || expiresMs - now() > refreshBeforeMs;
    return isFresh ? access : refresh(account, kept.sealed, kept.grant);
  }

  async function opened(account: string): Promise<{ sealed: string; grant: Grant } | null> {
    const row = await tokens.find(account);
    const text = row === null ? null : await vault.open(sealedFor(account), row.sealed);
    return row === null || text === null ? null : { sealed: row.sealed, grant: JSON.parse(text) as Grant };
  }

  return {
    isSignIn: true,
    async find(account) {
      const going = finding.get(account) ?? current(account);
      finding.set(account, going);
      try {
        return await going;
      } finally {
        if (finding.get(account) === going) finding.delete(account);
      }
    },
    async keepGrant(account, grant, nowMs) {
      await tokens.set(account, await seal(account, grant), nowMs);
    },
    forget: (account) => tokens.remove(account),
    since: async (account) => (await tokens.find(account))?.createdMs ?? null,
  };
}

const refreshBeforeMs = 60_000;
