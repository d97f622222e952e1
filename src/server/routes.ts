/** Requests → answers: which path is served by what, and what is checked before. */
import type { Server } from "bun";
import type { Bundle } from "../bundle.ts";
import type { TurnParts } from "../chat/turns.ts";
import { reportPath, withHeaders } from "./access/headers.ts";
import { answerLanguage } from "./access/languages.ts";
import { answerToken, answerTokenPage, type TokenParts } from "./access/token.ts";
import { answerCallback, answerStart } from "./access/oauth.ts";
import { answerAccounts, answerBlocking, type AdminParts } from "./accounts/answers.ts";
import { answerSessions, answerSignIn, answerSignInPage, answerSignOut } from "./access/signin.ts";
import { jsonResponse, redirect, textResponse } from "./answers.ts";
import { assistantRoutes, type AssistantParts } from "./assistants/answers.ts";
import { answerAsset, answerWorker } from "./assets.ts";
import { hold } from "./bodies.ts";
import type { SocketData } from "./connection.ts";
import { answerParameters } from "./models/parameters.ts";
import { answerPicker } from "./models/picker.ts";
import { answerUsage } from "./models/usage.ts";
import { answerOp } from "./ops.ts";
import { answerConversation, answerList, answerMenu, answerSteps } from "./lists/answers.ts";
import { answerFile, answerRemoval, answerUpload, type FileParts } from "./files/answers.ts";
import type { FormParts } from "./files/form.ts";
import { listPage, searchPage } from "./pages.ts";
import { answerEarlier, answerHome, answerMessage, answerSheet, type ChatParts } from "./pages/answers.ts";
import { faultPage, missingPage, offlinePage } from "./pages/faults.ts";
import { answerMetrics, answerReadiness } from "./probes/answer.ts";
import { healthOf, type HealthParts } from "./probes/health.ts";
import { answerReport, type ReportParts } from "./probes/reports.ts";
import { answerExport, answerExportOne, answerTakeaway } from "./takeaway/answers.ts";
import { answerImport, type ImportAnswerParts } from "./takeaway/imports.ts";
import { answerLeaving } from "./takeaway/leaving.ts";
import { answerFrames, answerSocket, type Follow, type WatchParts } from "./carriers/watch.ts";
import { answerPoll, answerStream } from "./carriers/stream.ts";
import { answerShare, answerShares, type ShareParts } from "./shares/answers.ts";
import { answerShared, answerSharedStream, sharedPath, type ReadingParts } from "./shares/reading.ts";

export type RouteParts = TokenParts &
  ImportAnswerParts &
  ChatParts &
  AdminParts &
  WatchParts & {
    turns: TurnParts;
    files: FileParts & FormParts;
    shares: ShareParts & ReadingParts;
    health: HealthParts;
    metrics: { text(): string };
    reports: ReportParts;
    /** On every answer. */
    headers: Record<string, string>;
    bundle(): Bundle;
    limits: AssistantParts["limits"] & { opsBurst: number };
  };

export type SocketServer = Server<SocketData>;

/** Undefined where the request became a socket. */
type Handler = (
  request: Request,
  server: SocketServer,
) => Promise<Response | undefined> | Response | undefined;

export type Route = { GET?: Handler; POST?: Handler };

/** Every path there is, in Bun's notation; a path of a new kind belongs to one of these groups. */
export function createRoutes(parts: RouteParts): Record<string, Route> {
  return {
    ...chatRoutes(parts),
    ...opRoutes(parts),
    ...accountRoutes(parts),
    ...shareRoutes(parts),
    ...takeawayRoutes(parts),
    ...serverRoutes(parts),
    ...assistantRoutes(parts),
  };
}

/** Pages of chats, parts of them, and what is laid over them. */
function chatRoutes(parts: RouteParts): Record<string, Route> {
  const orMissing = (find: (parts: RouteParts, request: Request) => Promise<Response | null>) => {
    return async (request: Request) => (await find(parts, request)) ?? answerMissing(parts, request);
  };
  return {
    "/": { GET: (request) => answerHome(parts, request) },
    "/conversations": { GET: (request) => answerList(parts, request, listPage) },
    "/conversations/:id": {
      GET: (request) => {
        parts.catalogue.want();
        return orMissing(answerConversation)(request);
      },
    },
    "/conversations/:id/earlier": { GET: (request) => answerEarlier(parts, request) },
    "/conversations/:id/about": { GET: orMissing(answerMenu) },
    "/search": { GET: (request) => answerList(parts, request, searchPage) },
    "/steps/:name": { GET: orMissing(answerSteps) },
    "/messages/:id": { GET: (request) => answerMessage(parts, request) },
    "/parameters": { GET: (request) => answerSheet(parts, request, answerParameters) },
    "/usage": { GET: (request) => answerSheet(parts, request, answerUsage) },
    "/models": { GET: (request) => answerSheet(parts, request, answerPicker) },
  };
}

/** What people do, and what they are told of it. */
function opRoutes(parts: RouteParts): Record<string, Route> {
  const frames = (follow: Follow) => (request: Request, server: SocketServer) => {
    server.timeout(request, 0);
    return answerFrames(parts, request, peerOf(request, server), follow);
  };
  return {
    "/files/:id": {
      GET: (request) => answerFile(parts.files, request),
      POST: (request, server) => answerUpload(parts.files, request, hold(request, server)),
    },
    "/files/:id/remove": { POST: (request) => answerRemoval(parts.files, request) },
    "/ops/:name": { POST: (request, server) => answerOp(parts, request, hold(request, server)) },
    "/socket": { GET: (request, server) => answerSocket(parts, request, server, peerOf(request, server)) },
    "/stream": { POST: frames(answerStream) },
    "/poll": { POST: frames(answerPoll) },
  };
}

/** Who somebody is, and what is theirs. */
function accountRoutes(parts: RouteParts): Record<string, Route> {
  return {
    "/signin": {
      GET: (request) => answerSignInPage(parts, request),
      POST: (request, server) => answerSignIn(parts, request, peerOf(request, server)),
    },
    "/signin/start": { GET: (request) => answerStart(parts, request) },
    "/signin/callback": {
      GET: (request, server) => answerCallback(parts, request, peerOf(request, server)),
    },
    "/language": { POST: (request) => answerLanguage(parts, request) },
    "/signout": { POST: (request) => answerSignOut(parts, request) },
    "/token": {
      GET: (request) => answerTokenPage(parts, request),
      POST: (request) => answerToken(parts, request),
    },
    "/sessions": { GET: (request) => answerSessions(parts, request) },
    "/admin": {
      GET: (request) => answerAccounts(parts, request),
      POST: (request) => answerBlocking(parts, request),
    },
  };
}

/** Links to a branch, and what they lead to. */
function shareRoutes(parts: RouteParts): Record<string, Route> {
  const { shares } = parts;
  return {
    "/shares": {
      GET: (request) => answerShares(shares, request),
      POST: (request) => answerShare(shares, request),
    },
    "/s/:secret": {
      GET: async (request) => (await answerShared(shares, request)) ?? answerMissing(parts, request),
    },
    "/s/:secret/stream": {
      POST: async (request, server) => {
        server.timeout(request, 0);
        const answer = await answerSharedStream(shares, request, peerOf(request, server));
        return answer ?? answerMissing(parts, request);
      },
    },
  };
}

/** What somebody takes along, brings in and leaves behind. */
function takeawayRoutes(parts: RouteParts): Record<string, Route> {
  return {
    "/export": { GET: (request) => answerTakeaway(parts, request) },
    "/import": {
      POST: (request, server) => {
        // It has a bound of its own.
        server.timeout(request, 0);
        return answerImport(parts, request);
      },
    },
    "/account/delete": { POST: (request) => answerLeaving(parts, request) },
    "/export.json": { GET: (request) => answerExport(parts, request, "json") },
    "/export.md": { GET: (request) => answerExport(parts, request, "md") },
    "/conversations/:id/export.json": { GET: (request) => answerExportOne(parts, request, "json") },
    "/conversations/:id/export.md": { GET: (request) => answerExportOne(parts, request, "md") },
  };
}

/** About the server, and files that are the same for all. */
function serverRoutes(parts: RouteParts): Record<string, Route> {
  const asset = (request: Request) => answerAsset(request, parts.bundle()) ?? answerMissing(parts, request);
  return {
    [reportPath]: { POST: (request) => answerReport(parts.reports, request) },
    "/assets/*": { GET: asset },
    "/worker.js": { GET: (request) => answerWorker(request, parts.bundle()) },
    "/offline": { GET: (request) => offlinePage(request, parts.pages) },
    "/favicon.ico": { GET: () => redirect(iconPath(parts)) },
    "/healthz": { GET: async () => jsonResponse(await healthOf(parts.health)) },
    "/readyz": { GET: () => answerReadiness(parts.health) },
    "/metrics": {
      GET: (request, server) => answerMetrics(parts.metrics.text, request, peerOf(request, server)),
    },
  };
}

/** Checks the host, picks the method, and never throws; every answer gets its headers here. */
export async function answer(
  parts: RouteParts,
  route: Route | null,
  request: Request,
  server: SocketServer,
): Promise<Response | undefined> {
  const response = await answerBare(parts, route, request, server);
  return response && withHeaders(response, parts.headers);
}

async function answerBare(
  parts: RouteParts,
  route: Route | null,
  request: Request,
  server: SocketServer,
): Promise<Response | undefined> {
  try {
    const refused = checkHost(parts, request);
    if (refused !== null) return refused;
    if (route === null) return answerMissing(parts, request);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const handler = method === "GET" || method === "POST" ? route[method] : undefined;
    if (handler !== undefined) return await handler(request, server);
    return new Response(null, {
      status: 405,
      headers: { Allow: Object.keys(route).join(", ") },
    });
  } catch (error) {
    return answerFault(parts, request, error);
  }
}

function peerOf(request: Request, server: SocketServer): string | null {
  return server.requestIP(request)?.address ?? null;
}

function checkHost({ reader: { guard } }: RouteParts, request: Request): Response | null {
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

function answerMissing({ pages }: RouteParts, request: Request): Response {
  return missingPage(request, pages);
}

function answerFault({ pages, log }: RouteParts, request: Request, error: unknown): Response {
  const requestId = crypto.randomUUID();
  log.error("request.failed", { request: requestId, path: sharedPath(pathOf(request)), error });
  return faultPage(request, pages, requestId);
}

function iconPath(parts: RouteParts): string {
  return parts.bundle().assets.find((asset) => asset.name === "icon.svg")?.path ?? "/";
}
