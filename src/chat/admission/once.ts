/** Copies of one op over several lines: what is under way is done once, and what was refused stays refused. */
import { AppError } from "../../errors.ts";

/** What came of an op, by who asked what: while it is under way, and for a while where it was refused. */
export type Kept<T> = Map<string, Promise<T>>;

/**
 * A second copy that comes while the first is being stored gets the first one's answer: there may be no room for
 * two. A copy that comes after a refusal is refused in the same words: whoever was refused has its words back, and
 * may have sent them again as another op. What a process that goes has not looked at is for the next one to do.
 */
export function once<T>(
  kept: Kept<T>,
  name: string,
  { keptMax }: { keptMax: number },
  work: () => Promise<T>,
): Promise<T> {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const result = work();
  kept.set(name, result);
  const forget = () => {
    if (kept.get(name) === result) kept.delete(name);
  };
  result.then(forget, (error: unknown) => {
    if (!(error instanceof AppError) || error.code === "restarting") forget();
  });
  const [oldest] = kept.keys();
  if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
  return result;
}
