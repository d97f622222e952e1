/** Who begins to watch, by whatever carries the frames: they are let in, and looked at again once their line is open. */
import { wordsIn } from "../../words/words.ts";
import { watcherFrom, type ReaderParts } from "../access/reader.ts";
import type { Watching } from "../access/gate.ts";
import type { Viewer } from "../access/viewer.ts";
import { refusalOf, textResponse } from "../answers.ts";
import { readPosition, type BodyLimits } from "../bodies.ts";
import type { Broadcast } from "../broadcast.ts";
import { endSession, type Peer } from "../connection.ts";
import type { SocketServer } from "../routes.ts";
import type { StreamParts } from "./stream.ts";

export type WatchParts = {
  reader: ReaderParts;
  streams: Omit<StreamParts, "join"> & { broadcast: Broadcast };
  limits: BodyLimits & { opsBurst: number };
};

/** Undefined where the request became a socket. */
export async function answerSocket(
  parts: WatchParts,
  { viewer, address }: Watching,
  request: Request,
  server: SocketServer,
): Promise<Response | undefined> {
  const id = crypto.randomUUID();
  const { opsBurst } = parts.limits;
  const data = { ...viewer, id, address, topics: [], tokens: opsBurst, refilledMs: Date.now(), refusals: 0 };
  if (!server.upgrade(request, { data })) return textResponse(426, "This path is for WebSockets.");
  await lookAgain(parts, viewer);
  return undefined;
}

export type Follow = (parts: StreamParts, peer: Peer, request: Request) => Response | Promise<Response>;

/** Frames from the position in the request's body on, for as long as `follow` likes. */
export async function answerFrames(
  parts: WatchParts,
  known: Watching,
  request: Request,
  follow: Follow,
): Promise<Response> {
  try {
    const { broadcast, ...streams } = parts.streams;
    const position = await readPosition(request, parts.limits);
    // A body may come as slowly as somebody likes.
    const reader = await watcherFrom(parts.reader, request, known.peer);
    if (reader.viewer === null) return textResponse(reader.refused.status, reader.refused.text);
    const { viewer, address } = reader;
    const join: StreamParts["join"] = (watcher, stays) => broadcast.join(watcher, position, stays);
    const answer = follow({ ...streams, join }, { ...viewer, address }, request);
    const [response] = await Promise.all([answer, lookAgain(parts, viewer)]);
    return response;
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn(known.viewer.language));
    return textResponse(status, text);
  }
}

/** A session that ends closes the lines that are open; one that was just being opened may have been missed. */
async function lookAgain({ reader, streams }: WatchParts, seen: Viewer): Promise<void> {
  const account = await reader.viewers.accountOf(seen);
  if (account !== seen.account) endSession(streams.connections, seen.tokenHash);
}
