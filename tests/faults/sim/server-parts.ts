/** The program's own parts, wired as the program wires them, on simulated time and a carrier and models of ours. */
import { createBus } from "../../../src/bus/bus.ts";
import { Generations } from "../../../src/chat/generation.ts";
import type { Run } from "../../../src/chat/run.ts";
import type { TurnParts } from "../../../src/chat/turns.ts";
import type { Log } from "../../../src/log.ts";
import { Fragments } from "../../../src/render/fragments.ts";
import { Broadcast } from "../../../src/server/broadcast.ts";
import type { Carrier } from "../../../src/server/connection.ts";
import { createConnections } from "../../../src/server/connection.ts";
import type { PageParts } from "../../../src/server/pages.ts";
import type { SocketParts } from "../../../src/server/socket.ts";
import { storeOn } from "../../../src/store/sqlite.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Journal } from "./journal.ts";
import { createProvider, type Call } from "./provider.ts";
import { writeScript } from "./prose.ts";
import { limits, model, settings } from "./settings.ts";
import { slowed } from "./slow-store.ts";
import type { Life } from "./time.ts";
import type { World } from "./world.ts";

export type ServerParts = {
  store: Store;
  runs: Map<string, Run>;
  generations: Generations;
  broadcast: Broadcast;
  pages: PageParts;
  edge: SocketParts;
};

export function wireParts(world: World, name: string, life: Life, bare: Carrier): ServerParts {
  const { journal, seams, look, newId } = world;
  const log = watchfulLog(journal);
  const store = storeFor(world, name, life, log);
  const runs = new Map<string, Run>();
  const bus = createBus(log);
  const provider = providerFor(world, life, runs);
  const current = (): Generations => generations;
  const running = { store, bus, clock: life, log, limits, provider: () => provider, runs, current };
  const generations: Generations = new Generations({ ...running, process: name });
  const frame = { endpointUrl: null, maxTokens: settings.maxTokens, textMax: limits.messageChars, newId };
  const fragments = new Fragments(look.templates, frame);
  const shared = { store, fragments, version: look.version, sidebarRows: limits.sidebarRows };
  const carrier = seams.carrier(bare, world);
  const broadcast = seams.broadcast(new Broadcast({ ...shared, bus, generations, carrier, log }), world);
  const turns: TurnParts = { store, bus, generations, clock: life, model, settings, limits, newId };
  const pages = { ...shared, broadcast, templates: look.templates, model, newId };
  const edge = { broadcast, turns, connections: createConnections(), clock: life, log, limits };
  return { store, runs, generations, broadcast, pages, edge };
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
