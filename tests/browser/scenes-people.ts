/** The pictures of what has to do with other people: links to a branch. */
import { bring } from "../support/bring.ts";
import { visit as asVisitor } from "../support/form.ts";
import { untilSaid, send, visit, type Chat } from "./open-chat.ts";
import { makeLink } from "./sharing.ts";
import type { Scene } from "./scenes-models.ts";

const reply = `A walrus is **large**, and its tusks are teeth:

| who | length |
|:--|--:|
| he | 100 cm |
| she | 80 cm |

\`\`\`python
print("up to a metre")
\`\`\`

They never stop`;

const ask = async ({ page, model }: Chat) => {
  await send(page, "What is a walrus, and how long are its tusks?");
  await model.say(reply);
  await untilSaid(page, "stop");
};

const provider = { OAUTH_CLIENT_ID: "an-app", OPENID_PROVIDER_URL: "http://127.0.0.1:9" };

export const peopleScenes: Record<string, Scene> = {
  shares: {
    async play(chat) {
      await ask(chat);
      await makeLink(chat.page);
    },
  },
  "shares-none": { play: ({ app, page }) => visit(page, `${app.url}/shares`) },
  "shared-live": {
    async play(chat) {
      await ask(chat);
      await visit(chat.page, await makeLink(chat.page, true));
    },
  },
  shared: {
    async play(chat) {
      await ask(chat);
      const link = await makeLink(chat.page);
      await visit(chat.page, link);
      await chat.model.end();
      await chat.page.until(`fetch(location).then((r) => r.text()).then((t) => t.includes("metre"))`);
      await visit(chat.page, link);
    },
  },
  "shared-files": {
    async play(chat) {
      const { app, page, model } = chat;
      const cookie = (await page.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
      const { id } = await bring(app.url, cookie, "Walruses sleep on ice.", { name: "notes.txt" });
      const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
      const { post } = await asVisitor(app.url, cookie);
      await post("message.send", { ...ids, parent: "", text: "What is this?", files: id });
      await visit(page, `${app.url}/conversations/${ids.conversation}`);
      await model.say("Notes on walruses.");
      await untilSaid(page, "walruses");
      const link = await makeLink(page);
      await model.end();
      await page.until(`fetch("${link}").then((r) => r.text()).then((t) => t.includes("Notes on"))`);
      await visit(page, link);
    },
  },
  provider: { env: provider, play: async () => {} },
  "provider-framed": {
    env: provider,
    async play({ app, page }) {
      // What a frame of another site would show, which pictures can't be taken of alone.
      const headers = { "Sec-Fetch-Dest": "iframe", Cookie: "" };
      const html = await (await fetch(`${app.url}/signin`, { headers })).text();
      const { frameTree } = (await page.cdp("Page.getFrameTree")) as { frameTree: { frame: { id: string } } };
      await page.cdp("Page.setDocumentContent", { frameId: frameTree.frame.id, html });
      await page.until(`document.querySelector("a.button[target]")`);
    },
  },
  "provider-away": {
    env: provider,
    play: ({ app, page }) => visit(page, `${app.url}/signin/start`),
  },
};
