/** Builds every part and wires them; the one place that knows them all. */
import { createBus } from "./bus/bus.ts";
import { loadBundle, watchBundle, type Bundle } from "./bundle.ts";
import { Generations } from "./chat/generation.ts";
import type { TurnParts } from "./chat/turns.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { createDemo } from "./inference/demo.ts";
import { createHuggingFace } from "./inference/huggingface.ts";
import type { Provider } from "./inference/provider.ts";
import type { Live } from "./live.ts";
import type { Log } from "./log.ts";
import { Fragments } from "./render/fragments.ts";
import { sampleViews } from "./render/samples.ts";
import { compileTemplates, type Templates } from "./render/templates.ts";
import { Broadcast, type Carrier } from "./server/broadcast.ts";
import { closeCodes } from "./server/connection.ts";
import { createGuard } from "./server/guard.ts";
import type { RouteParts } from "./server/routes.ts";
import { serve } from "./server/serve.ts";
import { createViewers } from "./server/viewer.ts";
import { openFile, storeOn } from "./store/sqlite.ts";
import type { Store } from "./store/store.ts";
import { version } from "./version.ts";

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
  const { config, log, live } = options;
  const unload = new AbortController();
  const look = await createLook();
  live.file ??= await openFile({ path: config.dataPath, log, busyTimeoutMs: config.limits.storeBusyMs });
  const store = storeOn(live.file, log);
  if (live.generations === null) await recover(store, options);
  const parts = wire(options, store, look);
  const before = { generations: live.generations, unload: live.unload };
  live.generations = parts.generations;
  live.unload = unload;
  unload.signal.addEventListener("abort", () => {
    parts.generations.close();
    parts.broadcast.close();
  });
  const server = serve(live.server, config, parts.routes, parts.sockets);
  live.server = server;
  before.unload?.abort();
  watchBundle(unload.signal, () => void look.reload(log));
  const url = config.publicUrl ?? `http://localhost:${server.port}`;
  return { url, stop: () => stop(options, store) };
}

async function recover(store: Store, { live, log, config }: AppOptions): Promise<void> {
  const nowMs = systemClock.now();
  await store.generations.renew(live.process, nowMs + config.limits.leaseMs);
  const ended = await store.generations.recover({ nowMs, self: live.process });
  if (ended.length > 0) log.warn("generations.recovered", { count: ended.length });
}

function wire(options: AppOptions, store: Store, look: Look) {
  const { config, log, live } = options;
  const { limits } = config;
  const bus = createBus(log);
  const clock = systemClock;
  const newId = () => crypto.randomUUID();
  const provider = createProvider(config, log);
  const generations: Generations = new Generations({
    store,
    bus,
    clock,
    log,
    limits,
    process: live.process,
    provider: () => provider,
    runs: live.runs,
    current: () => live.generations ?? generations,
  });
  const endpointUrl = config.endpoint.name === "local" ? config.endpoint.baseUrl : null;
  const fragments = new Fragments(look.templates, {
    endpointUrl,
    maxTokens: config.maxTokens,
    textMax: limits.messageChars,
    newId,
  });
  const { sidebarRows } = limits;
  const broadcast = new Broadcast({
    bus,
    store,
    generations,
    carrier: carrierOf(live),
    fragments,
    sidebarRows,
    version: look.version,
    log,
  });
  const turns: TurnParts = {
    store,
    bus,
    generations,
    clock,
    model: config.model,
    settings: config,
    limits,
    newId,
  };
  const port = () => live.server?.port ?? config.port;
  const routes: RouteParts = {
    guard: createGuard({ ...config, port }),
    viewers: createViewers(store, { port, isSecure: config.publicUrl?.startsWith("https:") ?? false }),
    pages: {
      store,
      broadcast,
      fragments,
      templates: look.templates,
      version: look.version,
      model: config.model,
      sidebarRows,
      newId,
    },
    turns,
    health: {
      store,
      version,
      startedMs: live.startedMs,
      now: clock.now,
      socketCount: () => live.connections.sockets.size,
      runCount: () => live.runs.size,
    },
    bundle: look.bundle,
    log,
    limits,
    connections: live.connections,
  };
  const sockets = { broadcast, turns, connections: live.connections, clock, log, limits };
  return { generations, broadcast, routes, sockets };
}

function createProvider({ endpoint, limits }: Config, log: Log): Provider {
  if (endpoint.name === "demo") return createDemo();
  const { name, baseUrl } = endpoint;
  const token = endpoint.name === "local" ? endpoint.key : endpoint.token;
  const given = {
    firstByteMs: limits.upstreamFirstByteMs,
    idleMs: limits.upstreamIdleMs,
    callMs: limits.upstreamCallMs,
    callsMax: limits.upstreamCallsMax,
    eventBytesMax: limits.upstreamEventBytesMax,
    errorBytesMax: limits.upstreamErrorBytesMax,
    errorChars: limits.upstreamErrorChars,
    replyBytesMax: limits.replyBytesMax,
    retryAfterMsMax: limits.retryAfterMsMax,
  };
  return createHuggingFace({ endpoint: name, token, baseUrl, log, limits: given });
}

/** Frames go out once a topic: Bun's own pub/sub copies them to the sockets. */
function carrierOf(live: Live): Carrier {
  return {
    publish: (topic, frame) => void live.server?.publish(topic, JSON.stringify(frame), false),
    watchers: (topic) => live.server?.subscriberCount(topic) ?? 0,
  };
}

type Look = {
  bundle(): Bundle;
  templates(): Templates;
  version(): string;
  /** Takes what is on the disk now; what can't be rendered is refused, and the old one goes on. */
  reload(log: Log): Promise<void>;
};

async function createLook(): Promise<Look> {
  let current = await load();
  return {
    bundle: () => current.bundle,
    templates: () => current.templates,
    version: () => current.bundle.version,
    async reload(log) {
      try {
        current = await load();
        log.info("look.reloaded", { version: current.bundle.version });
      } catch (error) {
        log.error("look.refused", { error });
      }
    },
  };
}

async function load(): Promise<{ bundle: Bundle; templates: Templates }> {
  const bundle = await loadBundle();
  const paths = Object.fromEntries(bundle.assets.map((asset) => [asset.name, asset.path]));
  return { bundle, templates: compileTemplates(bundle.templates, paths, sampleViews()) };
}

async function stop({ config, log, live }: AppOptions, store: Store): Promise<void> {
  await live.generations?.drain(config.limits.shutdownMs);
  live.unload?.abort();
  for (const socket of live.connections.sockets.values())
    socket.close(closeCodes.serviceRestart, "restarting");
  await Promise.race([live.server?.stop(), Bun.sleep(stopMs)]);
  await live.server?.stop(true);
  live.server = null;
  await store.close();
  live.file = null;
  log.info("app.stopped");
}

/** For what is under way when the sockets are closed. */
const stopMs = 500;
