/** Requests → answers: which path is served by what, and what is checked before. */
import type { Server } from "bun";
import type { Bundle } from "../bundle.ts";
import type { TurnParts } from "../chat/turns.ts";
import type { Viewer } from "./access/viewer.ts";
import { asJson, gatesOf, type Gates, type GateParts, type Way } from "./access/gate.ts";
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
import type { SheetParts } from "./models/sheet.ts";
import { answerUsage } from "./models/usage.ts";
import { answerOp, toldOp } from "./ops.ts";
import { answerConversation, answerList, answerMenu, answerSteps } from "./lists/answers.ts";
import { answerFile, answerRemoval, answerUpload, type FileParts } from "./files/answers.ts";
import type { FormParts } from "./files/form.ts";
import { listPage, searchPage } from "./pages.ts";
import { answerEarlier, answerHome, answerLater, answerMessage, type ChatParts } from "./pages/answers.ts";
import { faultPage, missingPage, offlinePage } from "./pages/faults.ts";
import { answerMetrics, answerReadiness } from "./probes/answer.ts";
import { healthOf, type HealthParts } from "./probes/health.ts";
import { answerReport, type ReportParts } from "./probes/reports.ts";
import { answerExport, answerExportOne, answerTakeaway, type Format } from "./takeaway/answers.ts";
import { answerImport, type ImportAnswerParts } from "./takeaway/imports.ts";
import { answerLeaving } from "./takeaway/leaving.ts";
import { answerFrames, answerSocket, type Follow, type WatchParts } from "./carriers/watch.ts";
import { answerPoll, answerStream } from "./carriers/stream.ts";
import { answerShare, answerShares, type ShareParts } from "./shares/answers.ts";
import { answerShared, answerSharedStream, sharedPath, type ReadingParts } from "./shares/reading.ts";

export type RouteParts = GateParts &
  TokenParts &
  ImportAnswerParts &
  ChatParts &
  AdminParts &
  WatchParts & {
    turns: TurnParts;
    sheets: SheetParts;
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

export type Route = { GET?: Way; POST?: Way };

/** Every path there is, in Bun's notation, and who may ask; a path of a new kind belongs to one of these groups. */
export function createRoutes(parts: RouteParts): Record<string, Route> {
  const gates = gatesOf(parts);
  return {
    ...chatRoutes(parts, gates),
    ...opRoutes(parts, gates),
    ...accountRoutes(parts, gates),
    ...shareRoutes(parts, gates),
    ...takeawayRoutes(parts, gates),
    ...serverRoutes(parts, gates),
    ...assistantRoutes(parts, gates),
  };
}

/** Pages of chats, parts of them, and what is laid over them. */
function chatRoutes(parts: RouteParts, { newcomer, viewer, part }: Gates): Record<string, Route> {
  const sheet = (answer: Sheet) => ({ GET: viewer((who, request) => answer(parts.sheets, who, request)) });
  return {
    "/": { GET: newcomer((who, request) => answerHome(parts, who, request)) },
    "/conversations": { GET: newcomer((who, request) => answerList(parts, who, request, listPage)) },
    "/conversations/:id": {
      GET: viewer((who, request) => {
        parts.catalogue.want();
        return answerConversation(parts, who, request);
      }),
    },
    "/conversations/:id/earlier": { GET: part((who, request) => answerEarlier(parts, who, request)) },
    "/conversations/:id/later": { GET: part((who, request) => answerLater(parts, who, request)) },
    "/conversations/:id/about": { GET: viewer((who, request) => answerMenu(parts, who, request)) },
    "/search": { GET: newcomer((who, request) => answerList(parts, who, request, searchPage)) },
    "/steps/:name": { GET: part((who, request) => answerSteps(parts, who, request)) },
    "/messages/:id": { GET: part((who, request) => answerMessage(parts, who, request)) },
    "/parameters": sheet(answerParameters),
    "/usage": sheet(answerUsage),
    "/models": sheet(answerPicker),
  };
}

type Sheet = (parts: SheetParts, viewer: Viewer, request: Request) => Promise<Response | null>;

/** What people do, and what they are told of it. */
function opRoutes(parts: RouteParts, { part, sender, watcher }: Gates): Record<string, Route> {
  const { files } = parts;
  const frames = (follow: Follow) => ({
    POST: watcher((who, request, server) => {
      server.timeout(request, 0);
      return answerFrames(parts, who, request, follow);
    }),
  });
  return {
    "/files/:id": {
      GET: part((who, request) => answerFile(files, who, request)),
      POST: sender(
        (who, request, server) => answerUpload(files, who, request, hold(request, server)),
        asJson,
      ),
    },
    "/files/:id/remove": { POST: sender((who, request) => answerRemoval(files, who, request), asJson) },
    "/ops/:name": {
      POST: sender((who, request, server) => answerOp(parts, who, request, hold(request, server)), toldOp),
    },
    "/socket": { GET: watcher((who, request, server) => answerSocket(parts, who, request, server)) },
    "/stream": frames(answerStream),
    "/poll": frames(answerPoll),
  };
}

/** Who somebody is, and what is theirs. */
function accountRoutes(parts: RouteParts, gates: Gates): Record<string, Route> {
  const { anybody, visitor, newcomer, viewer, sender, admin } = gates;
  return {
    "/signin": {
      GET: anybody((request) => answerSignInPage(parts, request)),
      POST: visitor((request, server) => answerSignIn(parts, request, peerOf(request, server))),
    },
    "/signin/start": { GET: anybody((request) => answerStart(parts, request)) },
    "/signin/callback": {
      GET: anybody((request, server) => answerCallback(parts, request, peerOf(request, server))),
    },
    "/language": { POST: visitor((request) => answerLanguage(parts, request)) },
    "/signout": { POST: sender((who, request) => answerSignOut(parts, who, request)) },
    "/token": {
      GET: viewer((who, request) => answerTokenPage(parts, who, request)),
      POST: sender((who, request) => answerToken(parts, who, request)),
    },
    "/sessions": { GET: newcomer((who, request) => answerSessions(parts, who, request)) },
    "/admin": {
      GET: admin(viewer((who, request) => answerAccounts(parts, who, request))),
      POST: admin(sender((who, request) => answerBlocking(parts, who, request))),
    },
  };
}

/** Links to a branch, and what they lead to: whoever has one is let in by that alone. */
function shareRoutes({ shares }: RouteParts, { anybody, newcomer, sender }: Gates): Record<string, Route> {
  return {
    "/shares": {
      GET: newcomer((who, request) => answerShares(shares, who, request)),
      POST: sender((who, request) => answerShare(shares, who, request)),
    },
    "/s/:secret": { GET: anybody((request) => answerShared(shares, request)) },
    "/s/:secret/stream": {
      POST: anybody((request, server) => {
        server.timeout(request, 0);
        return answerSharedStream(shares, request, peerOf(request, server));
      }),
    },
  };
}

/** What somebody takes along, brings in and leaves behind. */
function takeawayRoutes(parts: RouteParts, { viewer, sender }: Gates): Record<string, Route> {
  const whole = (format: Format) => ({ GET: viewer((who) => answerExport(parts, who, format)) });
  const one = (format: Format) => ({
    GET: viewer((who, request) => answerExportOne(parts, who, request, format)),
  });
  return {
    "/export": { GET: viewer((who, request) => answerTakeaway(parts, who, request)) },
    "/import": {
      POST: sender((who, request, server) => {
        // It has a bound of its own.
        server.timeout(request, 0);
        return answerImport(parts, who, request);
      }),
    },
    "/account/delete": { POST: sender((who, request) => answerLeaving(parts, who, request)) },
    "/export.json": whole("json"),
    "/export.md": whole("md"),
    "/conversations/:id/export.json": one("json"),
    "/conversations/:id/export.md": one("md"),
  };
}

/** About the server, and files that are the same for all. */
function serverRoutes(parts: RouteParts, { anybody }: Gates): Record<string, Route> {
  const get = (answer: Parameters<Gates["anybody"]>[0]) => ({ GET: anybody(answer) });
  return {
    [reportPath]: { POST: anybody((request) => answerReport(parts.reports, request)) },
    "/assets/*": get((request) => answerAsset(request, parts.bundle())),
    "/worker.js": get((request) => answerWorker(request, parts.bundle())),
    "/offline": get((request) => offlinePage(request, parts.pages)),
    "/favicon.ico": get(() => redirect(iconPath(parts))),
    "/healthz": get(async () => jsonResponse(await healthOf(parts.health))),
    "/readyz": get(() => answerReadiness(parts.health)),
    "/metrics": get((request, server) => answerMetrics(parts.metrics.text, request, peerOf(request, server))),
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
    if (route === null) return missingPage(request, parts.pages);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const way = method === "GET" || method === "POST" ? route[method] : undefined;
    if (way !== undefined) return await way.answer(request, server);
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

function answerFault({ pages, log }: RouteParts, request: Request, error: unknown): Response {
  const requestId = crypto.randomUUID();
  log.error("request.failed", { request: requestId, path: sharedPath(pathOf(request)), error });
  return faultPage(request, pages, requestId);
}

function iconPath(parts: RouteParts): string {
  return parts.bundle().assets.find((asset) => asset.name === "icon.svg")?.path ?? "/";
}
