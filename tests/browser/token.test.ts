/** A token of one's own, by the keyboard alone: given, replaced, taken away; with scripts and without. */
import { expect } from "bun:test";
import { resting, startApp } from "../support/app.ts";
import { browserTest, openPage, type Page } from "../support/browser.ts";
import { visit as visitor } from "../support/form.ts";
import { delta, done, finish, startUpstream, usage } from "../support/upstream.ts";
import { visit } from "./open-chat.ts";

const shared = "hf_sharedtoken";
const env = { OWN_TOKENS: "yes", HF_TOKEN: shared, MODEL: "org/model", TITLE_MODEL: "none" };
const kept = `document.querySelector("main").innerText.includes("Your replies use the token")`;

for (const [how, javascript] of [
  ["with scripts", true],
  ["without scripts", false],
] as const) {
  browserTest(`${how} a token is given, replaced and taken away by keys, and a wrong one said`, async () => {
    await using upstream = await startUpstream((_, reply) =>
      reply.stream([delta("Well."), finish("stop"), usage(10, 5), done()]),
    );
    await using app = await startApp({ env, hub: upstream.url });
    await using page = await openPage(app.url, { javascript });
    const [cookie] = await page.cookies();
    const person = await visitor(app.url, `${cookie?.name}=${cookie?.value}`);
    const paidBy = async () => {
      const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
      expect((await person.post("message.send", { ...ids, parent: "", text: "Hello" })).status).toBe(303);
      await resting(app);
      return upstream.requests.at(-1)?.headers["authorization"];
    };

    await visit(page, `${app.url}/usage`);
    await tabTo(page, 'a[href="/token"]');
    await page.press("Enter");
    await page.until(`document.querySelector("#token")`);
    expect(await page.text("h1")).toBe("Your own token");
    expect(await page.text("form .button")).toBe("Use it");

    await give(page, "sk-1234567890123");
    await page.until(`document.querySelector("#trouble")`);
    expect(await page.text("#trouble")).toBe("That is no token: copy it whole, from hf_ on.");
    expect(await page.evaluate(`document.querySelector("#token").ariaInvalid`)).toBe("true");
    await page.until(`document.activeElement.id === "token"`);
    // Chromium tells of each answer that is an error.
    page.forgetProblems();

    await page.type("hf_OwnTokenCanary4471");
    await page.press("Enter");
    await page.until(kept);
    expect(await page.evaluate(`document.querySelector("#trouble")`)).toBeNull();
    expect(await page.text("form .button")).toBe("Replace it");
    expect(await paidBy()).toBe("Bearer hf_OwnTokenCanary4471");

    await page.evaluate(`globalThis.isOld = true`);
    await give(page, "hf_NewerTokenCanary9913");
    await page.until(`!globalThis.isOld && ${kept}`);
    expect(await paidBy()).toBe("Bearer hf_NewerTokenCanary9913");
    expect(await page.evaluate(`document.documentElement.outerHTML`)).not.toContain("Canary");
    expect(await page.evaluate(`document.querySelector("#token").value`)).toBe("");

    await tabTo(page, "main .quiet");
    expect(await page.evaluate(`document.activeElement.innerText`)).toBe("Remove it");
    await page.press("Enter");
    await page.until(`document.querySelector("form .button")?.innerText === "Use it"`);
    expect(await paidBy()).toBe(`Bearer ${shared}`);
    expect(await page.problems()).toEqual([]);
  });
}

async function give(page: Page, token: string): Promise<void> {
  await tabTo(page, "#token");
  await page.type(token);
  await page.press("Enter");
}

/** Resolves when the focus has come there by the key that everybody has. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const isThere = `document.activeElement.matches(${JSON.stringify(selector)})`;
  for (let steps = 0; steps < 30; steps += 1) {
    await page.press("Tab");
    if (await page.evaluate(isThere)) return;
  }
  throw new Error(`The focus does not come to ${selector}.`);
}
