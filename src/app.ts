/** Builds every part and wires them; the one place that knows them all. */
import { wireEdge } from "./app/edge.ts";
import { budgetPartsOf, startAdmission, startGenerations, tokensOf } from "./app/runs.ts";
import { keepPassword } from "./auth/password.ts";
import { keepProvider } from "./auth/oauth/keep.ts";
import { createIdentityProvider, type IdentityProvider } from "./auth/oauth/provider.ts";
import { createBus } from "./bus/bus.ts";
import { watchCode } from "./bundle/watch.ts";
import { budgetAsk } from "./chat/budget.ts";
import { detourOf } from "./chat/run.ts";
import type { TurnParts } from "./chat/turns.ts";
import { roomIn } from "./chat/context/room.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { ModelRef } from "./domain.ts";
import { contextIn } from "./inference/catalogue/context.ts";
import { createCatalogue } from "./inference/catalogue/catalogue.ts";
import { createServed } from "./inference/endpoints.ts";
import { readRefusals, type Refusals } from "./inference/request/refusals.ts";
import type { Live } from "./live.ts";
import type { Log } from "./log.ts";
import { racersMax } from "./protocol.ts";
import { lineMax } from "./protocol/parse.ts";
import { createLook, type Look } from "./server/look.ts";
import { fragmentsIn } from "./render/fragments.ts";
import { keepBlocks } from "./render/kept.ts";
import { Broadcast } from "./server/broadcast.ts";
import { createBacklog } from "./server/carriers/backlog.ts";
import { carrierOf } from "./server/carriers/topics.ts";
import { closeCodes } from "./server/connection.ts";
import { sidebarReader } from "./server/lists/sidebar.ts";
import { createMetrics } from "./server/probes/metrics.ts";
import { serve } from "./server/serve.ts";
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
  await keepProvider(store, config.oauth, log);
  const provider = config.oauth && createIdentityProvider(config.oauth, config.limits, systemClock.now);
  const tokens = await tokensOf(config, store, provider);
  const refusals = await readRefusals(store.refusals, systemClock.now, log);
  const kept = { store, memory, provider, tokens, refusals };
  const parts = wire(options, kept, look, unload.signal);
  const edge = wireEdge(options, kept, look, parts);
  unload.signal.addEventListener("abort", () => {
    parts.admission.close();
    parts.generations.close();
    parts.broadcast.close();
    for (const end of edge.ends) end();
    parts.metrics.close();
  });
  const server = serve(live.server, config, edge.routes, edge.sockets);
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

export type Kept = {
  store: Store;
  memory: Memory;
  provider: IdentityProvider | null;
  tokens: Awaited<ReturnType<typeof tokensOf>>;
  refusals: Refusals;
};

export type Work = ReturnType<typeof wire>;

/** What does the work: models, runs, turns, and who is told of them. */
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
  const budgetParts = budgetPartsOf(config, catalogue);
  const shown = {
    model,
    endpoints: names,
    newId,
    roomOf,
    priceOf: budgetParts.dearest,
    takesImages: budgetParts.takesImages,
  };
  const frame = { ...shown, maxTokens: config.maxTokens, placeOf, now: clock.now };
  const fileBytesMax = limits.filesBytesMax === 0 ? 0 : limits.fileBytesMax;
  const maxima = { textMax: limits.messageChars, fileBytesMax, titleMax: lineMax.title, tagMax: lineMax.tag };
  const blocksOf = keepBlocks(limits.keptBlocksChars);
  const fragments = fragmentsIn(look.templates, { ...frame, ...maxima, blocksOf });
  const threadSteps = { step: limits.threadMessages, max: limits.threadMessagesMax };
  const { sentBytesMax } = limits;
  const sidebar = sidebarReader(store, limits);
  const isTemporary = memory.hasConversation;
  const reading = { version: look.version, sidebar, sentBytesMax, threadSteps, isTemporary };
  const shared = { store, fragments, ...reading };
  const broadcast = new Broadcast({ ...shared, bus, generations, admission, carrier, log });
  const own = { buckets: live.buckets, kept: live.kept, process: live.process, racersMax };
  const budgetFor = (asked: ModelRef) => budgetAsk(budgetParts, asked);
  const turns: TurnParts = { ...shown, ...own, isTemporary, store, bus, admission, clock, limits, budgetFor };
  const told = { bus, metrics, backlog, carrier, broadcast };
  return { ...told, catalogue, served, generations, admission, shown, shared, turns, budgetParts };
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
