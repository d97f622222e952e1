/** The program's own parts, wired as the program wires them, on simulated time and a carrier and models of ours. */
import { createBus } from "../../../src/bus/bus.ts";
import { Admission } from "../../../src/chat/admission.ts";
import { Generations } from "../../../src/chat/generation.ts";
import { createQueue, type Queue } from "../../../src/chat/admission/queue.ts";
import type { Run } from "../../../src/chat/run.ts";
import type { TurnParts } from "../../../src/chat/turns.ts";
import type { Log } from "../../../src/log.ts";
import { racersMax } from "../../../src/protocol.ts";
import { fragmentsIn } from "../../../src/render/fragments.ts";
import { Broadcast } from "../../../src/server/broadcast.ts";
import { topics } from "../../../src/server/carriers/topics.ts";
import { createBacklog } from "../../../src/server/carriers/backlog.ts";
import { createConnections, watcherOf, type Carrier, type Socket } from "../../../src/server/connection.ts";
import { tellSidebars } from "../../../src/server/lists/live.ts";
import { sidebarReader } from "../../../src/server/lists/sidebar.ts";
import { keepThreads } from "../../../src/server/pages/threads.ts";
import type { PageParts } from "../../../src/server/pages.ts";
import type { SocketParts } from "../../../src/server/socket.ts";
import { storeOn } from "../../../src/store/sqlite.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Journal } from "./journal.ts";
import { createProvider, type Call } from "./provider.ts";
import { writeScript } from "./prose.ts";
import { model, settings } from "./settings.ts";
import { slowed } from "./slow-store.ts";
import type { Life } from "./time.ts";
import type { World } from "./world.ts";

export type ServerParts = {
  store: Store;
  runs: Map<string, Run>;
  queue: Queue;
  admission: Admission;
  generations: Generations;
  broadcast: Broadcast;
  pages: PageParts;
  edge: SocketParts;
};

export function wireParts(world: World, name: string, life: Life, bare: Carrier): ServerParts {
  const { journal, seams, look, newId, limits } = world;
  const log = watchfulLog(journal);
  const store = storeFor(world, name, life, log);
  const runs = new Map<string, Run>();
  const bus = createBus(log);
  const provider = providerFor(world, life, runs);
  const [queue, buckets, kept] = [createQueue(), new Map(), new Map()];
  const shared = { store, bus, clock: life, log, limits, runs };
  const generations: Generations = new Generations({
    ...shared,
    isLookedAt: ({ owner, conversation }) => bare.watchers(topics.eyes(owner, conversation)) > 0,
    process: name,
    provider: () => provider,
    current: () => generations,
    freed: () => admission.changed(),
  });
  const waiting = {
    ...shared,
    generations,
    queue,
    settings,
    current: () => admission,
    contextOf: () => null,
    takesImages: () => null,
  };
  const admission: Admission = seams.admission(new Admission(waiting));
  noteStops(world, admission);
  const placeOf = (generation: string) => admission.placeOf(generation);
  const { maxTokens } = settings;
  const shown = { model, endpoints: [model.endpoint], newId, roomOf: () => null, takesImages: () => null };
  const maxima = { textMax: limits.messageChars, fileBytesMax: 1, titleMax: 80, tagMax: 40, maxTokens };
  const frame = { ...shown, ...maxima, placeOf, now: life.now };
  const fragments = fragmentsIn(look.templates, frame);
  const isTemporary = () => false;
  const { sentBytesMax } = limits;
  // Small, so that most chats are long ones.
  const threadSteps = { step: 6, max: 1000 };
  const sidebar = sidebarReader(store, limits);
  const extent = { version: look.version, sidebar, sentBytesMax, threadSteps, isTemporary };
  const reading = { store, fragments, ...extent };
  const carrier = seams.carrier(bare, world);
  const broadcast = seams.broadcast(
    new Broadcast({ ...reading, bus, generations, admission, carrier, log }),
    world,
  );
  tellSidebars({ ...reading, bus, generations, admission, carrier, limits, log });
  const turns: TurnParts = {
    isTemporary,
    store,
    bus,
    admission,
    clock: life,
    process: name,
    buckets,
    kept,
    racersMax,
    limits,
    ...shown,
  };
  const own = { model, hasSessions: false, threads: keepThreads(limits.keptThreadsChars) };
  const pages = { ...reading, ...own, broadcast, templates: look.templates, limits };
  const connections = createConnections();
  const backlog = createBacklog(connections, limits, log);
  const watch = (socket: Socket) => watcherOf(socket, backlog);
  const edge = { broadcast, turns, connections, watcherOf: watch, clock: life, log, limits };
  return { store, runs, queue, admission, generations, broadcast, pages, edge };
}

function storeFor(world: World, name: string, life: Life, log: Log): Store {
  const { seams, file, storeMs: maxMs } = world;
  const kept = storeOn(file, log);
  return seams.store(
    maxMs === 0
      ? kept
      : slowed(kept, life, world.randomFor(name), {
          maxMs,
          isOrdered: seams.isStoreOrdered,
        }),
    world,
  );
}

function providerFor(world: World, life: Life, runs: Map<string, Run>) {
  const { calls } = world.journal;
  // A run is called for as soon as it is there.
  const newestRun = (): Run => {
    const run = [...runs.values()].at(-1);
    if (run === undefined) throw new Error("a call for no run");
    return run;
  };
  const scriptFor = (run: Run) =>
    writeScript(world.randomFor(`call ${calls.length}`), world.nameOf(run.owner));
  const called = (call: Call) => void calls.push(call);
  return world.seams.provider(createProvider(life, { newestRun, scriptFor, called }), world);
}

/** A fault that is logged as an error is one that nobody foresaw. */
function watchfulLog(journal: Journal): Log {
  const silent = () => {};
  const log: Log = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (event, fields) => void journal.wrongs.push(`logged ${event}: ${String(fields?.["error"])}`),
    child: () => log,
  };
  return log;
}

/** By their button, or before what they write is deleted. */
function noteStops({ journal }: World, admission: Admission): void {
  const stop = admission.stop.bind(admission);
  admission.stop = (owner, message) => {
    journal.stopped.add(message);
    return stop(owner, message);
  };
}
