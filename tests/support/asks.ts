/** All that somebody can ask of the server with another's ids: every route, op and step, each by its name. */
import type { Op, Position } from "../../src/protocol.ts";

/** What somebody has: ids of their chat and what is in it, and the hash by which the server knows their session. */
export type Ids = {
  conversation: string;
  message: string;
  reply: string;
  generation: string;
  session: string;
  /** A link to the chat, as its owner's list names it. */
  share: string;
  assistant: string;
};

export type Ask = { path: string; fields?: Record<string, string>; json?: unknown };

export function idsOfNobody(): Ids {
  const [conversation, message, reply, generation, share, assistant] = Array.from({ length: 6 }, () =>
    crypto.randomUUID(),
  );
  const session = crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url" }).slice(0, 43);
  return { conversation, message, reply, generation, session, share, assistant } as Ids;
}

/** `words` is a text that only the ids' owner has. Open: answered to who has not signed in. */
type RouteRow = {
  isOpen?: true;
  get?(ids: Ids, words: string): string[];
  post?(ids: Ids, version: string): Ask[];
};

export const routeAsks: Record<string, RouteRow> = {
  "/": {
    get: ({ conversation, assistant }) => [
      `/?conversation=${conversation}`,
      "/",
      "/?temporary",
      `/?assistant=${assistant}`,
    ],
  },
  "/conversations": {
    get: (_, words) => [
      `/conversations?tag=${words}`,
      "/conversations?of=archived",
      "/conversations?of=deleted",
    ],
  },
  "/conversations/:id": {
    get: ({ conversation, message, reply }) => [
      `/conversations/${conversation}`,
      `/conversations/${conversation}?at=${reply}`,
      `/conversations/${conversation}?edit=${message}`,
      `/conversations/${conversation}?from=${message}`,
    ],
  },
  "/conversations/:id/earlier": {
    get: ({ conversation, message, reply }) => [
      `/conversations/${conversation}/earlier?from=${message}&before=${reply}`,
    ],
  },
  "/conversations/:id/later": {
    get: ({ conversation, message }) => [`/conversations/${conversation}/later?after=${message}`],
  },
  "/conversations/:id/about": { get: ({ conversation }) => [`/conversations/${conversation}/about`] },
  "/search": { get: (_, words) => [`/search?q=${words}`] },
  "/steps/:name": {
    get: ({ conversation, message }, words) =>
      Object.keys(stepAsks).map(
        (name) => `/steps/${name}?of=${conversation}&q=${words}&tag=${words}&ids=${message}`,
      ),
  },
  "/messages/:id": { get: ({ message, reply }) => [`/messages/${message}`, `/messages/${reply}`] },
  "/parameters": { get: ({ conversation }) => [`/parameters?conversation=${conversation}`] },
  "/usage": { get: () => ["/usage"] },
  "/models": {
    get: ({ conversation, message, reply }) => [
      `/models?conversation=${conversation}&message=${message}`,
      `/models?conversation=${conversation}&race=1`,
      `/models?conversation=${conversation}&message=${reply}&continue=1`,
    ],
  },
  // Forms; sockets and JSON ask the same, and are tried besides.
  "/ops/:name": {
    post: (ids) =>
      Object.entries(opAsks).map(([name, fields]) => ({
        path: `/ops/${name}`,
        fields: { id: crypto.randomUUID(), ...fields(ids) },
      })),
  },
  "/socket": { get: () => ["/socket"] },
  "/stream": { post: (ids, version) => [{ path: "/stream", json: positionOf(ids, version) }] },
  "/poll": { post: (ids, version) => [{ path: "/poll?now", json: positionOf(ids, version) }] },
  "/files/:id": {
    get: ({ message }) => [`/files/${message}`],
    post: ({ message }) => [{ path: `/files/${message}`, json: {} }],
  },
  "/files/:id/remove": { post: ({ message }) => [{ path: `/files/${message}/remove`, json: {} }] },
  "/signin": {
    isOpen: true,
    get: ({ conversation }) => [`/signin?next=/conversations/${conversation}`],
    post: ({ conversation }) => [
      { path: "/signin", fields: { password: "wrong", next: `/conversations/${conversation}` } },
    ],
  },
  "/signin/start": {
    isOpen: true,
    get: ({ conversation }) => [`/signin/start?next=/conversations/${conversation}`],
  },
  "/signin/callback": { isOpen: true, get: () => ["/signin/callback?state=wrong&code=wrong"] },
  "/language": { isOpen: true, post: () => [{ path: "/language", fields: { language: "en" } }] },
  "/signout": { post: ({ session }) => [{ path: "/signout", fields: { session } }] },
  "/token": {
    get: () => ["/token"],
    post: () => [{ path: "/token", fields: { token: "wrong" } }],
  },
  "/sessions": { get: () => ["/sessions"] },
  // What its admins are answered, tests/integration/admin asks.
  "/admin": {
    get: ({ session }) => ["/admin", `/admin?q=${session}`],
    post: ({ session }) => [
      { path: "/admin", fields: { block: session } },
      { path: "/admin", fields: { unblock: session } },
    ],
  },
  "/shares": {
    get: ({ conversation }) => ["/shares", `/shares?conversation=${conversation}`],
    post: ({ conversation, reply, share }) => [
      { path: "/shares", fields: { id: crypto.randomUUID(), conversation, leaf: reply, until: "day" } },
      { path: "/shares", fields: { end: share } },
    ],
  },
  // What is asked for by a link's own secret, tests/integration/shares asks.
  "/s/:secret": { isOpen: true, get: ({ share }) => [`/s/${share}`] },
  "/s/:secret/stream": { isOpen: true, post: ({ share }) => [{ path: `/s/${share}/stream`, json: {} }] },
  "/export": { get: () => ["/export"] },
  "/import": { post: () => [{ path: "/import", json: [] }] },
  // The right word would end the account of whoever asks: see tests/integration/account.
  "/account/delete": { post: () => [{ path: "/account/delete", fields: { word: "none" } }] },
  "/export.json": { get: () => ["/export.json"] },
  "/export.md": { get: () => ["/export.md"] },
  "/conversations/:id/export.json": {
    get: ({ conversation }) => [`/conversations/${conversation}/export.json`],
  },
  "/conversations/:id/export.md": {
    get: ({ conversation }) => [`/conversations/${conversation}/export.md`],
  },
  "/assets/*": { isOpen: true, get: () => ["/assets/none.js"] },
  "/worker.js": { isOpen: true, get: () => ["/worker.js"] },
  "/offline": { isOpen: true, get: () => ["/offline"] },
  "/favicon.ico": { isOpen: true, get: () => ["/favicon.ico"] },
  "/reports": { isOpen: true, post: () => [{ path: "/reports", json: {} }] },
  "/assistants": {
    get: ({ assistant }) => ["/assistants", `/assistants?edit=${assistant}`],
    post: ({ conversation, assistant }) =>
      [{ use: assistant }, { up: assistant }, { remove: assistant }, { chat: conversation }].map((fields) => {
        return { path: "/assistants", fields: fields as Record<string, string> };
      }),
  },
  "/healthz": { isOpen: true, get: () => [] },
  "/readyz": { isOpen: true, get: () => ["/readyz"] },
  "/metrics": { isOpen: true, get: () => [] },
};

/** Named in `/steps/NAME`, and asked for there. */
export const stepAsks: Record<string, true> = {
  rows: true,
  list: true,
  search: true,
  found: true,
  menu: true,
  files: true,
};

/** The fields of each stored op besides its own id. */
export const opAsks = {
  "message.send": ({ conversation, reply }) => ({ conversation, parent: reply, text: "Hello" }),
  "message.edit": ({ message }) => ({ message, text: "Hello" }),
  "message.regenerate": ({ reply }) => ({ message: reply }),
  "message.continue": ({ reply }) => ({ message: reply }),
  "message.delete": ({ conversation, message }) => ({ conversation, message }),
  "branch.choose": ({ message }) => ({ message }),
  "generation.stop": ({ reply }) => ({ message: reply }),
  "race.stop": ({ reply }) => ({ message: reply }),
  "model.choose": ({ conversation }) => ({ conversation, model: "local/test-model" }),
  "model.favour": ({ conversation }) => ({ conversation, model: "local/test-model" }),
  "model.unfavour": ({ conversation }) => ({ conversation, model: "local/test-model" }),
  "model.race": ({ conversation }) => ({ conversation, model: "local/other" }),
  "model.unrace": ({ conversation }) => ({ conversation, model: "local/other" }),
  "model.configure": ({ conversation }) => ({ conversation, temperature: "0.5" }),
  "conversation.rename": ({ conversation }) => ({ conversation, title: "Mine" }),
  "conversation.pin": ({ conversation }) => ({ conversation }),
  "conversation.unpin": ({ conversation }) => ({ conversation }),
  "conversation.archive": ({ conversation }) => ({ conversation }),
  "conversation.unarchive": ({ conversation }) => ({ conversation }),
  "conversation.delete": ({ conversation }) => ({ conversation }),
  "conversation.restore": ({ conversation }) => ({ conversation }),
  "conversation.tag": ({ conversation }) => ({ conversation, tag: "mine" }),
  "conversation.untag": ({ conversation }) => ({ conversation, tag: "mine" }),
} satisfies Record<Exclude<Op["op"], "ping" | "conversation.join">, (ids: Ids) => Record<string, string>>;

/** Of a page of that version that shows a chat's first messages, and nothing of its reply yet. */
export function positionOf({ conversation, message, generation }: Ids, version: string): Position {
  const replies = [{ generation, blocks: 0, seq: 0, place: "" }];
  return { conversation, revision: 0, from: message, sidebar: "", language: "en", version, replies };
}

/** All that can be asked by HTTP, forms as JSON too. */
export function asksFor(of: Ids, words: string, version: string): Ask[] {
  return Object.values(routeAsks).flatMap(({ get, post }) => {
    const posts = post?.(of, version) ?? [];
    const asJson = posts.flatMap(({ path, fields }) => (fields ? [{ path, json: fields }] : []));
    return [...(get?.(of, words) ?? []).map((path) => ({ path })), ...posts, ...asJson];
  });
}
