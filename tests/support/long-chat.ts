/** A chat of as many turns as a test wants, written by the store itself. */
import { createLog } from "../../src/log.ts";
import { storeOn } from "../../src/store/sqlite.ts";
import type { TestApp } from "./app.ts";
import { ending, turn } from "../contract/store-inputs.ts";

export type LongChat = { conversation: string; messages: string[] };

/** Of the one person that the app knows by now. */
export async function writeLongChat(app: TestApp, turns: number): Promise<LongChat> {
  const { file } = app.live;
  if (file === null) throw new Error("The app does not run.");
  const owner = file.db.query<{ id: string }, []>("SELECT id FROM accounts").get()?.id ?? "";
  const store = storeOn(file, createLog({ level: "error", format: "json", secrets: [], write: () => {} }));
  const conversation = crypto.randomUUID();
  const messages: string[] = [];
  for (let n = 0; n < turns; n++) {
    const [id, reply, generation] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const made = turn(n, messages.at(-1) ?? null, { owner, conversation });
    const message = { id, parts: [{ type: "text" as const, text: `Question ${n}` }] };
    await store.turns.send({
      ...made,
      message,
      reply: { id: reply },
      generation: { ...made.generation, id: generation },
    });
    const text = `Answer ${n}: **some words**, and some more of them.\n\n- one\n- two\n`;
    await store.generations.finish(ending(generation, { parts: [{ type: "text", text }] }));
    messages.push(id, reply);
  }
  return { conversation, messages };
}
