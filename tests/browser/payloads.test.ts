/** Whatever is shown, wherever it comes from, runs nothing and asks for nothing: some 250 payloads in a real browser. */
import { expect } from "bun:test";
import { browserTest, openPage, type Page } from "../support/browser.ts";
import { filesMax } from "../../src/protocol.ts";
import { makeAssistant } from "../support/assistants.ts";
import { bring } from "../support/bring.ts";
import { visit as visitor } from "../support/form.ts";
import { packed, payloads } from "../support/payloads.ts";
import { bringIn } from "../support/takeaway.ts";
import { openChat, reload, send, untilEnded, visit, type Chat } from "./open-chat.ts";

type Sink = AsyncDisposable & { origin: string; asked: string[] };

/** What payloads ask for; its own page shows each as it is, in a frame without any policy. */
function openSink(): Sink {
  const asked: string[] = [];
  const server: Bun.Server<undefined> = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname, search } = new URL(request.url);
      const all = payloads(`http://127.0.0.1:${server.port}`);
      if (pathname !== "/control") asked.push(pathname);
      else if (search === "") return page(frames(all.length));
      else return page(`<script>hit = (mark) => parent.hit(mark)</script>${all[Number(search.slice(1))]}`);
      return new Response();
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;
  return { origin, asked, [Symbol.asyncDispose]: () => server.stop(true) };
}

function page(html: string): Response {
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

function frames(count: number): string {
  // Some of them are enough to tell.
  const all = Array.from(
    { length: Math.floor(count / 3) },
    (_, index) => `<iframe src="/control?${3 * index}"></iframe>`,
  );
  return `<script>hits = new Set(); hit = (mark) => hits.add(mark)</script>${all.join("")}`;
}

/** From the next page on, what runs is noted, across pages. */
async function mark(page: Page): Promise<void> {
  const source = `globalThis.hit = (mark) => sessionStorage.setItem("hits", (sessionStorage.getItem("hits") ?? "") + mark + " ")`;
  await page.cdp("Page.addScriptToEvaluateOnNewDocument", { source });
  await reload(page);
}

/** Nothing ran, was asked for, or had to be stopped by the policy; nor is anything there that could. */
async function expectQuiet(page: Page, sink: Sink): Promise<void> {
  const found = await page.evaluate<string>(`JSON.stringify([
    sessionStorage.getItem("hits"),
    [...document.querySelectorAll("body *")].filter((each) =>
      each.getAttributeNames().some((name) => name.startsWith("on") || name === "style" || name === "srcdoc") ||
      /^(script|style|iframe|object|embed|base|link|meta|img|video|audio|image)$/i.test(each.localName) ||
      /^(javascript|data|vbscript|blob):/i.test(each.href ?? each.action ?? ""),
    ).map((each) => each.outerHTML.slice(0, 120)),
  ])`);
  expect([await page.url(), JSON.parse(found), sink.asked, await page.problems()]).toEqual([
    await page.url(),
    [null, []],
    [],
    [],
  ]);
}

browserTest("the payloads run and ask where nothing keeps them from it", async () => {
  await using sink = openSink();
  expect(payloads(sink.origin).length).toBeGreaterThan(200);
  await using page = await openPage(`${sink.origin}/control`);
  await page.until("hits.size > 20", 10_000);
  expect(new Set(sink.asked).size).toBeGreaterThan(5);
});

for (const [pace, length] of Object.entries({ "by letters": 7, "by words": 60, "all at once": 1e9 })) {
  browserTest(`payloads in thoughts and in a reply that comes ${pace} stay text [I1, I2]`, async () => {
    await using sink = openSink();
    await using chat = await openChat({ limits: { patchMs: 5 } });
    const { model, page } = chat;
    await mark(page);
    const all = payloads(sink.origin);
    for (let at = 0; at < all.length; at += 70) {
      const text = all.slice(at, at + 70).join("\n\n");
      await send(page, at === 0 ? all.join("\n\n") : "Go on");
      await model.think(text);
      for (let from = 0; from < text.length; from += length) await model.say(text.slice(from, from + length));
      await model.end();
      await untilEnded(page);
    }
    await expectQuiet(page, sink);
    await reload(page);
    await expectQuiet(page, sink);
  });
}

/** A chat for each title and tag; its question, its provider's error and its system prompt are texts, as far as there are. */
async function fill({ app, model, page }: Chat, titles: string[], texts: string[]): Promise<string[]> {
  const { post } = await visitor(app.url, await cookieOf(page));
  const ids: string[] = [];
  for (const [index, title] of titles.entries()) {
    const text = texts[index] ?? "No more";
    model.refuse(400, text);
    const conversation = crypto.randomUUID();
    const op = (name: string, fields: Record<string, string>) =>
      post(name, { id: crypto.randomUUID(), conversation, ...fields });
    const answers = [
      await op("message.send", { parent: "", text }),
      await op("conversation.rename", { title }),
      await op("conversation.tag", { tag: title.slice(0, 40) }),
      await op("model.configure", { systemPrompt: text }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
    ids.push(conversation);
  }
  return ids;
}

async function cookieOf(page: Page): Promise<string> {
  const { cookies } = (await page.cdp("Network.getCookies")) as {
    cookies: { name: string; value: string }[];
  };
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}

browserTest(
  "payloads as title, tag, error, question, system prompt and query stay text [I1, I3, I8]",
  async () => {
    await using sink = openSink();
    await using chat = await openChat({ limits: { opsBurst: 10_000, upstreamCallsMax: 1 } });
    const { app, page } = chat;
    await mark(page);
    const titles = packed(payloads(sink.origin), 200);
    const texts = packed(payloads(sink.origin), 490);
    const ids = await fill(chat, titles, texts);
    for (const [index, id] of ids.slice(0, texts.length).entries()) {
      await visit(page, `${app.url}/conversations/${id}`);
      await page.until(`document.querySelector(".message--assistant")`);
      await expectQuiet(page, sink);
      await visit(page, `${app.url}/search?q=${encodeURIComponent(titles[index] ?? "")}`);
      await expectQuiet(page, sink);
    }
    for (const path of ["/conversations", "/usage", `/parameters?conversation=${ids[0]}`, "/sessions"]) {
      await visit(page, `${app.url}${path}`);
      await expectQuiet(page, sink);
    }
  },
  60_000,
);

browserTest("payloads as names of models and providers stay text [I1]", async () => {
  await using sink = openSink();
  const names = payloads(sink.origin).map((text) => text.replaceAll(/[^\x21-\x7e]/g, "/").slice(0, 190));
  const data = names.map((name) => ({
    id: name,
    providers: [{ provider: name, pricing: { input: 1, output: 1 } }],
  }));
  await using chat = await openChat({ models: { data } });
  const { app, page } = chat;
  await mark(page);
  const conversation = await page.evaluate<string>(
    `document.querySelector("[data-conversation]").dataset.conversation`,
  );
  await visit(page, `${app.url}/models?conversation=${conversation}`);
  expect(await page.evaluate<string>("document.body.innerText")).toContain("<img/src=x/onerror=hit(0)>");
  await expectQuiet(page, sink);
});

browserTest(
  "payloads in what is brought in stay text [I1, I2, I3]",
  async () => {
    await using sink = openSink();
    await using chat = await openChat();
    const { app, page } = chat;
    await mark(page);
    const texts = packed(payloads(sink.origin), 490);
    const chats = texts.map((text) => {
      const message = { content: text, reasoning: text, routerMetadata: { model: text, provider: text } };
      return {
        _id: text,
        title: text,
        messages: [
          { ...message, from: "user" },
          { ...message, from: "assistant" },
        ],
      };
    });
    const refused = texts.slice(0, 20).map((text) => ({ title: text, messages: [] }));
    const answer = await bringIn(
      app,
      { cookie: await cookieOf(page) },
      JSON.stringify([...chats, ...refused]),
    );
    expect(answer.html).toContain(`${texts.length} chats were brought in.`);
    const file = JSON.stringify([...chats, ...refused]);
    await visit(page, `${app.url}/export`);
    await page.evaluate(`(() => {
    const files = new DataTransfer();
    files.items.add(new File([${JSON.stringify(file)}], "conversations.json"));
    document.querySelector("#file").files = files.files;
    document.querySelector("form").requestSubmit();
  })()`);
    await page.until(`document.querySelectorAll(".takeaway li").length >= 20`, 20_000);
    await expectQuiet(page, sink);
    const ids = app.live.file?.db.query<{ id: string }, []>("SELECT id FROM conversations").all() ?? [];
    for (const { id } of ids) {
      await visit(page, `${app.url}/conversations/${id}`);
      await page.until(`document.querySelector(".message--assistant")`);
      await expectQuiet(page, sink);
    }
    for (const path of ["/conversations", "/usage", "/search?q=hit", `/conversations/${ids[0]?.id}/about`]) {
      await visit(page, `${app.url}${path}`);
      await expectQuiet(page, sink);
    }
  },
  60_000,
);

browserTest(
  "payloads as assistants stay text [I1, I3]",
  async () => {
    await using sink = openSink();
    await using chat = await openChat({ limits: { assistantsMax: 1000, opsBurst: 10_000 } });
    const { app, page } = chat;
    await mark(page);
    const cookie = await cookieOf(page);
    const lines = packed(payloads(sink.origin), 300);
    const names = packed(payloads(sink.origin), 60);
    const ids: string[] = [];
    for (const [index, name] of names.entries()) {
      const suggestions = lines.slice(4 * index, 4 * index + 4).join("\n");
      ids.push(await makeAssistant(app, cookie, { name, suggestions, systemPrompt: lines[index] ?? "" }));
    }
    const suggesting = ids.slice(0, Math.ceil(lines.length / 4));
    for (const path of ["/", "/assistants", ...suggesting.map((id) => `/?assistant=${id}`)]) {
      await visit(page, app.url + path);
      expect(await page.evaluate<string>("document.body.textContent")).toContain(names.at(-1) ?? "none");
      await expectQuiet(page, sink);
    }
  },
  60_000,
);

browserTest(
  "payloads as names of files stay text [I1, I5]",
  async () => {
    await using sink = openSink();
    await using chat = await openChat({ limits: { opsBurst: 10_000, filesBurst: 10_000 } });
    const { app, page } = chat;
    await mark(page);
    const cookie = await cookieOf(page);
    const { post } = await visitor(app.url, cookie);
    const names = packed(payloads(sink.origin), 120);
    const conversations: string[] = [];
    for (let from = 0; from < names.length; from += filesMax) {
      const brought = [];
      for (const name of names.slice(from, from + filesMax))
        brought.push(await bring(app.url, cookie, "Notes", { name }));
      expect(brought.map(({ text }) => text).join("")).toBe("");
      const [id, conversation] = [crypto.randomUUID(), crypto.randomUUID()];
      const files = brought.map((each) => each.id).join(" ");
      expect((await post("message.send", { id, conversation, parent: "", text: "", files })).status).toBe(
        303,
      );
      conversations.push(conversation);
    }
    for (const id of conversations) {
      await visit(page, `${app.url}/conversations/${id}`);
      await page.until(`document.querySelectorAll("#thread .attached__file").length > 0`);
      await expectQuiet(page, sink);
    }
  },
  60_000,
);
