/** The pictures of what people take along, bring in and leave behind. */
import { visit, type Chat } from "./open-chat.ts";

export const takeawayScenes: Record<string, { play(chat: Chat): Promise<unknown> }> = {
  takeaway: { play: ({ page, app }) => visit(page, `${app.url}/export`) },
};
