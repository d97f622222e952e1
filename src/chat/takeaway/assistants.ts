/** Assistants that were brought in: kept where there is none with that id, and room. */
import type { Assistant } from "../../domain.ts";
import type { Store } from "../../store/store.ts";

/** New chats begin with it where they did elsewhere, and none has been chosen for that here. */
export async function keepAssistant(
  { assistants }: Pick<Store, "assistants">,
  owner: string,
  { isDefault, ...assistant }: Assistant,
  { max, nowMs }: { max: number; nowMs: number },
): Promise<"added" | "there" | "full"> {
  const own = await assistants.list(owner);
  if (own.some(({ id }) => id === assistant.id)) return "there";
  if ((await assistants.keep({ owner, assistant, max, nowMs })) === "full") return "full";
  if (isDefault && !own.some((each) => each.isDefault)) await assistants.useForNew(owner, assistant.id);
  return "added";
}
