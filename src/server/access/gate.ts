/** Who may ask: each way to ask something names its gate, is called for whom that lets in, and hears of nobody else. */
import type { Admins } from "../../auth/admins.ts";
import { wordsIn } from "../../words/words.ts";
import { jsonResponse, redirect, refusalOf, textResponse } from "../answers.ts";
import { missingPage, refusedPage, type PageLook } from "../pages/faults.ts";
import type { SocketServer } from "../routes.ts";
import { languageOf } from "./language.ts";
import { readerOf, watcherFrom, type ReaderParts } from "./reader.ts";
import type { Viewer } from "./viewer.ts";

export type Gate = "anybody" | "visitor" | "newcomer" | "viewer" | "part" | "sender" | "watcher" | "admin";

/** Undefined where the request became a socket. */
export type Way = Readonly<{
  gate: Gate;
  answer(request: Request, server: SocketServer): Promise<Response | undefined>;
}>;

export type GateParts = { reader: ReaderParts; admins: Admins; pages: PageLook };

/** Null where there is nothing, which is the same page everywhere. */
type Answer = Promise<Response | null> | Response | null;

type ForAnybody = (request: Request, server: SocketServer) => Answer;
export type ForViewer = (viewer: Viewer, request: Request, server: SocketServer) => Answer;
/** `peer` is the address at the other end; see address.ts. */
export type Watching = { viewer: Viewer; address: string | null; peer: string | null };
type ForWatcher = (
  watcher: Watching,
  request: Request,
  server: SocketServer,
) => Promise<Response | undefined>;

type Refusal = { status: number; code: string; text: string };

/** How somebody is told what was wrong with what they sent. */
export type Told = (request: Request, pages: PageLook, refusal: Refusal) => Response;

const asPage: Told = (request, pages, { status, text }) => refusedPage(request, pages, status, text);

export const asJson: Told = (_, __, { status, code, text }) => jsonResponse({ code, text }, status);

export type Gates = ReturnType<typeof gatesOf>;

export function gatesOf(parts: GateParts) {
  return { ...openGates(parts), ...readingGates(parts), ...sendingGates(parts) };
}

/** For who may be nobody yet. */
function openGates(parts: GateParts) {
  return {
    /** Whoever comes, from wherever. */
    anybody: (answer: ForAnybody): Way => ({
      gate: "anybody",
      answer: async (request, server) => (await answer(request, server)) ?? missing(parts, request),
    }),

    /** Whoever sends something from a page of ours. */
    visitor: (answer: ForAnybody): Way => ({
      gate: "visitor",
      answer: (request, server) =>
        telling(parts, asPage, request, () => {
          if (parts.reader.guard.isOwnOrigin(request)) return answer(request, server);
          return refusedPage(request, parts.pages, 403, wordsIn(languageOf(request)).refusals.otherSite);
        }),
    }),

    /** For pages that everybody has: a browser without a session gets one; who has to sign in is led to the door. */
    newcomer: (answer: ForViewer): Way => ({
      gate: "newcomer",
      async answer(request, server) {
        const welcome = await parts.reader.viewers.welcome(request);
        if (welcome === null) return toSignIn(request);
        const response = (await answer(welcome.viewer, request, server)) ?? missing(parts, request);
        if (welcome.setCookie !== null) response.headers.append("Set-Cookie", welcome.setCookie);
        return response;
      },
    }),
  };
}

/** For what is somebody's. */
function readingGates(parts: GateParts) {
  const find = (request: Request) => parts.reader.viewers.find(request);
  return {
    /** The viewer, the door, or nothing. */
    viewer: (answer: ForViewer): Way => ({
      gate: "viewer",
      async answer(request, server) {
        const viewer = await find(request);
        if (viewer === null && parts.reader.viewers.asks) return toSignIn(request);
        return (viewer && (await answer(viewer, request, server))) ?? missing(parts, request);
      },
    }),

    /** For what a page's script asks for, to which a door is no answer: the viewer, or nothing. */
    part: (answer: ForViewer): Way => ({
      gate: "part",
      async answer(request, server) {
        const viewer = await find(request);
        return (viewer && (await answer(viewer, request, server))) ?? missing(parts, request);
      },
    }),

    /** For whoever looks after the server: everybody else is not to learn of it. */
    admin: (way: Way): Way => ({
      gate: "admin",
      async answer(request, server) {
        const viewer = await find(request);
        const isAdmin = viewer !== null && (await parts.admins.has(viewer.account));
        return isAdmin ? way.answer(request, server) : missing(parts, request);
      },
    }),
  };
}

/** For what changes or follows something: a viewer, from a page of ours. */
function sendingGates(parts: GateParts) {
  return {
    sender: (answer: ForViewer, how = asPage): Way => ({
      gate: "sender",
      async answer(request, server) {
        const { viewer, refused } = await readerOf(parts.reader, request);
        if (viewer === null) return how(request, parts.pages, { code: "refused", ...refused });
        return telling(parts, how, request, () => answer(viewer, request, server));
      },
    }),

    /** If there is room for one more. */
    watcher: (answer: ForWatcher): Way => ({
      gate: "watcher",
      async answer(request, server) {
        const peer = server.requestIP(request)?.address ?? null;
        const reader = await watcherFrom(parts.reader, request, peer);
        if (reader.viewer === null) return textResponse(reader.refused.status, reader.refused.text);
        return answer({ viewer: reader.viewer, address: reader.address, peer }, request, server);
      },
    }),
  };
}

function missing({ pages }: GateParts, request: Request): Response {
  return missingPage(request, pages);
}

/** What was wrong with what somebody sent, they are told; a fault of ours goes on. */
async function telling(
  parts: GateParts,
  how: Told,
  request: Request,
  answer: () => Answer,
): Promise<Response> {
  try {
    return (await answer()) ?? missing(parts, request);
  } catch (error) {
    return how(request, parts.pages, refusalOf(error, wordsIn(languageOf(request))));
  }
}

/** Where somebody who has to sign in is sent; `request` is what they wanted. */
function toSignIn(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  return redirect(`/signin?next=${encodeURIComponent(pathname + search)}`);
}
