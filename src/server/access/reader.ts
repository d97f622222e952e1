/** Who asks from one of our own pages, and whether there is room for one more who watches. */
import type { Connections } from "../connection.ts";
import type { Guard } from "./guard.ts";
import type { Viewer, Viewers } from "./viewer.ts";

export type ReaderParts = {
  guard: Guard;
  viewers: Viewers;
  connections: Connections;
  limits: { socketsMax: number; socketsPerAccount: number };
};

/** `refused`: an HTTP status, and what to tell whoever asked. */
export type Reader =
  { viewer: Viewer; refused: null } | { viewer: null; refused: { status: number; text: string } };

/** For whatever changes or follows something: the page that asks is ours, and its browser is known. */
export async function readerOf({ guard, viewers }: ReaderParts, request: Request): Promise<Reader> {
  if (!guard.isOwnOrigin(request)) return refuse(403, "That came from another site.");
  const viewer = await viewers.find(request);
  return viewer === null ? refuse(403, needsCookie) : { viewer, refused: null };
}

/** The same for one who stays. */
export async function watcherFrom(parts: ReaderParts, request: Request): Promise<Reader> {
  const reader = await readerOf(parts, request);
  if (reader.viewer === null) return reader;
  const { sockets, streams, perAccount } = parts.connections;
  const { socketsMax, socketsPerAccount } = parts.limits;
  if (sockets.size + streams.size >= socketsMax) return refuse(503, "As many watch as there may be.");
  if ((perAccount.get(reader.viewer.account) ?? 0) >= socketsPerAccount) {
    return refuse(429, "You have as many tabs open as you may.");
  }
  return reader;
}

function refuse(status: number, text: string): Reader {
  return { viewer: null, refused: { status, text } };
}

const needsCookie =
  "Banter knows your chats by a cookie. Allow cookies for this site, then load the page again.";
