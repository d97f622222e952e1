/** The pictures of assistants: none, some, the form of one, and a chat that begins with one. */
import { makeAssistant, postAssistants } from "../support/assistants.ts";
import { visit, type Chat } from "./open-chat.ts";
import type { Scene } from "./scenes-models.ts";

/** Three of them, of which new chats begin with the first. */
export async function haveAssistants({ app, page }: Pick<Chat, "app" | "page">): Promise<string[]> {
  const cookie = (await page.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const ids = [await makeAssistant(app, cookie)];
  const editor = { name: "Editor of plain English", icon: "✍️", model: "local/test-model", suggestions: "" };
  ids.push(await makeAssistant(app, cookie, { ...editor, systemPrompt: "Make it shorter. ".repeat(20) }));
  const unbroken = {
    name: "Haarpflegespiegelkabinettsausstattung".slice(0, 60),
    icon: "👩🏽‍🚀",
    systemPrompt: "",
  };
  ids.push(await makeAssistant(app, cookie, unbroken));
  await postAssistants(app, cookie, { use: ids[0] ?? "" });
  return ids;
}

export const assistantScenes: Record<string, Scene> = {
  "assistants-none": { play: ({ page, app }) => visit(page, `${app.url}/assistants`) },
  assistants: {
    async play(chat) {
      await haveAssistants(chat);
      await visit(chat.page, `${chat.app.url}/assistants`);
      await chat.page.click(".assistants__row:last-child summary");
    },
  },
  assistant: {
    async play(chat) {
      const [id = ""] = await haveAssistants(chat);
      await visit(chat.page, `${chat.app.url}/assistants?edit=${id}`);
      await chat.page.click('[name="icon"]');
      await chat.page.type("owl");
      await chat.page.evaluate(`document.querySelector('[name="save"]').click()`);
      await chat.page.until(`document.querySelector("#trouble")`);
    },
  },
  "assistants-chat": {
    async play(chat) {
      await haveAssistants(chat);
      await visit(chat.page, chat.app.url);
    },
  },
};
