/** A reply that goes on for as long as a test wants, a word whenever it says so. */
import { Database } from "bun:sqlite";
import type { Tab } from "./tab.ts";
import { delta, done, finish, type Script, usage } from "./upstream.ts";

export type Words = {
  /** For the upstream; it answers one request. */
  script: Script;
  /** Sends the next word, and resolves when the tab shows it. */
  say(tab: Tab): Promise<void>;
  /** All words so far. */
  said(): string;
  end(): void;
};

export function createWords(): Words {
  const slots: PromiseWithResolvers<string | null>[] = [];
  const slot = (index: number) => (slots[index] ??= Promise.withResolvers());
  const words: string[] = [];
  return {
    async script(_, reply) {
      reply.open();
      for (let index = 0; ; index++) {
        const word = await slot(index).promise;
        if (word === null) break;
        await reply.write(delta(word));
      }
      await reply.write(finish("stop") + usage(1, words.length) + done());
      reply.end();
    },
    async say(tab) {
      const word = `w${words.length} `;
      slot(words.length).resolve(word);
      words.push(word);
      await tab.until(() => tab.body().endsWith(`${word.trim()}</p>`));
    },
    said: () => words.join(""),
    end: () => slot(words.length).resolve(null),
  };
}

/** What is stored of the words by now, as another program reads it beside the server. */
export function checkpointed(path: string): string {
  const db = new Database(path, { readonly: true });
  const rows = db.query<{ text: string }, []>("SELECT text FROM checkpoints ORDER BY seq").all();
  db.close(true);
  return rows.map((row) => JSON.parse(row.text) as string).join("");
}
