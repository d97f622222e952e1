/** What is on its way, and what is said aloud of a reply. */
import type { TurnOp } from "../protocol.ts";
import { must, thread, word } from "./page.ts";

/** Messages that are sent and not shown yet, after the thread. */
export function showOutbox(waiting: TurnOp[]): void {
  const sent = waiting.flatMap((op) => (op.op === "message.send" ? [op] : []));
  const items = sent.map((op) => {
    const item = must<HTMLTemplateElement>('template[data-part="pending"]').content.cloneNode(
      true,
    ) as DocumentFragment;
    must<HTMLElement>("[data-text]", item).textContent = op.text;
    return item;
  });
  must<HTMLElement>("[data-outbox]").replaceChildren(...items);
}

let wasRunning = false;

/** Its start and its end, not each word. */
export function announce(): void {
  const isRunning = thread.querySelector("[data-running]") !== null;
  if (isRunning === wasRunning) return;
  wasRunning = isRunning;
  must<HTMLElement>("[data-live]").textContent = word(isRunning ? "started" : "ended");
}
