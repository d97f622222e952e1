/** A new chat that an address asks to begin with an assistant, or with none. */
import { isId } from "../../protocol.ts";
import type { Store } from "../../store/store.ts";
import type { Viewer } from "../access/viewer.ts";

/**
 * The new chat's id; undefined where any will do, null where there is no such assistant. Its choices are written down
 * at once, so that whatever leads away from the page and back finds them: a few rows, of which the oldest go.
 */
export async function beginWith(
  { assistants }: Pick<Store, "assistants">,
  { account: owner }: Viewer,
  { asked, conversation, nowMs }: { asked: string; conversation: string; nowMs: number },
): Promise<string | null | undefined> {
  if (asked !== without && !isId(asked)) return null;
  // Who has none has none to do without, and is written down nowhere yet.
  if (asked === without && (await assistants.list(owner)).length === 0) return undefined;
  const assistant = asked === without ? null : asked;
  return (await assistants.begin({ owner, conversation, assistant, nowMs })) ? conversation : null;
}

const without = "none";
