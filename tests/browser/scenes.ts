/** Every page and state that there is, by name: for pictures, and for what holds on each. */
import { assistantScenes } from "./scenes-assistants.ts";
import { listScenes, organise } from "./scenes-lists.ts";
import type { Page } from "../support/browser.ts";
import { readCorpus } from "../support/corpus.ts";
import { newest, send, untilEnded, untilSaid, type Chat } from "./open-chat.ts";
import { accountScenes } from "./scenes-accounts.ts";
import { fileScenes } from "./scenes-files.ts";
import { raceScenes } from "./scenes-race.ts";
import { modelScenes, type Scene } from "./scenes-models.ts";
import { peopleScenes } from "./scenes-people.ts";
import { plainScenes } from "./scenes-plain.ts";
import { takeawayScenes } from "./scenes-takeaway.ts";

const question =
  "Which index makes a look-up by e-mail in a JSON column fast, and what does it cost on writes?";
const answer = `Index the expression itself. A B-tree on the extracted text answers equality and prefix searches:

\`\`\`sql
create index concurrently users_email
    on users ((data->>'email'));  -- note the double parentheses, and that this line is long enough to scroll
\`\`\`

A GIN index covers every key at once, but is larger and slower to keep:

| Index | Lookup | Size | Insert |
|:--|--:|--:|--:|
| Expression B-tree | 0.05 ms | 21 MB | +8 % |
| GIN \`jsonb_path_ops\` | 0.4 ms | 64 MB | +35 % |

Before you choose:

1. Look at the **queries**, not at the table.
2. Measure with \`explain (analyze, buffers)\`.
   - on a copy of the data
   - with a cold cache, too
3. Read [the manual](https://docs.example.org/indexes).
`;

const say = async ({ model, page }: Chat, text: string) => {
  for (const piece of text.match(/[\s\S]{1,40}/g) ?? []) await model.say(piece);
  await untilSaid(page, text.trim().split(/\s+/).at(-1)?.replace(/\W+/g, "") ?? "");
};

const answered = async (chat: Chat, text = answer, reason = "stop") => {
  await send(chat.page, question);
  for (const piece of text.match(/[\s\S]{1,40}/g) ?? []) await chat.model.say(piece);
  await chat.model.end(reason);
  await untilEnded(chat.page);
};

const refused = (status: number, sentence: string, headers: Record<string, string> = {}) => {
  return async (chat: Chat) => {
    chat.model.refuse(status, sentence, headers);
    await send(chat.page, question);
    await chat.page.until(`document.querySelector(".card")`, 10_000);
  };
};

const router = { INFERENCE_URL: "", MODEL: "openai/gpt-oss-120b:fastest", HF_TOKEN: "hf_scripted" };

export const scenes: Record<string, Scene> = {
  "home-demo": { env: { INFERENCE_URL: "", MODEL: "" }, play: async () => {} },
  home: { env: router, play: async () => {} },
  "mid-stream": {
    async play(chat) {
      await send(chat.page, question);
      await say(chat, `${answer}\nThen make it partial, so that only rows that have one are kept`);
    },
  },
  "mid-code": {
    async play(chat) {
      await send(chat.page, question);
      await say(chat, answer.slice(0, answer.indexOf("concurrently")));
    },
  },
  // For README, at a pace that models have.
  readme: {
    env: router,
    async play(chat) {
      await send(chat.page, question);
      for (const piece of answer.match(/[\s\S]{1,12}/g) ?? []) {
        await chat.model.say(piece);
        await Bun.sleep(100);
      }
      await chat.model.end();
      await untilEnded(chat.page);
      await organise(chat);
    },
  },
  waiting: { play: ({ page }) => send(page, question).then(() => page.until(newest)) },
  finished: { env: router, play: (chat) => answered(chat) },
  branches: {
    async play(chat) {
      await answered(chat);
      for (const text of ["The second try is short.", "The third try is shorter."]) {
        await chat.page.click('form[data-op="message.regenerate"] button');
        await chat.model.say(text);
        await chat.model.end();
        await untilEnded(chat.page);
        await untilSaid(chat.page, text);
      }
      await chat.page.click('button[aria-label="Previous version"]');
      await untilSaid(chat.page, "second");
    },
  },
  edit: {
    async play(chat) {
      await answered(chat, "Index the expression itself.");
      await chat.page.click("[data-edit]");
    },
  },
  delete: {
    async play(chat) {
      await answered(chat, "Index the expression itself.");
      await chat.page.click(".message--user .deletion summary");
    },
  },
  next: {
    async play(chat) {
      await send(chat.page, question);
      await say(chat, "Index the expression itself.");
      await send(chat.page, "And if half the rows have none, what then, and what does a partial index save?");
      await chat.page.type("Never mind");
    },
  },
  palette: {
    async play(chat) {
      await answered(chat, "Index the expression itself.");
      await chat.page.press("k", ["Control"]);
      await chat.page.press("ArrowDown");
    },
  },
  keys: {
    async play(chat) {
      await answered(chat, "Index the expression itself.");
      await chat.page.evaluate(`document.querySelector("[data-shortcuts]").showModal()`);
    },
  },
  quote: {
    async play({ page, ...chat }) {
      await answered({ page, ...chat }, "Index the expression itself.");
      await page.evaluate(`document.getSelection().selectAllChildren(document.querySelector("[data-body]"))`);
      await page.until(`!document.querySelector("[data-quote]").hidden`);
    },
  },
  temporary: {
    async play(chat) {
      await chat.page.goto(`${chat.app.url}/?temporary`);
      await chat.page.until(`document.querySelector(".notice")`);
    },
  },
  "error-401": { env: router, play: refused(401, "Invalid username or password.") },
  "error-402": { env: router, play: refused(402, "You have depleted your monthly included credits.") },
  "error-429": { env: router, play: refused(429, "Rate limit reached.", { "retry-after": "42" }) },
  "error-503": { env: router, play: refused(503, "Service Unavailable") },
  "error-gated": { env: router, play: refused(403, "Access to model acme/big is restricted.") },
  "error-local": {
    async play(chat) {
      chat.model.refuse(404, "model 'llama9' not found");
      await send(chat.page, question);
      await chat.page.until(`document.querySelector(".card")`);
    },
  },
  stopped: {
    async play(chat) {
      await send(chat.page, question);
      await say(chat, answer.slice(0, 90));
      await chat.page.click('button[aria-label="Stop"]');
      await untilEnded(chat.page);
    },
  },
  interrupted: {
    async play(chat) {
      await send(chat.page, question);
      await say(chat, answer.slice(0, 90));
      await chat.model.breakOff();
      await untilEnded(chat.page);
    },
  },
  "cut-at-limit": { play: (chat) => answered(chat, "A reply as long as it may be, and not", "length") },
  "not-found": { play: ({ app, page }) => page.goto(`${app.url}/conversations/none`) },
  "long-code": {
    play: (chat) =>
      answered(chat, `Here:\n\n\`\`\`python\n${"print('a long line of code', end='')  # ".repeat(6)}\n`),
  },
  markdown: {
    play: (chat) => answered(chat, readCorpus().find(([name]) => name === "reply")?.[1]),
  },
  essay: {
    play: (chat) => answered(chat, readCorpus().find(([name]) => name === "essay")?.[1]),
  },
  drawer: {
    async play(chat) {
      await answered(chat, "Yes.");
      await chat.page.evaluate(`location.hash = "#sidebar"`);
    },
  },
  reasoning: {
    async play(chat) {
      await send(chat.page, question);
      await chat.model.think("The person asks about Postgres. ".repeat(12));
      await chat.page.until(`document.querySelector("[data-reasoning-text]").innerText`);
    },
  },
  "reasoning-done": {
    async play(chat) {
      await send(chat.page, question);
      await chat.model.think("The person asks about Postgres. ".repeat(4));
      await chat.model.say("Index the expression.");
      await chat.model.end();
      await untilEnded(chat.page);
    },
  },
  ...listScenes,
  ...modelScenes,
  ...peopleScenes,
  ...raceScenes,
  ...takeawayScenes,
  ...assistantScenes,
  ...fileScenes,
  ...plainScenes,
  ...accountScenes,
  offline: {
    async play(chat) {
      await answered(chat, "Yes.");
      await chat.page.offline(true);
      for (const socket of chat.app.live.connections.sockets.values()) socket.close();
      await chat.page.until(`!document.querySelector("[data-state]").hidden`);
      await send(chat.page, "And if half the rows have none?");
    },
  },
  "long-words": {
    async play(chat) {
      await send(chat.page, `${"extraordinarily".repeat(12)}\n\nand a second paragraph\nwith a second line`);
      await chat.model.say(`${"unbroken".repeat(30)} and \`${"code_without_a_break".repeat(8)}\``);
      await chat.model.end();
      await untilEnded(chat.page);
    },
  },
};

const household = { PASSWORD: "a red bicycle" };
const knock = async (page: Page, password: string) => {
  await page.click("#password");
  await page.type(password);
  await page.press("Enter");
};
scenes["sign-in"] = { env: household, play: async () => {} };
scenes["sign-in-wrong"] = {
  env: household,
  play: ({ page }) => knock(page, "a blue one").then(() => page.until(`document.querySelector("#trouble")`)),
};
scenes["sessions"] = {
  env: household,
  async play({ app, page }) {
    await knock(page, household.PASSWORD);
    await page.until(`document.querySelector(".composer")`);
    await page.goto(`${app.url}/sessions`);
  },
};
