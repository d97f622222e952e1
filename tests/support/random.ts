/** Chance that can be had again: the same seed, the same run. */

export type Random = {
  /** A whole number from 0 up to and without `limit`. */
  below: (limit: number) => number;
  /** Up to `max` tokens in a row. */
  soup: (tokens: readonly string[], max: number) => string;
};

/** A new seed, or the one in the environment's SEED; printed, so that a failure can be run again. */
export function seedOf(name: string): number {
  const seed = Number(Bun.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${name}: SEED=${seed}`);
  return seed;
}

export function randomOf(seed: number): Random {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  const soup = (tokens: readonly string[], max: number): string =>
    Array.from({ length: 1 + below(max) }, () => tokens[below(tokens.length)]).join("");
  return { below, soup };
}
