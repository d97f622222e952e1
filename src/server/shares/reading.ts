/** GET /s/SECRET and POST /s/SECRET/stream: a shared branch, for whoever has its link and nothing else. */
import { hashOf, readersOf, type ShareLinks } from "../../auth/shares.ts";
import { parseSharedPosition } from "../../protocol/shares.ts";
import { sharedMessage, type SharedView } from "../../render/shares/views.ts";
import type { Share } from "../../store/shares/shares.ts";
import type { Store } from "../../store/store.ts";
import { wordsIn, type Language } from "../../words/words.ts";
import { languageOf } from "../access/language.ts";
import { roomFor, type ReaderParts } from "../access/reader.ts";
import { htmlResponse, refusalOf, textResponse } from "../answers.ts";
import { readJson, type BodyLimits } from "../bodies.ts";
import { answerStream, type StreamParts } from "../carriers/stream.ts";
import type { PageLook } from "../pages/faults.ts";
import type { SharedReaders } from "./readers.ts";

export type ReadingParts = {
  reader: ReaderParts;
  store: Store;
  links: ShareLinks;
  readers: SharedReaders;
  streams: Omit<StreamParts, "join">;
  pages: PageLook;
  version(): string;
  threadSteps: { step: number; max: number };
  now(): number;
  limits: BodyLimits & { readersPerShare: number };
};

/** For the log: who reads there is not to have anybody's link. */
export function sharedPath(path: string | null): string | null {
  return path?.startsWith("/s/") ? "/s/…" : path;
}

/** Null where there is no such link, or none any more. */
export async function answerShared(parts: ReadingParts, request: Request): Promise<Response | null> {
  const { share, secret } = await shareOf(parts, request);
  if (share === null) return null;
  const language = languageOf(request);
  const view = await sharedView(parts, share, `/s/${secret}`, language, stepsIn(request));
  if (view === null) return null;
  const html = parts.pages.templates(language).render("shared", view);
  const response = htmlResponse(request, html, { isForOnce: true });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** The address is all that is needed to read: it goes nowhere, and into no index. */
const headers = { "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow" };

/** What comes of the reply while it is written, as server-sent events; there is no way to ask for more. */
export async function answerSharedStream(
  parts: ReadingParts,
  request: Request,
  peer: string | null,
): Promise<Response | null> {
  const { share, secret } = await shareOf(parts, request);
  if (share === null || !share.isLive) return null;
  const name = readersOf(hashOf(secret));
  const room = roomFor(parts.reader, request, peer, name, parts.limits.readersPerShare);
  if (room.refused !== null) return textResponse(room.refused.status, room.refused.text);
  const language = languageOf(request);
  try {
    const position = parseSharedPosition(await readJson(request, parts.limits.bodyBytesMax));
    // A body may come slowly, and the link have ended meanwhile.
    if ((await shareOf(parts, request)).share === null) return null;
    const untilMs = share.expiresMs;
    const { connections, limits } = parts.streams;
    const reading = { account: name, tokenHash: name, language, address: room.address, untilMs };
    const join: StreamParts["join"] = (watcher) => parts.readers.join(watcher, share, position);
    return answerStream({ connections, limits, join }, reading);
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn(language));
    return textResponse(status, text);
  }
}

async function shareOf({ links, now }: ReadingParts, request: Request) {
  const secret = new URL(request.url).pathname.split("/")[2] ?? "";
  return { secret, share: await links.find(secret, now()) };
}

/** A page's length in steps of a thread. */
function stepsIn(request: Request): number {
  return Math.max(1, Math.trunc(Number(new URL(request.url).searchParams.get("steps"))) || 1);
}

async function sharedView(
  { store, readers, version, threadSteps }: ReadingParts,
  share: Share,
  path: string,
  language: Language,
  steps: number,
): Promise<SharedView | null> {
  const { owner, conversation, leaf, title, isLive } = share;
  const count = Math.min(threadSteps.max, threadSteps.step * steps);
  const window = { step: count, max: threadSteps.max, from: null, leaf };
  const thread = await store.conversations.read(owner, conversation, window);
  const last = thread?.messages.at(-1);
  if (!thread || last === undefined) return null;
  const words = wordsIn(language);
  const isRunning = last.generation?.state === "running";
  const before = thread.messages.slice(0, -1).map((message, index) => {
    return sharedMessage(message, String(index + 1), null, words);
  });
  const isPending = isRunning && !isLive;
  const hasMore = thread.earlier !== null && count < threadSteps.max;
  return {
    title: `${title} · Banter`,
    heading: title,
    version: version(),
    messages: isPending ? before : [...before, readers.shown(last, language)],
    earlier: hasMore ? `${path}?steps=${steps + 1}` : null,
    isPending,
    isLive: isRunning && isLive,
  };
}
