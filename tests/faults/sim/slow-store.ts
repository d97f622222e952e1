/** The same store behind a line, or several: each call is done a while after it was asked for, and answered later. */
import type { Random } from "../../support/random.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Life } from "./time.ts";

export type SlowOptions = { maxMs: number; isOrdered: boolean };

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * On one line calls are done and answered in the order in which they came; on several, one may overtake another.
 * With its process, all that waits is gone: before its turn it was never done, after it nobody hears of it.
 */
export function slowed(store: Store, life: Life, random: Random, options: SlowOptions): Store {
  const { maxMs, isOrdered } = options;
  let doneMs = 0;
  let toldMs = 0;
  const until = (atMs: number) => new Promise<void>((resolve) => life.after(atMs - life.now(), resolve));
  const slow = (method: Method): Method => {
    return async (...args) => {
      doneMs = Math.max(isOrdered ? doneMs : 0, life.now() + random.below(maxMs));
      await until(doneMs);
      const answer = await method(...args).then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error;
        },
      );
      toldMs = Math.max(isOrdered ? toldMs : 0, life.now() + random.below(maxMs));
      await until(toldMs);
      return answer();
    };
  };
  const nouns = Object.entries(store).map(([noun, methods]) => {
    if (typeof methods === "function") return [noun, methods];
    const own = Object.entries(methods).map(([name, method]) => [name, slow(method as Method)]);
    return [noun, Object.fromEntries(own)];
  });
  return Object.fromEntries(nouns) as Store;
}
