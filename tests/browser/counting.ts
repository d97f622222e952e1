/** A model that counts tokens as the server estimates them, and says the same to all. */
import { delta, done, finish, usage } from "../support/upstream.ts";
import type { Model, Chat } from "./open-chat.ts";

/** It holds 500 tokens beside a reply. */
export const smallModel = { data: [{ id: "test-model", max_model_len: 1000 }] };

export type Asked = { messages: { content: string }[] };

export function count({ upstream }: Model): void {
  upstream.answer(({ json }, reply) => {
    const estimates = (json as Asked).messages.map(({ content }) => Math.ceil(content.length / 4) + 4);
    const counted = estimates.reduce((sum, each) => sum + each, 0);
    return reply.stream([delta("Yes, it is. ".repeat(16)), finish("stop"), usage(counted, 52), done()]);
  });
}

/** Sends turns of some 108 tokens, one after the other. */
export async function talk({ page }: Chat, names: string[]): Promise<void> {
  const ended = `document.querySelectorAll(".message--assistant .receipt").length`;
  for (const [n, name] of names.entries()) {
    await page.evaluate(write(`${name} ${"word ".repeat(40)}`));
    await page.click(`[aria-label="Send"]`);
    await page.until(`${ended} === ${n + 1}`);
  }
}

/** As if it had been typed: an expression of the page. */
export const write = (text: string) =>
  `(() => { const field = document.querySelector("#text"); field.value = ${JSON.stringify(text)}; field.dispatchEvent(new Event("input", { bubbles: true })) })()`;
