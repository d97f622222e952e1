/** Requests → answers: which path is served by what, and what is checked before. */
import type { Server } from "bun";
import type { Bundle } from "../bundle.ts";
import { perform, type TurnParts } from "../chat/turns.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { isId, OpError, type Frame, type Position } from "../protocol.ts";
import { answerAsset } from "./assets.ts";
import type { Connections, SocketData } from "./connection.ts";
import { isJson, performForm, readPosition, readTurn, type FormOptions } from "./forms.ts";
import { securityHeaders, type Guard } from "./guard.ts";
import { healthOf, readinessOf, type HealthParts } from "./probes/health.ts";
import { answerMetrics } from "./probes/answer.ts";
import { conversationPage, errorPage, homePage, htmlResponse, type PageParts } from "./pages.ts";
import { answerPoll, answerStream, type StreamParts } from "./stream.ts";
import type { Viewer, Viewers } from "./viewer.ts";

export type RouteParts = {
  guard: Guard;
  viewers: Viewers;
  pages: PageParts;
  turns: TurnParts;
  streams: StreamParts;
  health: HealthParts;
  metrics: { text(): string };
  bundle(): Bundle;
  log: Log;
  limits: FormOptions & { socketsMax: number; socketsPerAccount: number; opsBurst: number };
  connections: Connections;
};

export type SocketServer = Server<SocketData>;

/** Undefined where the request became a socket. */
type Handler = (
  request: Request,
  server: SocketServer,
) => Promise<Response | undefined> | Response | undefined;

export type Route = { GET?: Handler; POST?: Handler };

/** Every path there is, in Bun's notation. */
export function createRoutes(parts: RouteParts): Record<string, Route> {
  const asset = (request: Request) => answerAsset(request, parts.bundle()) ?? answerMissing(parts);
  return {
    "/": { GET: (request) => answerHome(parts, request) },
    "/conversations/:id": { GET: (request) => answerConversation(parts, request) },
    "/ops/:name": {
      POST: (request) => (isJson(request) ? answerOp(parts, request) : answerForm(parts, request)),
    },
    "/socket": { GET: (request, server) => answerSocket(parts, request, server) },
    "/stream": {
      POST: (request, server) => {
        server.timeout(request, 0);
        return withPosition(parts, request, (viewer, at) => answerStream(parts.streams, viewer.account, at));
      },
    },
    "/poll": {
      POST: (request, server) => {
        server.timeout(request, 0);
        return withPosition(parts, request, (viewer, at) => {
          return answerPoll(parts.streams, viewer.account, at, request);
        });
      },
    },
    "/assets/*": { GET: asset },
    "/favicon.ico": { GET: () => redirect(iconPath(parts)) },
    "/healthz": { GET: async () => jsonResponse(await healthOf(parts.health)) },
    "/readyz": { GET: () => answerReadiness(parts) },
    "/metrics": {
      GET: (request, server) =>
        answerMetrics(parts.metrics.text, request, server.requestIP(request)?.address ?? null),
    },
  };
}

/** Checks the host, picks the method, and never throws. */
export async function answer(
  parts: RouteParts,
  route: Route | null,
  request: Request,
  server: SocketServer,
): Promise<Response | undefined> {
  try {
    const refused = checkHost(parts, request);
    if (refused !== null) return refused;
    if (route === null) return answerMissing(parts);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const handler = method === "GET" || method === "POST" ? route[method] : undefined;
    if (handler !== undefined) return await handler(request, server);
    return new Response(null, {
      status: 405,
      headers: { ...securityHeaders, Allow: Object.keys(route).join(", ") },
    });
  } catch (error) {
    return answerFault(parts, request, error);
  }
}

function checkHost({ guard }: RouteParts, request: Request): Response | null {
  // Probes come by address or without any name, and learn counts only; metrics look at names by themselves.
  if (probes.includes(pathOf(request) ?? "")) return null;
  const verdict = URL.canParse(request.url) ? guard.host(request) : "foreign_host";
  if (verdict === "ok") return null;
  if (verdict === "foreign_host") return textResponse(421, "This server does not answer to that host name.");
  const isNavigation = request.method === "GET" && request.headers.get("upgrade") === null;
  return isNavigation ? redirect(verdict.redirect, 302) : null;
}

const probes = ["/healthz", "/readyz", "/metrics"];

/** A host that no URL can have leaves Bun's `request.url` without one, or broken. */
function pathOf(request: Request): string | null {
  return URL.parse(request.url, "http://localhost")?.pathname ?? null;
}

async function answerReadiness({ health }: RouteParts): Promise<Response> {
  const status = await readinessOf(health);
  return jsonResponse({ status }, status === "ready" ? 200 : 503);
}

function answerMissing(parts: RouteParts): Response {
  const words = {
    heading: "There is no such page",
    text: "It may have been deleted, or belong to somebody else.",
  };
  return htmlResponse(errorPage(parts.pages.templates(), { ...words, requestId: null }), { status: 404 });
}

/** A fault of ours: the page tells the request's id, the log the rest. */
function answerFault(parts: RouteParts, request: Request, error: unknown): Response {
  const requestId = crypto.randomUUID();
  parts.log.error("request.failed", { request: requestId, path: pathOf(request), error });
  const words = { heading: "Something went wrong", text: "What is stored is safe. Trying again may help." };
  return htmlResponse(errorPage(parts.pages.templates(), { ...words, requestId }), { status: 500 });
}

async function answerHome({ pages, viewers }: RouteParts, request: Request): Promise<Response> {
  const { viewer, setCookie } = await viewers.welcome(request);
  // Its new conversation has an id, which by the time of a step back may be an old one's.
  return htmlResponse(await homePage(pages, viewer), { setCookie, isForOnce: true });
}

async function answerConversation(parts: RouteParts, request: Request): Promise<Response> {
  const id = new URL(request.url).pathname.split("/")[2];
  const viewer = await parts.viewers.find(request);
  const html = viewer !== null && isId(id) ? await conversationPage(parts.pages, viewer, id) : null;
  return html === null ? answerMissing(parts) : htmlResponse(html);
}

async function answerForm(parts: RouteParts, request: Request): Promise<Response> {
  if (!parts.guard.isOwnOrigin(request)) return answerRefused(parts, 403, "That came from another site.");
  const viewer = await parts.viewers.find(request);
  if (viewer === null) return answerRefused(parts, 403, needsCookie);
  try {
    const name = new URL(request.url).pathname.slice("/ops/".length);
    return redirect(await performForm(parts.turns, viewer, request, name, parts.limits));
  } catch (error) {
    if (error instanceof OpError) return answerRefused(parts, 400, error.message);
    if (error instanceof AppError) return answerRefused(parts, statusOf(error), error.message);
    throw error;
  }
}

/** Refusals are frames too, so that whoever asked can tell them from a broken line. */
async function answerOp(parts: RouteParts, request: Request): Promise<Response> {
  const { viewer, refused } = await readerOf(parts, request);
  if (viewer === null) return refused;
  let id: string | null = null;
  try {
    const name = new URL(request.url).pathname.slice("/ops/".length);
    const op = await readTurn(request, name, parts.limits);
    id = op.id;
    return jsonResponse({ type: "ack", id, ...(await perform(parts.turns, viewer, op)) } satisfies Frame);
  } catch (error) {
    if (error instanceof OpError) return refusal(400, error.id, "bad_op", error.message);
    if (error instanceof AppError) return refusal(statusOf(error), id, error.code, error.message);
    throw error;
  }
}

function refusal(status: number, id: string | null, code: string, text: string): Response {
  return jsonResponse({ type: "error", id, code, text } satisfies Frame, status);
}

async function answerSocket(
  parts: RouteParts,
  request: Request,
  server: SocketServer,
): Promise<Response | undefined> {
  const { viewer, refused } = await readerOf(parts, request, true);
  if (viewer === null) return refused;
  const id = crypto.randomUUID();
  const { opsBurst } = parts.limits;
  const data = { ...viewer, id, topics: [], tokens: opsBurst, refilledMs: Date.now(), refusals: 0 };
  return server.upgrade(request, { data }) ? undefined : textResponse(426, "This path is for WebSockets.");
}

async function withPosition(
  parts: RouteParts,
  request: Request,
  answerFrom: (viewer: Viewer, position: Position) => Response | Promise<Response>,
): Promise<Response> {
  const { viewer, refused } = await readerOf(parts, request, true);
  if (viewer === null) return refused;
  try {
    return await answerFrom(viewer, await readPosition(request, parts.limits));
  } catch (error) {
    if (error instanceof OpError) return textResponse(400, error.message);
    if (error instanceof AppError) return textResponse(statusOf(error), error.message);
    throw error;
  }
}

type Reader = { viewer: Viewer; refused: null } | { viewer: null; refused: Response };

/** Who asks from one of our own pages; `stays` where there must be room for one who watches. */
async function readerOf(parts: RouteParts, request: Request, stays = false): Promise<Reader> {
  const refuse = (status: number, text: string): Reader => ({
    viewer: null,
    refused: textResponse(status, text),
  });
  if (!parts.guard.isOwnOrigin(request)) return refuse(403, "That came from another site.");
  const viewer = await parts.viewers.find(request);
  if (viewer === null) return refuse(403, needsCookie);
  if (!stays) return { viewer, refused: null };
  const { socketsMax, socketsPerAccount } = parts.limits;
  const { sockets, streams, perAccount } = parts.connections;
  if (sockets.size + streams.size >= socketsMax) return refuse(503, "As many watch as there may be.");
  if ((perAccount.get(viewer.account) ?? 0) >= socketsPerAccount) {
    return refuse(429, "You have as many tabs open as you may.");
  }
  return { viewer, refused: null };
}

const needsCookie =
  "Banter knows your chats by a cookie. Allow cookies for this site, then load the page again.";

function answerRefused(parts: RouteParts, status: number, text: string): Response {
  const words = { heading: "That did not work", text, requestId: null };
  return htmlResponse(errorPage(parts.pages.templates(), words), { status });
}

function statusOf(error: AppError): number {
  const statuses: Record<string, number> = {
    not_found: 404,
    conflict: 409,
    busy: 503,
    restarting: 503,
    too_large: 413,
    unsupported_media_type: 415,
  };
  return statuses[error.code] ?? 400;
}

function iconPath(parts: RouteParts): string {
  return parts.bundle().assets.find((asset) => asset.name === "icon.svg")?.path ?? "/";
}

function redirect(location: string, status = 303): Response {
  return new Response(null, { status, headers: { ...securityHeaders, Location: location } });
}

function textResponse(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...securityHeaders, "Content-Type": "text/plain; charset=utf-8" },
  });
}

function jsonResponse(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { ...securityHeaders, "Cache-Control": "no-store" } });
}
