/** What was refused lately: a copy of it that comes late, over a line that was lost, is refused as well. */
import { AppError } from "../../errors.ts";

/** By account and op, oldest first. Data alone, so that it outlives a hot reload. */
export type Refused = Map<string, AppError>;

/**
 * Whoever was refused has its words back, and may have sent them again as another op: the first one must not be
 * done after all. What a process that goes has not looked at is not refused: it goes to the next one.
 */
export async function onceRefused<T>(
  refused: Refused,
  name: string,
  limits: { refusedMax: number },
  work: () => Promise<T>,
): Promise<T> {
  const before = refused.get(name);
  if (before !== undefined) throw before;
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "restarting") throw error;
    refused.set(name, error);
    const [oldest] = refused.keys();
    if (refused.size > limits.refusedMax && oldest !== undefined) refused.delete(oldest);
    throw error;
  }
}
