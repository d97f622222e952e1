/** Somebody's chats of every kind, and what others are answered who ask for them: what is theirs alone made nameless. */
import { readSession } from "../../src/auth/session.ts";
import type { Op } from "../../src/protocol.ts";
import type { TestApp } from "./app.ts";
import type { Ask, Ids } from "./asks.ts";
import { share } from "./shares.ts";
import { openTab, type Tab } from "./tab.ts";

export const kinds = ["stopped", "running", "deleted", "temporary"] as const;
export type Kind = (typeof kinds)[number];

/** In each chat's title, question, answer, tag and system prompt. */
export const words = "mauvewalrus4711";

/** Of the links that were made. */
export const secrets: string[] = [];

/** Begins a chat with a model that answers and does not end. */
export async function beginChat(app: TestApp, tab: Tab, kind: Kind): Promise<Ids> {
  const conversation = crypto.randomUUID();
  const message = crypto.randomUUID();
  const temporary = kind === "temporary" ? { temporary: "on" } : {};
  const text = `Tell me of ${words}`;
  await acted(tab, { op: "message.send", id: message, conversation, parent: null, text, ...temporary });
  const db = (kind === "temporary" ? app.live.memory : app.live.file)?.db;
  const find = db?.query<{ id: string; message: string }, [string]>(
    "SELECT g.id, g.message FROM generations AS g JOIN checkpoints AS c ON c.generation = g.number WHERE conversation = ?",
  );
  // Its first words are stored: from here on it does not change by itself.
  while (find?.get(conversation) == null) await Bun.sleep(1);
  const { id: generation = "", message: reply = "" } = find.get(conversation) ?? {};
  if (kind !== "running") await acted(tab, { op: "generation.stop", message: reply });
  await acted(tab, { op: "model.configure", conversation, parameters: {}, systemPrompt: words });
  if (kind !== "temporary") await acted(tab, { op: "conversation.tag", conversation, tag: words });
  // One to what is deleted leads nowhere, but is there as long as that can be had back.
  const link = kind === "temporary" ? null : await share(app, tab.cookie, { conversation, leaf: reply });
  if (link !== null) secrets.push(link.path.slice("/s/".length));
  if (kind === "deleted") await acted(tab, { op: "conversation.delete", conversation });
  const session = sessionOf(tab.cookie)?.tokenHash ?? "";
  const none = { share: crypto.randomUUID(), assistant: crypto.randomUUID() };
  const linked = link === null ? {} : { share: link.id };
  return { conversation, message, reply, generation, session, ...none, ...linked };
}

/** An op as the wire has it. */
type Wired = Record<string, unknown> & { op: Op["op"] };

export async function acted(tab: Tab, op: Wired): Promise<void> {
  const answer = await tab.answered(tab.ask(op as never));
  if (answer.type === "error") throw new Error(`${op.op}: ${answer.text}`);
}

export type Answer = { path: string; status: number; told: string; text: string };

/** Status, headers and body, each id and each of `own` made nameless. */
export async function answerTo(app: TestApp, ask: Ask, cookie: string, own: [Ids, string]): Promise<Answer> {
  const { path, fields, json } = ask;
  const body = fields === undefined ? JSON.stringify(json) : new URLSearchParams(fields);
  const type = fields === undefined ? { "Content-Type": "application/json" } : {};
  const headers = { Cookie: cookie, Origin: app.url, "Accept-Encoding": "identity" };
  const asked = body === undefined ? { headers } : { method: "POST", body, headers: { ...headers, ...type } };
  const ended = new AbortController();
  const response = await fetch(`${app.url}${path}`, { ...asked, redirect: "manual", signal: ended.signal });
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  const text = isStream ? await firstEvents(response) : await response.text();
  ended.abort();
  const told = [...response.headers].filter(([name]) => name !== "date" && name !== "content-length");
  return {
    path: nameless(path, own),
    status: response.status,
    told: nameless(JSON.stringify(told), own),
    text: nameless(text, own),
  };
}

/** Up to where the page has joined. */
async function firstEvents(response: Response): Promise<string> {
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/"type":"(joined|reload)"/.test(text)) break;
  }
  return text;
}

function nameless(text: string, [{ session }, words]: [Ids, string]): string {
  const bare = text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
    .replaceAll(session, "SESSION")
    .replace(/"exported":"[^"]+"/, "EXPORTED");
  return (words === "" ? bare : bare.replaceAll(words, "WORDS")).replace(/(banter_\d+=)[\w-]{43}/, "$1TOKEN");
}

/** The answer to an op, without ids. */
export async function answerBy(tab: Tab, op: Record<string, unknown>, own: Ids): Promise<string> {
  return nameless(JSON.stringify(await tab.answered(tab.ask(op as never))), [own, ""]);
}

/** A new person at a socket, who leaves with the scope. */
export async function stranger(app: TestApp): Promise<Tab & Disposable> {
  const tab = await openTab(app.url);
  return Object.assign(tab, { [Symbol.dispose]: () => tab.drop() });
}

/** All rows of an account, in the file and in memory. */
export function rowsOf(app: TestApp, cookie: string): unknown[] {
  const account = sessionOf(cookie)?.account ?? "";
  return [app.live.file, app.live.memory].flatMap((file) => {
    const columns = file?.db.query<{ name: string; owner: string }, []>(`
      SELECT t.name, c.name AS owner FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
      WHERE t.type = 'table' AND c.name IN ('owner', 'account') AND t.sql NOT LIKE 'CREATE VIRTUAL%'`);
    return (columns?.all() ?? []).map(({ name, owner }) => {
      return [name, file?.db.query(`SELECT * FROM ${name} WHERE ${owner} = ?`).all(account)];
    });
  });
}

function sessionOf(cookie: string) {
  return readSession(cookie.split("=")[1]);
}
