/** Builds every part and wires them; the one place that knows them all. */
import { budgetPartsOf, startAdmission, startGenerations, startTitles, tokensOf } from "./app/runs.ts";
import { createDoor } from "./auth/door.ts";
import { keepPassword } from "./auth/password.ts";
import type { OwnTokens } from "./auth/tokens.ts";
import { createBus } from "./bus/bus.ts";
import { watchCode } from "./bundle/watch.ts";
import { budgetAsk } from "./chat/budget.ts";
import { detourOf } from "./chat/run.ts";
import { forgetUnwatched } from "./chat/temporary.ts";
import type { TurnParts } from "./chat/turns.ts";
import { roomIn } from "./chat/context/room.ts";
import { keepUp } from "./chat/conversations/upkeep.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { ModelRef } from "./domain.ts";
import { createTake } from "./files/take.ts";
import { contextIn } from "./inference/catalogue/context.ts";
import { createCatalogue } from "./inference/catalogue/catalogue.ts";
import { createServed, type Served } from "./inference/endpoints.ts";
import { readRefusals, type Refusals } from "./inference/request/refusals.ts";
import type { Live } from "./live.ts";
import type { Log } from "./log.ts";
import { lineMax } from "./protocol/parse.ts";
import { createLook, type Look } from "./server/look.ts";
import { fragmentsIn } from "./render/fragments.ts";
import { Broadcast } from "./server/broadcast.ts";
import { createBacklog } from "./server/carriers/backlog.ts";
import { carrierOf, watching } from "./server/carriers/topics.ts";
import { closeCodes, endSession, watcherOf, type Socket } from "./server/connection.ts";
import { createUploads } from "./server/files/bring.ts";
import { createGuard } from "./server/access/guard.ts";
import { headersFor } from "./server/access/headers.ts";
import type { ReaderParts } from "./server/access/reader.ts";
import { tellSidebars, type LiveParts } from "./server/lists/live.ts";
import { sidebarReader } from "./server/lists/sidebar.ts";
import { createMetrics } from "./server/probes/metrics.ts";
import { budgetReader, tellBudgets } from "./server/models/budget.ts";
import { tellChoices } from "./server/models/live.ts";
import type { RouteParts } from "./server/routes.ts";
import { serve } from "./server/serve.ts";
import { createViewers } from "./server/access/viewer.ts";
import { openFile, storeOn } from "./store/sqlite.ts";
import type { Store } from "./store/store.ts";
import { layer } from "./store/temporary/layers.ts";
import { memoryOn, openMemory, type Memory } from "./store/temporary/memory.ts";
import { commit, version } from "./version.ts";

export type AppOptions = { config: Config; log: Log; live: Live };

export type App = {
  /** As browsers on this machine reach it. */
  url: string;
  /** Lets runs end, or ends them as interrupted; then sockets, server and store, in this order. */
  stop(): Promise<void>;
};

/**
 * Starts serving, or takes over from the load before: that one is let go only when this one serves.
 * Throws AppError with what to say to whoever started it.
 */
export async function start(options: AppOptions): Promise<App> {
  const unload = new AbortController();
  try {
    return await load(options, unload);
  } catch (error) {
    // What it has begun ends with it; the load before goes on.
    unload.abort();
    throw error;
  }
}

async function load(options: AppOptions, unload: AbortController): Promise<App> {
  const { config, log, live } = options;
  live.code = await watchCode(live.code, unload.signal);
  const look = await createLook(unload.signal, log);
  live.file ??= await openFile({ path: config.dataPath, log, busyTimeoutMs: config.limits.storeBusyMs });
  live.memory ??= await openMemory(log, config.limits.temporaryBytesMax);
  const memory = memoryOn(live.memory, live.file, log);
  const store = layer(storeOn(live.file, log), memory, config.limits);
  if (live.generations === null) await recover(store, options);
  if (config.password !== null) await keepPassword(store, config.password, log);
  const tokens = await tokensOf(config, store);
  const refusals = await readRefusals(store.refusals, systemClock.now, log);
  const parts = wire(options, { store, memory, tokens, refusals }, look, unload.signal);
  unload.signal.addEventListener("abort", () => {
    parts.admission.close();
    parts.generations.close();
    parts.broadcast.close();
    for (const end of parts.ends) end();
    parts.metrics.close();
  });
  const server = serve(live.server, config, parts.routes, parts.sockets);
  const before = live.unload;
  live.server = server;
  live.unload = unload;
  live.generations = parts.generations;
  live.admission = parts.admission;
  before?.abort();
  const url = config.publicUrl ?? `http://localhost:${server.port}`;
  return { url, stop: () => stop(options, store) };
}

async function recover(store: Store, { live, log, config }: AppOptions): Promise<void> {
  const nowMs = systemClock.now();
  await store.generations.renew(live.process, nowMs + config.limits.leaseMs);
  const ended = await store.generations.recover({ nowMs, self: live.process });
  if (ended.length > 0) log.warn("generations.recovered", { count: ended.length });
}

type Kept = { store: Store; memory: Memory; tokens: OwnTokens | null; refusals: Refusals };

function wire(
  { config, log, live }: AppOptions,
  { store, memory, tokens, refusals }: Kept,
  look: Look,
  signal: AbortSignal,
) {
  const { limits, model } = config;
  const bus = createBus(log);
  const clock = systemClock;
  const newId = () => crypto.randomUUID();
  const { endpoints } = config;
  const names = endpoints.map(({ name }) => name);
  const build = { version, commit, bun: Bun.version };
  const metrics = createMetrics({ bus, clock, live, build, endpoints: names });
  const kept = store.catalogues;
  const catalogue = createCatalogue({ endpoints, kept, now: clock.now, log, limits, signal });
  const backlog = createBacklog(live.connections, limits, log);
  const carrier = carrierOf(() => live.server, live.connections, backlog);
  const served = createServed(endpoints, catalogue.find, refusals, clock.now);
  const doing = { store, bus, metrics, carrier, catalogue, served, tokens };
  const generations = startGenerations({ config, log, live }, doing);
  const admission = startAdmission({ config, log, live }, store, bus, generations, catalogue);
  const placeOf = (generation: string) =>
    admission.placeOf(generation) ?? detourOf(live.runs.get(generation));
  const roomOf = roomIn(contextIn(catalogue.find), config);
  const shown = { model, endpoints: names, newId, roomOf };
  const frame = { ...shown, maxTokens: config.maxTokens, placeOf, now: clock.now };
  const maxima = { textMax: limits.messageChars, titleMax: lineMax.title, tagMax: lineMax.tag };
  const fragments = fragmentsIn(look.templates, { ...frame, ...maxima });
  const isTemporary = memory.hasConversation;
  const threadSteps = { step: limits.threadMessages, max: limits.threadMessagesMax };
  const { sentBytesMax } = limits;
  const sidebar = sidebarReader(store, limits);
  const reading = { version: look.version, sidebar, sentBytesMax, threadSteps, isTemporary };
  const shared = { store, fragments, ...reading };
  const broadcast = new Broadcast({ ...shared, bus, generations, admission, carrier, log });
  const own = { buckets: live.buckets, kept: live.kept, process: live.process };
  const budgetParts = budgetPartsOf(config, catalogue);
  const budgetFor = (asked: ModelRef) => budgetAsk(budgetParts, asked);
  const turns: TurnParts = { ...shown, ...own, store, bus, admission, clock, limits, budgetFor };
  const budget = budgetReader(store, config.budgets, clock.now);
  const seen = { store, budget, templates: look.templates };
  const watch = (socket: Socket) => watcherOf(socket, backlog);
  const sockets = { broadcast, turns, connections: live.connections, watcherOf: watch, clock, log, limits };
  const { password } = config;
  const reader = readerParts({ config, log, live }, store);
  const pages = { ...shared, ...seen, broadcast, model, hasSessions: password !== null, limits };
  const uploading = { take: createTake(limits), uploads: createUploads(limits), buckets: live.fileBuckets };
  const routes: RouteParts = {
    reader,
    files: { ...uploading, reader, pages, store, now: clock.now, limits },
    ...{ store, bus, tokens, now: clock.now },
    door: password === null ? null : createDoor(password, limits, clock.now),
    pages,
    turns,
    catalogue,
    sheets: { ...shown, ...seen, catalogue, ...sheetsOf(config, served) },
    streams: { broadcast, connections: live.connections, limits },
    health: { store, version, live, now: clock.now },
    metrics,
    reports: { bucket: live.reports, reported: metrics.reported, now: clock.now, limits },
    headers: headersFor(config),
    bundle: look.bundle,
    log,
    limits,
  };
  const besides = { ...shared, bus, generations, admission, carrier };
  const ends = [
    ...startBesides({ config, log, live }, besides, memory),
    tellChoices({ bus, carrier, fragments }),
    tellBudgets({ bus, carrier, fragments, budget, log }),
    startTitles({ config, log, live }, { store, bus, tokens }, budgetParts),
  ];
  return { generations, admission, broadcast, routes, sockets, metrics, ends };
}

/** Who is let in, and who asks. */
function readerParts({ config, live }: AppOptions, store: Store): ReaderParts {
  const port = () => live.server?.port ?? config.port;
  const isSecure = config.publicUrl?.startsWith("https:") ?? false;
  const isFramed = config.frameAncestors.length > 0;
  const asks = config.password !== null;
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
    }),
    tellSidebars({ ...parts, limits, log }),
    keepUp({ store, clock, log, limits }),
    forgetUnwatched({ memory, clock, log, limits, watching: () => watching(live.connections) }),
  ];
}

async function stop({ config, log, live }: AppOptions, store: Store): Promise<void> {
  await live.admission?.drain(config.limits.shutdownMs);
  live.unload?.abort();
  for (const socket of live.connections.sockets.values())
    socket.close(closeCodes.serviceRestart, "restarting");
  for (const stream of live.connections.streams) stream.close();
  await Promise.race([live.server?.stop(), Bun.sleep(stopMs)]);
  await live.server?.stop(true);
  live.server = null;
  await store.close();
  live.file = null;
  live.memory = null;
  log.info("app.stopped");
}

/** For what is under way when the sockets are closed. */
const stopMs = 500;
