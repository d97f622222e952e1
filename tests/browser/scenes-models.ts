/** Scenes of choosing models and of what replies took, for screens.ts. */
import { routerList } from "../support/router-list.ts";
import { count, smallModel, talk, write } from "./counting.ts";
import { send, untilEnded, untilListed, visit, type Chat, type ChatOptions } from "./open-chat.ts";

export type Scene = Pick<ChatOptions, "env" | "limits" | "models"> & { play(chat: Chat): Promise<unknown> };

const router = { INFERENCE_URL: "", MODEL: "openai/gpt-oss-120b:fastest", HF_TOKEN: "hf_scripted" };

const answered = async ({ page, model }: Chat, text: string) => {
  await send(page, "Is it so?");
  await model.say(text);
  await model.end();
  await untilEnded(page);
};

const pick = async ({ page, app }: Chat, search = "") => {
  await untilListed(app);
  await page.click("#model .pill");
  await page.until(`document.querySelector(".models__choice")`);
  if (search === "") return;
  await page.type(search);
  await page.until(`document.querySelectorAll("tbody").length < 5`);
};
export const modelScenes: Record<string, Scene> = {
  picker: { env: router, models: routerList(), play: (chat) => pick(chat) },
  "picker-found": { env: router, models: routerList(), play: (chat) => pick(chat, "gpt") },
  parameters: {
    env: router,
    models: routerList(),
    async play({ page }) {
      await page.click("a.composer__tool");
      await page.until(`document.querySelector(".parameters")`);
    },
  },
  receipt: {
    env: router,
    models: routerList(),
    async play(chat) {
      await answered(chat, "Yes.");
      await chat.page.click(".receipt summary");
    },
  },
  "meter-leaving": {
    models: smallModel,
    async play(chat) {
      await untilListed(chat.app);
      await visit(chat.page, chat.app.url);
      count(chat.model);
      await talk(chat, ["First", "Second", "Third", "Fourth"]);
      await chat.page.evaluate(write("word ".repeat(160)));
      await chat.page.until(`document.querySelector("[data-meter-from]:not(:empty)")`);
    },
  },
  usage: {
    env: router,
    models: routerList(),
    async play(chat) {
      for (const text of ["Yes.", "No."]) await answered(chat, text);
      await chat.page.goto(`${chat.app.url}/usage`);
    },
  },
  "picker-page": {
    env: router,
    models: routerList(),
    async play(chat) {
      await untilListed(chat.app);
      await chat.page.goto(`${chat.app.url}/models?conversation=${crypto.randomUUID()}&sort=speed`);
    },
  },
  "picker-several": {
    env: { ENDPOINTS: "box=http://127.0.0.1:9/v1" },
    models: { data: ["llama3.2:latest", "qwen3:8b", "gemma3:4b"].map((id) => ({ id })) },
    play: (chat) => pick(chat),
  },
};
