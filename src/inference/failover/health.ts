/** Which providers have failed often of late: they are rested, and asked again as their failures are forgotten. */

export type Health = {
  failed(provider: string): void;
  answered(provider: string): void;
  isResting(provider: string): boolean;
};

/** In memory: after a restart everybody is well. */
export function createHealth(now: () => number, providersMax = 1000): Health {
  const known = new Map<string, { score: number; atMs: number }>();
  const scoreOf = (name: string): number => {
    const mark = known.get(name);
    return mark === undefined ? 0 : mark.score * 0.5 ** ((now() - mark.atMs) / halfLifeMs);
  };
  const set = (name: string, score: number) => {
    known.delete(name);
    if (score < least) return;
    const oldest = known.size >= providersMax ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(name, { score, atMs: now() });
  };
  return {
    failed: (provider) => set(plain(provider), Math.min(scoreOf(plain(provider)) + 1, most)),
    answered: (provider) => set(plain(provider), scoreOf(plain(provider)) / 2),
    isResting: (provider) => scoreOf(plain(provider)) >= restingFrom,
  };
}

/** Headers and lists write one name in several ways. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** A failure counts half as much after two minutes: three at once rest a provider for a good minute, more for up to six. */
const halfLifeMs = 120_000;
const restingFrom = 2;
const most = 16;
const least = 0.01;
