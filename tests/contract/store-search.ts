/** The store's contract: what is found, for whom, and where in a text. */
import { expect } from "bun:test";
import type { Store } from "../../src/store/store.ts";
import { ending, turn, type Contract } from "./store-inputs.ts";

let turns = 0;

/** A conversation with that title, question and answer. */
async function say(
  store: Store,
  title: string,
  question: string,
  answer = "",
  owner = "ann",
): Promise<string> {
  const n = ++turns;
  const message = { id: `u${n}`, parts: [{ type: "text" as const, text: question }] };
  await store.turns.send(turn(n, null, { conversation: `c${n}`, title, message, owner }));
  await store.generations.finish(ending(`g${n}`, { parts: [{ type: "text", text: answer }] }));
  return `c${n}`;
}

async function look(store: Store, query: string, owner = "ann", limit = 9, after: number | null = null) {
  return store.search.find(owner, { query, after, limit, titlesMax: 9 });
}

/** The excerpts with brackets around what was found. */
async function found(store: Store, query: string, owner = "ann"): Promise<string[]> {
  const { messages } = await look(store, query, owner);
  return messages.map(({ excerpt }) =>
    excerpt.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join(""),
  );
}

export const searchContract: Contract = {
  "words are found in questions, answers and titles, without case, accents and widths": async (store) => {
    await say(store, "Café plans", "Where do I get good coffee?", "At the Señor’s, on ＭＡＩＮ street.");
    expect(await found(store, "COFFEE")).toEqual(["Where do I get good [coffee]?"]);
    expect(await found(store, "senor main")).toEqual(["At the [Señor]’s, on [ＭＡＩＮ] street."]);
    const { titles } = await look(store, "cafe");
    expect(titles[0]?.title).toEqual([
      { text: "Café", isHit: true },
      { text: " plans", isHit: false },
    ]);
    expect(await found(store, "coffee tea")).toEqual([]);
  },

  "the last word may be a beginning, and a closed quotation is a phrase": async (store) => {
    await say(store, "t", "The tide turns at three");
    await say(store, "t", "Three turns of the tide");
    expect(await found(store, "tur")).toEqual(["Three [turns] of the tide", "The tide [turns] at three"]);
    expect(await found(store, "tur ")).toEqual([]);
    expect(await found(store, "tid three")).toEqual([]);
    expect(await found(store, '"tide turns"')).toEqual(["The [tide turns] at three"]);
    expect(await found(store, "“tide tur")).toEqual(["The [tide turns] at three"]);
    expect(await found(store, "t")).toEqual([]);
  },

  "words of languages without spaces are found": async (store) => {
    await say(store, "t", "我爱北京天安门", "東京都に住んでいます。");
    await say(store, "t", "ภาษาไทยเป็นภาษาที่สวยงาม", "नमस्ते दुनिया, 한국어를 배워요");
    expect(await found(store, "北京")).toEqual(["我爱[北京]天安门"]);
    expect(await found(store, "東京")).toEqual(["[東京]都に住んでいます。"]);
    expect(await found(store, "สวยงาม")).toEqual(["ภาษาไทยเป็นภาษาที่[สวยงาม]"]);
    expect(await found(store, "दुनिया")).toEqual(["नमस्ते [दुनिया], 한국어를 배워요"]);
    expect(await found(store, "한국")).toEqual(["नमस्ते दुनिया, [한국어를] 배워요"]);
    expect(await found(store, "天安门 北京")).toEqual(["我爱[北京天安门]"]);
  },

  "what looks like a query's language is only words [I8]": async (store) => {
    await say(store, "t", `NOT a OR b AND near( words: owner:x * ^ - + {c} 'd' "e" f`);
    const odd = [
      `"`,
      `""`,
      `"""`,
      "*",
      "a*",
      "NOT",
      "AND",
      "OR NOT",
      "NEAR(a b)",
      "words:a",
      "owner : x",
      "^a",
      "-a",
      "{a}",
      "(",
      ")",
      "a AND (",
      "'; DROP TABLE messages; --",
      "\\",
      "\0",
      "%",
      "_",
      "a\u0000b",
      "\ud800",
      "🙂",
      "…",
      " ",
      "",
      "a".repeat(5000),
      "a ".repeat(5000),
      "a\n\tb",
    ];
    for (const query of odd) await look(store, query);
    expect(await found(store, "words:owner:x")).toHaveLength(1);
    expect(await found(store, "NOT OR AND NEAR")).toHaveLength(1);
    expect(await found(store, "not or and absent")).toEqual([]);
    expect(await found(store, "'d' \"e\" f ")).toHaveLength(1);
  },

  "only the owner's are found [A1]": async (store) => {
    await say(store, "Secret plan", "where the treasure lies", "under the tree");
    await say(store, "Mine", "a treasure of my own", "", "eve");
    expect(await found(store, "treasure", "eve")).toEqual(["a [treasure] of my own"]);
    expect((await look(store, "secret", "eve")).titles).toEqual([]);
    expect(await found(store, "tree", "eve")).toEqual([]);
    expect(await found(store, "treasure", "nobody")).toEqual([]);
    expect(await found(store, "ann")).toEqual([]);
  },

  "archived ones are found and say so; deleted ones are not, until they are restored": async (store) => {
    const conversation = await say(store, "Tides", "when is high tide");
    let op = 0;
    const change = (type: "archive" | "delete" | "restore") =>
      store.changes.apply({
        owner: "ann",
        op: `${++op}`,
        conversation,
        change: { type },
        tagsMax: 9,
        nowMs: 9,
      });
    await change("archive");
    expect((await look(store, "tide")).messages).toMatchObject([
      { isArchived: true, conversation, title: "Tides" },
    ]);
    await change("delete");
    expect(await look(store, "tide")).toMatchObject({ titles: [], messages: [] });
    await change("restore");
    expect((await look(store, "tide")).messages).toHaveLength(1);
    await change("delete");
    while (await store.changes.sweep({ deletedBeforeMs: 99, doneBeforeMs: 0, rowsMax: 9 }));
    expect(await look(store, "tide")).toMatchObject({ titles: [], messages: [] });
  },

  "what has changed is found as it is now": async (store) => {
    const conversation = await say(store, "Before", "question", "half");
    expect(await found(store, "half")).toEqual(["[half]"]);
    const generation = { id: "more", process: "p", model: { endpoint: "demo", id: "eliza" } };
    await store.turns.regenerate({
      owner: "ann",
      message: `a${turns}`,
      reply: { id: "b" },
      generation,
      nowMs: 1,
    });
    await store.generations.finish(ending("more", { parts: [{ type: "text", text: "whole" }] }));
    expect(await found(store, "whole")).toEqual(["[whole]"]);
    const change = { type: "rename" as const, title: "Afterwards" };
    await store.changes.apply({ owner: "ann", op: "1", conversation, change, tagsMax: 9, nowMs: 1 });
    expect((await look(store, "before")).titles).toEqual([]);
    expect((await look(store, "afterwards")).titles).toHaveLength(1);
  },

  "the newest come first, a page at a time": async (store) => {
    for (const n of [1, 2, 3, 4, 5]) await say(store, `t${n}`, `pebble number ${n}`);
    const first = await look(store, "pebble", "ann", 2);
    expect(first.messages.map(({ title }) => title)).toEqual(["t5", "t4"]);
    const second = await look(store, "pebble", "ann", 2, first.next);
    expect(second.messages.map(({ title }) => title)).toEqual(["t3", "t2"]);
    const last = await look(store, "pebble", "ann", 2, second.next);
    expect(last).toMatchObject({ messages: [{ title: "t1" }], next: null });
  },

  "an excerpt is a piece of the text around the first find": async (store) => {
    const filler = "lorem ipsum dolor ".repeat(200);
    await say(store, "t", `${filler} the needle   is\nhere ${filler}`);
    const [excerpt = ""] = await found(store, "needle");
    expect(excerpt).toMatch(/^… .*the \[needle\] is here lorem.* …$/);
    expect(excerpt.length).toBeLessThan(280);
  },

  "what is to be put into the index is put in a little at a time": async (store) => {
    for (let n = 0; n < 40; n += 1) await say(store, "t", "grain");
    expect(await store.search.keepUp(30)).toBe(true);
    let rounds = 1;
    while (await store.search.keepUp(30)) rounds += 1;
    expect(rounds).toBeGreaterThan(2);
    expect(await look(store, "grain")).toMatchObject({ isWhole: true });
  },
};
