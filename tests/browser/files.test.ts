/** Files in a real browser: chosen, pasted, dropped, removed, kept, given back, and without scripts. */
import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chips, choose, drop, paste, untilAttached } from "../support/attach.ts";
import { browserTest, type Page } from "../support/browser.ts";
import { pdf } from "../support/pdfs.ts";
import * as pictures from "../support/pictures.ts";
import { openChat, reload, send, untilEnded, untilListed, visit, type Chat } from "./open-chat.ts";

type Shown = { type: string; text?: string; image_url?: { url: string } };

const picture = { name: "a kitchen.png", type: "image/png", bytes: pictures.png(40, 30) };
const prices = { name: "prices.csv", type: "text/csv", bytes: Buffer.from("id,price\n1,20\n") };
const text = `document.querySelector("#text").value`;
const state = `document.querySelector("[data-state]")`;

/** What the model was sent last of the person's. */
async function asked({ model }: Chat): Promise<Shown[]> {
  const { json } = await model.upstream.nextRequest();
  const { messages } = json as { messages: { content: Shown[] | string }[] };
  const content = messages.at(-1)?.content ?? "";
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

const imagesIn = (content: Shown[]) => content.map(({ image_url: image }) => image?.url).filter(Boolean);
const wordsIn = (content: Shown[]) => content.map(({ text }) => text ?? "").join("");

async function withFile(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "banter-attach-"));
  try {
    const path = join(folder, picture.name);
    await Bun.write(path, picture.bytes);
    await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function answered(chat: Chat): Promise<void> {
  await chat.model.say("I see.");
  await chat.model.end();
  await untilEnded(chat.page);
}

browserTest("a picture that is chosen shows as a chip, goes to the model, and stands in the thread", () =>
  withFile(async (path) => {
    await using chat = await openChat();
    const { page } = chat;
    await choose(page, [path]);
    await untilAttached(page, 1);
    expect(await page.text(".chip")).toMatch(/a kitchen\.png\s*40 × 30 · ≈ \d+ tokens/);
    await page.until(`document.querySelector(".chip__picture").naturalWidth === 40`);
    await send(page, "What is this?");
    const content = await asked(chat);
    expect(imagesIn(content)).toEqual([expect.stringMatching(/^data:image\/(png|jpeg);base64,/)]);
    expect(wordsIn(content)).toContain("What is this?");
    await answered(chat);
    await page.until(`document.querySelector(".attached__picture")?.naturalWidth === 40`);
    expect(await page.evaluate(`${chips}.length`)).toBe(0);
    expect(await page.problems()).toEqual([]);
  }),
);

browserTest(
  "a PDF shows its pages, counts in the meter and goes to the model; one that is locked says so",
  async () => {
    await using chat = await openChat({
      limits: { pdfMs: 50_000 },
      models: { data: [{ id: "test-model", max_model_len: 5000 }] },
    });
    const { page } = chat;
    await untilListed(chat.app);
    await reload(page);
    const lines = Array.from({ length: 40 }, (_, n) => `Line ${n} of what the report says about it.`).join(
      "\n",
    );
    const given = [
      { name: "report.pdf", type: "application/pdf", bytes: pdf([lines, lines]) },
      { name: "locked.pdf", type: "application/pdf", bytes: pdf(["a"], { cipher: "aes-256" }) },
    ];
    await drop(page, given);
    await untilAttached(page, 2, 60_000);
    expect(await page.text(".chip")).toMatch(/report\.pdf\s*2 pages · ≈ [\d,]+ tokens/);
    await page.until(
      `/≈ [89]\\d\\d of /.test(document.querySelector("[data-meter]:not([hidden])")?.innerText)`,
    );
    const refused = `document.querySelector(".chip[data-refused]")`;
    expect(await page.evaluate(`${refused}.textContent`)).toContain("locked with a password");
    await page.evaluate(`${refused}.querySelector("[data-file-remove]").click()`);
    await send(page, "What does it say?");
    expect(wordsIn(await asked(chat))).toContain("[Page 2 of 2]\nLine 0 of what the report says about it.");
    await answered(chat);
    expect(await page.text(".attached")).toMatch(/report\.pdf\s*2 pages/);
    // Chromium tells of each answer that is a refusal.
    const others = (await page.problems()).filter(({ text }) => !text.includes("status of 422"));
    expect(others).toEqual([]);
  },
  90_000,
);

browserTest("the chooser is opened by the keyboard alone", async () => {
  await using chat = await openChat();
  const { page } = chat;
  await page.evaluate(`document.querySelector("[data-attach-field]").addEventListener("click", (event) => {
    event.preventDefault();
    globalThis.isOpened = true;
  })`);
  await page.click("#text");
  await page.press("Tab");
  expect(await page.evaluate(`document.activeElement.getAttribute("aria-label")`)).toBe(
    "Attach pictures, texts, PDF",
  );
  await page.press("Enter");
  await page.until("globalThis.isOpened");
});

browserTest(
  "what is pasted and what is dropped on the page goes along, with no words if there are none",
  async () => {
    await using chat = await openChat();
    const { page } = chat;
    await page.click("#text");
    await paste(page, [picture], { "text/plain": "a table", "text/html": "<table></table>" });
    await paste(page, [picture]);
    await drop(page, [prices]);
    await untilAttached(page, 2);
    await page.press("Enter");
    const content = await asked(chat);
    expect(imagesIn(content)).toHaveLength(1);
    expect(wordsIn(content)).toContain("id,price\n1,20");
    await answered(chat);
    expect(await page.text(".attached")).toContain("prices.csv");
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("a chip stays over a reload, and what is removed is gone for good", async () => {
  await using chat = await openChat();
  const { page } = chat;
  await drop(page, [picture, prices]);
  await untilAttached(page, 2);
  await page.evaluate(`document.querySelector("#text").focus()`);
  await page.type("Kept");
  await reload(page);
  await untilAttached(page, 2);
  expect(await page.evaluate<string>(text)).toBe("Kept");
  expect(await page.text("#chips")).toContain("a kitchen.png");
  // By the keyboard: back to the last chip, whose neighbour has the focus then.
  await page.click("#text");
  await page.press("Tab", ["Shift"]);
  await page.press("Enter");
  await untilAttached(page, 1);
  expect(await page.evaluate(`document.activeElement.getAttribute("aria-label")`)).toBe(
    "Remove a kitchen.png",
  );
  await reload(page);
  await untilAttached(page, 1);
  expect(await page.text("#chips")).not.toContain("prices.csv");
  await send(page, "");
  expect(imagesIn(await asked(chat))).toHaveLength(1);
});

browserTest(
  "a file that can't be taken says why in its chip, and keeps the message until it is removed",
  async () => {
    await using chat = await openChat({ limits: { fileBytesMax: 1024 * 1024 } });
    const { page } = chat;
    await page.click("#text");
    await page.type("Look");
    await drop(page, [
      { name: "noise.bin", type: "", bytes: Buffer.from([0, 1, 2, 3, 255, 254, 0]) },
      { name: "large.txt", type: "", bytes: Buffer.alloc(1024 * 1024 + 1, "a") },
    ]);
    await untilAttached(page, 2);
    expect(await page.text("#chips")).toMatch(
      /“noise\.bin” is neither[\s\S]*“large\.txt” is larger than 1 MB\./,
    );
    await page.press("Enter");
    await page.until(`${state}.innerText === "Remove what could not be attached first."`);
    expect(await page.evaluate<string>(text)).toBe("Look");
    for (const left of [1, 0]) {
      await page.click("[data-file-remove]");
      await untilAttached(page, left);
    }
    await page.press("Enter");
    expect(wordsIn(await asked(chat))).toBe("Look");
  },
);

browserTest("a picture that the model can't see is told at its chip and in place of sending", async () => {
  const models = { data: [{ id: "test-model", architecture: { input_modalities: ["text"] } }] };
  await using chat = await openChat({ models });
  const { app, page } = chat;
  await untilListed(app);
  await reload(page);
  await drop(page, [picture]);
  await untilAttached(page, 1);
  await page.until(`document.querySelector(".chip__fault").innerText === "this model can't see it"`);
  await page.press("Enter");
  await page.until(`${state}.innerText.startsWith("This model can't see pictures.")`);
  // A page that has not heard of it asks, and is given back what was refused.
  await page.type("Look");
  await page.evaluate(`(${chips}[0].isOld = true, delete document.querySelector("#model").dataset.blind)`);
  await page.press("Enter");
  await page.until(`${chips}.length === 1 && !${chips}[0].isOld && ${text} === "Look"`);
  await untilAttached(page, 1);
  expect(await page.text(".chip")).toContain("a kitchen.png");
  expect(chat.model.upstream.requests).toEqual([]);
});

browserTest("what is attached in a temporary chat is in memory, and in no other chat's draft", async () => {
  await using chat = await openChat();
  const { app, page } = chat;
  await visit(page, `${app.url}/?temporary`);
  await drop(page, [picture]);
  await untilAttached(page, 1);
  const cache = `fetch(document.querySelector(".chip__picture").src).then(({ headers }) => headers.get("cache-control"))`;
  expect(await page.evaluate<string>(cache)).toBe("no-store");
  await visit(page, app.url);
  expect(await page.evaluate(`${chips}.length`)).toBe(0);
  await visit(page, `${app.url}/?temporary`);
  await untilAttached(page, 1);
  await send(page, "Look");
  expect(imagesIn(await asked(chat))).toHaveLength(1);
  expect(await page.problems()).toEqual([]);
});

browserTest(
  "files that are sent while a reply comes wait with their message, and come back with it",
  async () => {
    await using chat = await openChat();
    const { page, model } = chat;
    await send(page, "Hello");
    await model.say("Half");
    await drop(page, [picture]);
    await untilAttached(page, 1);
    await page.press("Enter");
    await page.until(`document.querySelector("[data-next] [data-text]").innerText === "Files: 1"`);
    await page.click("[data-next-back]");
    await untilAttached(page, 1);
    await page.press("Enter");
    await chat.model.upstream.nextRequest();
    await model.end();
    expect(imagesIn(await asked(chat))).toHaveLength(1);
  },
);

browserTest("a message waits for a file that is on its way, and the meter counts what has come", async () => {
  await using chat = await openChat({ models: { data: [{ id: "test-model", max_model_len: 100_000 }] } });
  const { app, page } = chat;
  await untilListed(app);
  await reload(page);
  await page.click("#text");
  await page.type("Look");
  await page.evaluate(`(() => {
    const { fetch } = globalThis;
    globalThis.held = new Promise((done) => (globalThis.letGo = done));
    globalThis.fetch = async (...args) => (await held, fetch(...args));
  })()`);
  await drop(page, [{ ...prices, bytes: Buffer.alloc(40_000, "word ") }]);
  await page.until(`${chips}.length === 1`);
  const meter = `document.querySelector("[data-meter-text]").innerText`;
  const before = await page.evaluate<string>(meter);
  await page.press("Enter");
  await page.until(`${state}.innerText === "A file is still on its way."`);
  await page.evaluate("letGo()");
  await untilAttached(page, 1);
  expect(before).not.toBe("");
  await page.until(`${meter} !== ${JSON.stringify(before)} && ${meter}.startsWith("≈ 10k")`);
  await page.press("Enter");
  expect(wordsIn(await asked(chat))).toContain("word word");
});

browserTest("without scripts a form carries the picture", () =>
  withFile(async (path) => {
    await using chat = await openChat({ javascript: false });
    const { page } = chat;
    await choose(page, [path]);
    await submit(page);
    expect(imagesIn(await asked(chat))).toHaveLength(1);
    await page.until(`document.querySelector(".attached__picture")?.naturalWidth === 40`);
    expect(await page.problems()).toEqual([]);
  }),
);

/** With no words: the picture is all. */
async function submit(page: Page): Promise<void> {
  await page.click('.composer__button[aria-label="Send"]');
  await page.until(`location.pathname.startsWith("/conversations/")`);
}
