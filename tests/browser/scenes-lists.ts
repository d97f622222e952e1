/** The pictures of lists, of what is found, and of what can be done with a conversation. */
import { conversationId, fill, soleOwner } from "../support/fill.ts";
import { reload, send, untilEnded, visit, type Chat } from "./open-chat.ts";

export const listScenes: Record<string, { play(chat: Chat): Promise<unknown> }> = {
  sidebar: { play: (chat) => organised(chat) },
  menu: {
    async play(chat) {
      await organised(chat);
      await chat.page.click(".about__menu");
      await chat.page.until(`document.querySelector("#menu").open`);
    },
  },
  toast: {
    async play(chat) {
      await organised(chat);
      await chat.page.evaluate(`document.querySelector(".sidebar__row:nth-child(4) .sidebar__menu").click()`);
      await chat.page.until(`document.querySelector("#menu").open`);
      await chat.page.click(".button--danger");
      await chat.page.until(`!document.querySelector("[data-toast]").hidden`);
    },
  },
  found: {
    async play(chat) {
      await organised(chat);
      await chat.page.click("#search");
      await chat.page.type("leb");
      await chat.page.until(`document.querySelector("#found mark")`);
    },
  },
  search: {
    async play(chat) {
      await organised(chat);
      await visit(chat.page, `${chat.app.url}/search?q=answer%20trip`);
    },
  },
  all: {
    async play(chat) {
      await organised(chat);
      await visit(chat.page, `${chat.app.url}/conversations?of=recent`);
    },
  },
  "menu-page": {
    async play(chat) {
      await organised(chat);
      await visit(chat.page, `${chat.app.url}/conversations/${conversationId(3)}/about`);
    },
  },
  deleted: {
    async play(chat) {
      await organised(chat);
      await chat.page.click(".about__menu");
      await chat.page.until(`document.querySelector("#menu").open`);
      await chat.page.click(".button--danger");
      await chat.page.until(`document.querySelector(".plain")`);
    },
  },
};

const titles = [
  "Trip to Lisbon in March",
  "Regex for ISO dates",
  "Explain attention like I'm a gardener",
  "Birthday speech for Mum",
  "Rust lifetimes, once and for all",
  "Contract clause, plain English",
  "Why Lebkuchen goes hard, then soft",
];

/** A sidebar with every group and mark. */
const organised = async (chat: Chat) => {
  await send(
    chat.page,
    "Which index makes a look-up by e-mail in a JSON column fast, and what does it cost?",
  );
  await chat.model.say("Index the expression itself.");
  await chat.model.end();
  await untilEnded(chat.page);
  await organise(chat);
};

/** Gives whoever chats a past. */
export async function organise(chat: Chat): Promise<void> {
  const { file } = chat.app.live;
  if (file === null) throw new Error("no store");
  const owner = soleOwner(file.db);
  const dayMs = 86_400_000;
  fill(file.db, owner, 90, {
    title: (n) => `${titles[n % titles.length]}${n < titles.length ? "" : ` ${n}`}`,
    texts: (n) => [`How would you do ${titles[n % titles.length]}?`, `A short answer to the ${n}th trip.`],
    updatedMs: (n) => Date.now() - n * n * 0.06 * dayMs - 60_000,
  });
  const [pinned, unread] = [conversationId(5), conversationId(1)];
  file.db.run("UPDATE conversations SET pinned_ms = 1 WHERE id = ?", [pinned]);
  file.db.run("UPDATE conversations SET is_unread = 1 WHERE id = ?", [unread]);
  for (const tag of ["work", "travel"]) {
    file.db.run("INSERT INTO tags SELECT owner, ?, id FROM conversations LIMIT 12", [tag]);
  }
  await reload(chat.page);
}
