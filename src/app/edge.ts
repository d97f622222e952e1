/** Wires the edge to what does the work: routes, sockets, and what listens besides. */
import type { AppOptions, Kept, Work } from "../app.ts";
import { startTitles } from "./runs.ts";
import { startShares } from "./shares.ts";
import { startPdfReader, startReader, startRelief } from "./threads.ts";
import { adminsIn } from "../auth/admins.ts";
import { createDoor } from "../auth/door.ts";
import { readersOf } from "../auth/shares.ts";
import { forgetUnwatched } from "../chat/temporary.ts";
import { keepUp } from "../chat/conversations/upkeep.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { createPdfReader } from "../files/pdf/read.ts";
import { createTake } from "../files/take.ts";
import type { Served } from "../inference/endpoints.ts";
import type { Look } from "../server/look.ts";
import { watching } from "../server/carriers/topics.ts";
import { endSession, watcherOf, type Socket } from "../server/connection.ts";
import { createUploads } from "../server/files/bring.ts";
import { createGuard } from "../server/access/guard.ts";
import { headersFor } from "../server/access/headers.ts";
import type { OauthParts } from "../server/access/oauth.ts";
import type { ReaderParts } from "../server/access/reader.ts";
import { tellSidebars, type LiveParts } from "../server/lists/live.ts";
import { budgetReader, tellBudgets } from "../server/models/budget.ts";
import { tellChoices } from "../server/models/live.ts";
import type { RouteParts } from "../server/routes.ts";
import { keepThreads } from "../server/pages/threads.ts";
import { createViewers } from "../server/access/viewer.ts";
import type { Store } from "../store/store.ts";
import type { Memory } from "../store/temporary/memory.ts";
import { version } from "../version.ts";

export function wireEdge(options: AppOptions, kept: Kept, look: Look, work: Work) {
  const { config, log, live } = options;
  const { limits, model } = config;
  const { store, memory, tokens } = kept;
  const oauth = oauthOf(config, kept);
  const admins = adminsIn(config.admins, store.people);
  const { bus, carrier, generations, admission, broadcast, turns, shared, shown, catalogue, metrics } = work;
  const { now } = systemClock;
  const budget = budgetReader(store, config.budgets, now);
  const seen = { store, budget, templates: look.templates };
  const reader = readerParts(options, store);
  const threads = keepThreads(limits.keptThreadsChars);
  const pages = {
    ...shared,
    ...seen,
    broadcast,
    threads,
    model,
    hasSessions: asksWho(config),
    isAdmin: admins.has,
    limits,
  };
  const take = createTake(limits, createPdfReader(startPdfReader, limits));
  const uploading = { take, uploads: createUploads(limits), buckets: live.fileBuckets };
  const { threadSteps, isTemporary } = shared;
  const reads = { store, bus, generations, carrier, look, reader, threadSteps, isTemporary };
  const sharing = startShares(options, reads);
  const routes: RouteParts = {
    ...{ reader, store, bus, tokens, now, log, limits, turns, catalogue, metrics, pages },
    files: { ...uploading, pages, store, now, limits },
    shares: sharing.shares,
    retentionDays: config.retentionDays,
    imports: importsOf(options, store, work),
    door: doorOf(config),
    ...{ oauth, admins },
    sheets: { ...shown, ...seen, catalogue, ...sheetsOf(config, work.served) },
    streams: { broadcast, connections: live.connections, limits },
    health: { store, version, live, now },
    reports: { bucket: live.reports, reported: metrics.reported, now, limits },
    headers: headersFor(config),
    bundle: look.bundle,
  };
  const watch = (socket: Socket) => watcherOf(socket, work.backlog);
  const answered = { broadcast, turns, connections: live.connections, watcherOf: watch };
  const { fragments } = shared;
  const ends = [
    sharing.close,
    ...startBesides(options, { ...shared, bus, generations, admission, carrier }, memory),
    tellChoices({ bus, carrier, fragments }),
    tellBudgets({ bus, carrier, fragments, budget, log }),
    startTitles(options, { store, bus, tokens }, work.budgetParts),
  ];
  return { routes, sockets: { ...answered, clock: systemClock, log, limits }, ends };
}

function writingIn({ live }: Pick<AppOptions, "live">): () => boolean {
  return () => live.runs.size > 0;
}

function importsOf({ live, config }: AppOptions, store: Store, { bus }: Work): RouteParts["imports"] {
  const isWriting = writingIn({ live });
  const own = { startReader, startRelief, importing: new Set<string>(), isWriting, rest: Bun.sleep };
  return { ...own, store, bus, now: systemClock.now, limits: config.limits };
}

function doorOf({ password, limits }: Config) {
  return password === null ? null : createDoor(password, limits, systemClock.now);
}

function oauthOf({ oauth, publicUrl }: Config, { provider, tokens }: Kept): OauthParts | null {
  if (oauth === null || provider === null) return null;
  const grants = tokens !== null && "keepGrant" in tokens ? tokens : null;
  return { provider, clientId: oauth.clientId, grants, publicUrl, now: systemClock.now };
}

/** Whether one has to sign in before anything else. */
function asksWho({ password, oauth }: Config): boolean {
  return password !== null || oauth !== null;
}

/** Who is let in, and who asks. */
function readerParts({ config, live }: AppOptions, store: Store): ReaderParts {
  const port = () => live.server?.port ?? config.port;
  const isSecure = config.publicUrl?.startsWith("https:") ?? false;
  const isFramed = config.frameAncestors.length > 0;
  const asks = asksWho(config);
  const { limits, proxyHops } = config;
  return {
    guard: createGuard({ ...config, port }),
    viewers: createViewers({ store, clock: systemClock, port, isSecure, isFramed, asks, limits }),
    connections: live.connections,
    proxyHops,
    limits,
  };
}

function sheetsOf(config: Config, { health }: Served) {
  return {
    now: systemClock.now,
    settings: config,
    isResting: (endpoint: string, provider: string) => health(endpoint).isResting(provider),
  };
}

/** What listens and looks after things besides; the returned functions end it. */
function startBesides(
  options: AppOptions,
  parts: Omit<LiveParts, "limits" | "log">,
  memory: Memory,
): (() => void)[] {
  const { config, log, live } = options;
  const { store, bus } = parts;
  const { limits } = config;
  const clock = systemClock;
  return [
    bus.subscribe((event) => {
      if (event.type === "session.ended") endSession(live.connections, event.tokenHash);
      if (event.type === "link.ended") endSession(live.connections, readersOf(event.secretHash));
    }),
    tellSidebars({ ...parts, limits, log }),
    keepUp({
      store,
      bus,
      clock,
      log,
      isWriting: writingIn(options),
      limits,
      retentionDays: config.retentionDays,
    }),
    forgetUnwatched({ memory, clock, log, limits, watching: () => watching(live.connections) }),
  ];
}
