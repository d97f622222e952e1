/** Steps that are asked for, which the server makes of what a page of its own would show. */
import type { PageStep } from "../../protocol.ts";

/** Null where there are none, or no way to the server. */
export async function askSteps(path: string): Promise<PageStep[] | null> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as PageStep[]) : null;
  } catch {
    return null;
  }
}
