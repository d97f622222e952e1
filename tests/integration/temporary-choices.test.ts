/** A temporary chat's system prompt is as temporary as the chat, and is sent all the same. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resting, startApp, upstreamEnv } from "../support/app.ts";
import { visit } from "../support/form.ts";
import { fieldsOf, unescapeHtml } from "../support/page.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { goodReply, startUpstream } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const canary = "teal-heron-2093";

async function ask(tab: Tab, op: string, fields: Record<string, unknown>): Promise<void> {
  const id = crypto.randomUUID();
  tab.raw(JSON.stringify({ conversation: tab.position.conversation, ...fields, op, id }));
  expect((await tab.answered(id)).type).toBe("ack");
}

test("forms lead back to a chat that is still to be temporary (B1)", async () => {
  await using app = await startApp();
  const visitor = await visit(app.url);
  const hrefIn = (html: string, path: string) =>
    unescapeHtml(new RegExp(`href="(${path}\\?[^"]+)"`).exec(html)?.[1] ?? "");
  const home = await (await visitor.get("/?temporary")).text();
  for (const [path, op] of [
    ["/models", "model.choose"],
    ["/parameters", "model.configure"],
  ] as const) {
    const html = await (await visitor.get(hrefIn(home, path))).text();
    expect(hrefIn(html, "/")).toEndWith("&temporary");
    const action = new RegExp(`action="(/ops/${op}[^"]*)"`).exec(html)?.[1] ?? "";
    const fields = { ...fieldsOf(html, op), model: "demo/eliza", seed: "1" };
    const done = await visitor.post(action.slice("/ops/".length), fields);
    const back = await (await visitor.get(done.headers.get("location") ?? "")).text();
    expect(back).toContain("This chat is temporary.");
    expect(fieldsOf(back, "message.send")["conversation"]).toBe(
      fieldsOf(home, "message.send")["conversation"],
    );
  }
});

test("a race and stars lead back to a chat that is still to be temporary (B1)", async () => {
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  await using app = await startApp({ env: upstreamEnv(upstream) });
  const visitor = await visit(app.url);
  const hrefIn = (html: string, pattern: string) =>
    unescapeHtml(new RegExp(`href="(${pattern})"`).exec(html)?.[1] ?? "");
  const follow = async (path: string | null) => (await visitor.get(path ?? "")).text();
  /** Presses the first button that asks for this op, and loads the page that it leads to. */
  const press = async (html: string, form: string, op: string) => {
    const [, value = "", action = ""] =
      new RegExp(`<button[^>]*value="([^"]+)" formaction="/ops/(${op}[^"]*)"`).exec(html) ?? [];
    const fields = { ...fieldsOf(html, form), model: value, id: crypto.randomUUID() };
    const done = await visitor.post(action, fields);
    expect([op, done.status]).toEqual([op, 303]);
    return follow(done.headers.get("location"));
  };
  const first = await follow("/?temporary");
  const { conversation = "" } = fieldsOf(first, "message.send");
  const other = { id: crypto.randomUUID(), conversation, model: "local/other" };
  const chosen = await visitor.post("model.choose?temporary", other);
  const begun = await follow(chosen.headers.get("location"));
  let picker = await follow(hrefIn(begun, '/models[^"]*race=1'));
  const back = async () => {
    const home = await follow(hrefIn(picker, '/\\?[^"]*'));
    expect(home).toContain("This chat is temporary.");
    expect(fieldsOf(home, "message.send")).toMatchObject({ temporary: "on", conversation });
    return home;
  };
  const pressAll = async (...ops: string[]) => {
    for (const op of ops) {
      picker = await press(picker, "model.choose", op);
      await back();
    }
  };
  await pressAll("model.race", "model.unrace", "model.race");
  // The strip above the composer takes out, too.
  picker = await press(await back(), "message.send", "model.unrace");
  await pressAll("model.favour", "model.unfavour");
});

test("what is set for a temporary chat, before it begins and after, is in no file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-temporary-"));
  await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Well.")));
  const app = await startApp({ env: upstreamEnv(upstream), dataPath: join(folder, "banter.db") });
  const tab = await openTab(app.url, { path: "/?temporary" });
  const heard = () => JSON.stringify(upstream.requests.at(-1)?.json);
  const send = async () => {
    const before = upstream.requests.length;
    await ask(tab, "message.send", { parent: null, text: "Hello", temporary: "on" });
    await tab.until(() => upstream.requests.length > before);
    await resting(app);
  };
  await ask(tab, "model.configure", { systemPrompt: `Early ${canary}` });
  await send();
  expect(heard()).toContain(`Early ${canary}`);
  await ask(tab, "model.configure", { systemPrompt: `Late ${canary}` });
  await ask(tab, "model.choose", { model: "local/other" });
  await send();
  expect(heard()).toContain(`Late ${canary}`);
  const rows = app.live.file?.db.query("SELECT sum(runs) AS runs FROM model_usage").all();
  expect(rows).toEqual([{ runs: 2 }]);
  tab.drop();
  await app.stop();
  for (const name of await readdir(folder)) {
    expect([name, (await Bun.file(join(folder, name)).text()).includes(canary)]).toEqual([name, false]);
  }
  await rm(folder, { recursive: true });
});
