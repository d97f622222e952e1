/** Who asks from one of our own pages, and whether there is room for one more who watches. */
import type { Refusal } from "../../words/en/refusals.ts";
import { wordsIn } from "../../words/words.ts";
import type { Connections } from "../connection.ts";
import { addressOf } from "./address.ts";
import type { Guard } from "./guard.ts";
import { languageOf } from "./language.ts";
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
  if (!guard.isOwnOrigin(request)) return refuse(request, 403, "otherSite");
  const viewer = await viewers.find(request);
  if (viewer !== null) return { viewer, refused: null };
  return viewers.asks ? refuse(request, 401, "signInFirst") : refuse(request, 403, "needsCookie");
}

/** The same for one who stays; `peer` is the address at the other end. */
export async function watcherFrom(
  parts: ReaderParts,
  request: Request,
  peer: string | null,
): Promise<WatchingReader> {
  const reader = await readerOf(parts, request);
  if (reader.viewer === null) return reader;
  const { account } = reader.viewer;
  const room = roomFor(parts, request, peer, account, parts.limits.socketsPerAccount);
  return room.refused === null ? { ...reader, address: room.address } : room;
}

/** For one more of those who are counted under that name; the page that asks is one of ours. */
export function roomFor(
  parts: ReaderParts,
  request: Request,
  peer: string | null,
  name: string,
  max: number,
): { address: string | null; refused: null } | Refused {
  if (!parts.guard.isOwnOrigin(request)) return refuse(request, 403, "otherSite");
  const address = addressOf(request, peer, parts.proxyHops);
  const { sockets, streams, perAccount, perAddress } = parts.connections;
  const { socketsMax, socketsPerAddress } = parts.limits;
  if (sockets.size + streams.size >= socketsMax) return refuse(request, 503, "watchersFull");
  if ((perAccount.get(name) ?? 0) >= max) return refuse(request, 429, "tabsFull");
  // Accounts are free, addresses are not: one person can't fill the server.
  if (address !== null && (perAddress.get(address) ?? 0) >= socketsPerAddress) {
    return refuse(request, 429, "networkFull");
  }
  return { address, refused: null };
}

function refuse(request: Request, status: number, refusal: Refusal): Refused {
  return { viewer: null, refused: { status, text: wordsIn(languageOf(request)).refusals[refusal] } };
}
