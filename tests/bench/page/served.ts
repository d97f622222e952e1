/** A program: the Banter of the checkout that it is given, whose routes are called as Bun calls them. */
import type { Database } from "bun:sqlite";
import { answerParent } from "../children.ts";
import { wholeReply } from "../prose.ts";
import { browserEncodings } from "../phases/streams.ts";
import type { Kind } from "./kinds.ts";

type Handler = (request: Request, server: unknown) => Promise<Response>;

const root = process.argv[2] ?? "";
const pagesABatch = 20;
let routes: Record<string, Handler> = {};
const bun = Bun as { serve(options: { routes: Record<string, Handler> }): unknown };
const listen = bun.serve.bind(Bun);
bun.serve = (options) => {
  routes = options.routes;
  return listen(options);
};

const { startApp }: typeof import("../../support/app.ts") = await import(`${root}/tests/support/app.ts`);
const { fill, conversationId, messageId }: typeof import("../../support/fill.ts") = await import(
  `${root}/tests/support/fill.ts`
);
const { createSession }: typeof import("../../../src/auth/session.ts") = await import(
  `${root}/src/auth/session.ts`
);
const app = await startApp();
const db = app.live.file?.db;
if (db === undefined) throw new Error("no store");
const [nobody, somebody] = [createSession(), createSession()];
fill(db, somebody.account, 30);
lengthen(db, somebody.account, 0);

const { port } = new URL(app.url);
const conversation = conversationId(0);
const asked: Record<Kind, [path: string, route: string, token: string]> = {
  home: ["/", "/", nobody.token],
  home30: ["/", "/", somebody.token],
  chat: [`/conversations/${conversation}`, "/conversations/:id", somebody.token],
};

answerParent({
  async batch(kind: Kind) {
    const [path, route, token] = asked[kind];
    const headers = {
      ...{ Host: `localhost:${port}`, Cookie: `banter_${port}=${token}` },
      ...{ "Accept-Encoding": browserEncodings, "Accept-Language": "en" },
    };
    const timesUs: number[] = [];
    for (let n = 0; n < pagesABatch; n += 1) {
      const request = new Request(`${app.url}${path}`, { headers });
      const startNs = Bun.nanoseconds();
      const response = await routes[route]?.(request, app.live.server);
      if (response?.status !== 200) throw new Error(`${path} answers ${response?.status}`);
      await response.arrayBuffer();
      timesUs.push((Bun.nanoseconds() - startNs) / 1000);
    }
    return timesUs;
  },
});
process.on("SIGTERM", () => void app[Symbol.asyncDispose]().then(() => process.exit(0)));

/** To 50 messages, the replies as the fake model writes them. */
function lengthen(file: Database, owner: string, number: number): void {
  const id = conversationId(number);
  const message = file.prepare(`INSERT INTO messages
    (owner, id, conversation, parent, role, parts, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const generation = file.prepare(`INSERT INTO generations
    (id, owner, conversation, message, process, state, seq, endpoint, model, started_ms)
    VALUES (?, ?, ?, ?, 'p', 'complete', 1, 'demo', 'eliza', ?)`);
  let leaf = messageId(number, "reply");
  const add = (role: string, text: string, ms: number) => {
    const next = crypto.randomUUID();
    message.run(owner, next, id, leaf, role, JSON.stringify([{ type: "text", text }]), ms);
    leaf = next;
  };
  for (let turn = 1; turn < 25; turn += 1) {
    add("user", `What about tides, part ${turn}?`, turn);
    add("assistant", wholeReply(3).join(""), turn);
    generation.run(crypto.randomUUID(), owner, id, leaf, turn);
  }
  file.query("UPDATE conversations SET leaf = ? WHERE owner = ? AND id = ?").run(leaf, owner, id);
}
