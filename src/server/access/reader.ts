/** Who asks from one of our own pages, and whether there is room for one more who watches. */
import type { Connections } from "../connection.ts";
import { addressOf } from "./address.ts";
import type { Guard } from "./guard.ts";
import type { Viewer, Viewers } from "./viewer.ts";

export type ReaderParts = {
  guard: Guard;
  viewers: Viewers;
  connections: Connections;
  /** How many proxies in front are believed. */
  proxyHops: number;
  limits: { socketsMax: number; socketsPerAccount: number; socketsPerAddress: number };
};

/** An HTTP status, and what to tell whoever asked. */
type Refused = { viewer: null; refused: { status: number; text: string } };

export type Reader = { viewer: Viewer; refused: null } | Refused;

export type WatchingReader = { viewer: Viewer; address: string | null; refused: null } | Refused;

/** For whatever changes or follows something: the page that asks is ours, and its browser is known. */
export async function readerOf({ guard, viewers }: ReaderParts, request: Request): Promise<Reader> {
  if (!guard.isOwnOrigin(request)) return refuse(403, "That came from another site.");
  const viewer = await viewers.find(request);
  if (viewer !== null) return { viewer, refused: null };
  return viewers.asks ? refuse(401, "Sign in first: load the page again.") : refuse(403, needsCookie);
}

/** The same for one who stays; `peer` is the address at the other end. */
export async function watcherFrom(
  parts: ReaderParts,
  request: Request,
  peer: string | null,
): Promise<WatchingReader> {
  const reader = await readerOf(parts, request);
  if (reader.viewer === null) return reader;
  const address = addressOf(request, peer, parts.proxyHops);
  const { sockets, streams, perAccount, perAddress } = parts.connections;
  const { socketsMax, socketsPerAccount, socketsPerAddress } = parts.limits;
  if (sockets.size + streams.size >= socketsMax) return refuse(503, "As many watch as there may be.");
  if ((perAccount.get(reader.viewer.account) ?? 0) >= socketsPerAccount) {
    return refuse(429, "You have as many tabs open as you may.");
  }
  // Accounts are free, addresses are not: one person can't fill the server.
  if (address !== null && (perAddress.get(address) ?? 0) >= socketsPerAddress) {
    return refuse(429, "Your network has as many tabs open as it may.");
  }
  return { ...reader, address };
}

function refuse(status: number, text: string): Refused {
  return { viewer: null, refused: { status, text } };
}

const needsCookie =
  "Banter knows your chats by a cookie. Allow cookies for this site, then load the page again.";
