/** What a person is told when a reply can't be had, and the one thing to do about it. */
import { expect } from "bun:test";
import { browserTest, type Page } from "../support/browser.ts";
import { routerList } from "../support/router-list.ts";
import { openChat, reload, send, untilEnded, untilListed, untilSaid, visit } from "./open-chat.ts";

const router = { INFERENCE_URL: "", MODEL: "openai/gpt-oss-120b:fastest", HF_TOKEN: "hf_scripted" };

type Told = { title: string; text: string; action: string; href: string | null };

const refusals: [status: number, sentence: string, told: Told][] = [
  [
    401,
    "Invalid username or password.",
    {
      title: "HF_TOKEN was not accepted",
      text: "Hugging Face answered 401.",
      action: "Get a token",
      href: "https://huggingface.co/settings/tokens",
    },
  ],
  [
    402,
    "You have depleted your monthly included credits.",
    {
      title: "Your free credits for this month are used up",
      text: "nothing was charged",
      action: "Use a free model",
      href: expect.stringMatching(/^\/models\?.*&free=1$/),
    },
  ],
  [
    403,
    "This authentication method lacks permissions to call Inference Providers",
    {
      title: "The token may not call models",
      text: "Make calls to Inference Providers",
      action: "Token settings",
      href: "https://huggingface.co/settings/tokens",
    },
  ],
  [
    403,
    "Access to model openai/gpt-oss-120b is restricted.",
    {
      title: "This model asks for your agreement first",
      text: "Accept its terms",
      action: "Open the model's page",
      href: "https://huggingface.co/openai/gpt-oss-120b",
    },
  ],
  [
    400,
    "This model's maximum context length is 8192 tokens.",
    {
      title: "The conversation is too long for this model",
      text: "this one is kept",
      action: "Shorten the message",
      href: expect.stringMatching(/^\/conversations\/.*\?edit=/),
    },
  ],
  [
    503,
    "Service Unavailable",
    {
      title: "The provider can't be reached",
      text: "The message is kept.",
      action: "Another provider",
      href: expect.stringMatching(/^\/models\?.*&q=openai%2Fgpt-oss-120b$/),
    },
  ],
];

browserTest("each refusal is a card: what happened, what it means, and one thing to do", async () => {
  await using chat = await openChat({ env: router });
  const { app, model, page } = chat;
  for (const [status, sentence, told] of refusals) {
    await visit(page, app.url);
    model.refuse(status, sentence);
    await send(page, `Hello ${status}`);
    await page.until(`document.querySelector(".card")`, 10_000);
    expect(await page.text(".card__title")).toBe(told.title);
    expect(await page.text(".card__text")).toContain(told.text);
    expect(await page.text(".card__detail")).toBe(sentence);
    expect(await page.evaluate(action)).toEqual({ action: told.action, href: told.href });
    expect(await page.text(".message__own")).toBe(`Hello ${status}`);
  }
  expect(await page.problems()).toEqual([]);
});

browserTest("the provider's words are shown as text, whatever they hold", async () => {
  await using chat = await openChat();
  const { model, page } = chat;
  model.refuse(400, "<img src=x onerror=alert(1)> `nonsense`");
  await send(page, "Hello");
  await page.until(`document.querySelector(".card__detail")`);
  expect(await page.evaluate(`document.querySelector(".card img")`)).toBeNull();
  expect(await page.text(".card__detail")).toContain("nonsense");
  expect(await page.problems()).toEqual([]);
});

browserTest("a limit counts down on its button, and then trying again is one click", async () => {
  await using chat = await openChat({ limits: { retryAfterMsMax: 0 } });
  const { model, page } = chat;
  model.refuse(429, "Rate limit reached.", { "retry-after": "2" });
  await send(page, "Hello");
  const seen: string[] = [];
  for (const label of ["Try again in 2 s", "Try again in 1 s", "Try again"]) {
    await page.until(`document.querySelector(".card button")?.innerText === ${JSON.stringify(label)}`);
    seen.push(await page.evaluate(`String(document.querySelector(".card button").disabled)`));
  }
  expect(seen).toEqual(["true", "true", "false"]);
  model.listen();
  await page.click(".card button");
  await model.say("Now it works.");
  await model.end();
  await untilSaid(page, "Now it works.");
  await untilEnded(page);
  expect(await page.evaluate(`document.querySelector(".card")`)).toBeNull();
  expect(await page.text(".branch")).toContain("2/2");
});

const shownModels = `[...document.querySelectorAll("[data-sheet-body] tbody")].length`;

browserTest("what a card offers is one click away, and works", async () => {
  await using chat = await openChat({ env: router, models: routerList() });
  const { app, model, page } = chat;
  await untilListed(app);
  model.refuse(402, "You have depleted your monthly included credits.");
  await send(page, "Hello");
  await page.until(`document.querySelector(".card a")`);
  await page.click(".card a");
  await page.until(`${shownModels} === 1`);
  model.listen();
  await page.click(`[data-sheet-body] button[value="huggingface/google/gemma-4-31B-it:together"]`);
  await model.say("For nothing.");
  await model.end();
  await untilSaid(page, "For nothing.");
  await untilEnded(page);

  await visit(page, app.url);
  model.refuse(503, "Service Unavailable");
  await send(page, "Hello again");
  await page.until(`document.querySelector(".card a")`, 10_000);
  await page.click(".card a");
  await page.until(`${shownModels} === 1`);
  model.listen();
  await page.click(`[data-sheet-body] button[value$=":groq"]`);
  await model.say("From another.");
  await model.end();
  await untilSaid(page, "From another.");
  await untilEnded(page);

  await visit(page, app.url);
  model.refuse(400, "This model's maximum context length is 8192 tokens.");
  await send(page, "Much too long");
  await page.until(`document.querySelector(".card a")`);
  await page.click(".card a");
  await page.until(`document.querySelector("[data-edit-form] textarea")?.value.trim() === "Much too long"`);
  expect(await page.problems()).toEqual([]);
});

browserTest(
  "a reply that broke off goes on with another provider by two clicks, in the same place",
  async () => {
    await using chat = await openChat({ env: router, models: routerList() });
    const { app, model, page } = chat;
    await untilListed(app);
    await send(page, "Hello");
    await model.say("Half of");
    await untilSaid(page, "Half of");
    await model.breakOff();
    await page.until(`document.querySelector(".card a")`);
    await page.click(".card a");
    await page.until(`document.querySelector("#sheet-title")?.innerText === "Continue this reply with"`);
    await page.until(`${shownModels} === 1`);
    await page.click(`[data-sheet-body] button[value$=":nscale"]`);
    await model.say(" it, and the rest.");
    await model.end();
    await untilSaid(page, "Half of it, and the rest.");
    await untilEnded(page);
    expect(model.upstream.requests.at(-1)?.json).toMatchObject({ model: "openai/gpt-oss-120b:nscale" });
    expect(await page.evaluate(`document.querySelectorAll(".message--assistant").length`)).toBe(1);
    expect(await page.evaluate(`document.querySelector(".branch")`)).toBeNull();
    expect(await page.problems()).toEqual([]);
  },
);

browserTest("what the server refuses goes back into the composer", async () => {
  await using chat = await openChat({ limits: { generationsPerAccount: 1, queuePerAccount: 0 } });
  const { app, model, page } = chat;
  await send(page, "First");
  await model.say("Well");
  await untilSaid(page, "Well");
  await visit(page, app.url);
  await send(page, "Second");
  await page.until(`document.querySelector("[data-state]").innerText.includes("are being written")`);
  expect(await valueOf(page)).toBe("Second");
  expect(await page.evaluate(`document.querySelector("[data-outbox]").childElementCount`)).toBe(0);
  await reload(page);
  expect(await valueOf(page)).toBe("Second");
});

browserTest("a page that is not there says so and leads on", async () => {
  await using chat = await openChat();
  const { app, page } = chat;
  await visit(page, `${app.url}/conversations/${crypto.randomUUID()}`);
  expect(await page.text("h1")).toBe("There is no such page");
  await page.click("a.button");
  await page.until(`location.pathname === "/" && document.querySelector("[data-composer]")`);
});

const action = `(() => {
  const found = document.querySelector(".card a, .card button");
  return { action: found.innerText, href: found.getAttribute("href") };
})()`;

function valueOf(page: Page): Promise<string> {
  return page.evaluate(`document.querySelector("#text").value`);
}
