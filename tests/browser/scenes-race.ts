/** Scenes of a race, for screens.ts: who is in it, while it runs, and when one is to be kept. */
import type { Reply } from "../support/upstream-reply.ts";
import { delta, done, finish, usage } from "../support/upstream.ts";
import { routerList } from "../support/router-list.ts";
import { untilListed, type Chat } from "./open-chat.ts";
import type { Scene } from "./scenes-models.ts";

const router = { INFERENCE_URL: "", MODEL: "openai/gpt-oss-120b:fastest", HF_TOKEN: "hf_scripted" };

/** Chooses so many to race beside the model, in the picker. */
export async function enter({ app, page }: Chat, count: number): Promise<void> {
  await untilListed(app);
  await page.click("[data-race-open]");
  for (let n = 1; n <= count; n += 1) {
    await page.until(`document.querySelector('.models__rival [aria-pressed="false"]')`);
    await page.click('.models__head .models__rival [aria-pressed="false"]');
    await page.until(`document.querySelectorAll('.models__rival [aria-pressed="true"]').length === ${n}`);
  }
}

/** Sends, and resolves with each reply as the model that is asked for it, in the order of the lanes. */
export async function race(chat: Chat, text: string, count: number): Promise<Reply[]> {
  const asked: Reply[] = [];
  chat.model.upstream.answer((_request, reply) => {
    reply.open({ "x-inference-provider": "cerebras" });
    asked.push(reply);
  });
  await enter(chat, count - 1);
  await chat.page.press("Escape");
  await chat.page.until(`!document.querySelector("[data-sheet-dialog]").open`);
  await chat.page.click("#text");
  await chat.page.type(text);
  await chat.page.click('[data-composer] [aria-label="Send"]');
  await chat.page.until(`document.querySelectorAll("[data-running]").length === ${count}`);
  while (asked.length < count) await Bun.sleep(1);
  return asked;
}

export async function endAll(replies: Reply[], text: string): Promise<void> {
  for (const [n, reply] of replies.entries()) {
    await reply.write(delta(`${text} `.repeat(n + 1)) + finish("stop"));
    await reply.write(usage(30, 40, { estimated_cost: 0.0007 * (n + 1) }) + done());
    reply.end();
  }
}

const words =
  "A B-tree on the extracted text answers equality and prefix searches, and costs little to keep.";

export const raceScenes: Record<string, Scene> = {
  "race-picker": { env: router, models: routerList(), play: (chat) => enter(chat, 2) },
  "race-ready": {
    env: router,
    models: routerList(),
    async play(chat) {
      await enter(chat, 2);
      await chat.page.press("Escape");
      await chat.page.until(`!document.querySelector("[data-sheet-dialog]").open`);
    },
  },
  "race-running": {
    env: router,
    models: routerList(),
    async play(chat) {
      const replies = await race(chat, "Which index is best?", 3);
      for (const [n, reply] of replies.entries()) await reply.write(delta(`${words} `.repeat(n + 1)));
      await chat.page.until(`document.querySelectorAll("[data-body] > p").length === 3`);
    },
  },
  "race-ended": {
    env: router,
    models: routerList(),
    async play(chat) {
      await endAll(await race(chat, "Which index is best?", 3), words);
      await chat.page.until(`!document.querySelector("[data-running]")`);
    },
  },
  "race-two": {
    env: router,
    models: routerList(),
    async play(chat) {
      await endAll(await race(chat, "Which index is best?", 2), words);
      await chat.page.until(`!document.querySelector("[data-running]")`);
    },
  },
};
