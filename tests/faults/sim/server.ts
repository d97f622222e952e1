/** One life of the server: the program's own parts on a store that outlives it, until it is killed or told to go. */
import type { Run } from "../../../src/chat/run.ts";
import type { Queue } from "../../../src/chat/admission/queue.ts";
import type { Frame } from "../../../src/protocol.ts";
import type { Carrier } from "../../../src/server/connection.ts";
import { closeCodes, type Socket } from "../../../src/server/connection.ts";
import { conversationPage, earlierMessages, homePage } from "../../../src/server/pages.ts";
import { closeSocket, openSocket, receive } from "../../../src/server/socket.ts";
import type { Store } from "../../../src/store/store.ts";
import { noteFrame, type Death } from "./journal.ts";
import type { End, Wire } from "./network.ts";
import { wireParts } from "./server-parts.ts";
import { limits } from "./settings.ts";
import { createLife, type Life } from "./time.ts";
import type { Person, World } from "./world.ts";

export type Server = {
  name: string;
  runs: Map<string, Run>;
  queue: Queue;
  isReady: boolean;
  /** Told to go, and not gone yet. */
  isGoing: boolean;
  accept(person: Person, wire: () => Wire): End;
  /** As the routes would answer; null where there is no such conversation. */
  page(person: Person, path: string): Promise<string | null>;
  /** What stands above a page's first message, as of a revision. */
  earlier(person: Person, path: string): ReturnType<typeof earlierMessages>;
  kill(): void;
  /** As SIGTERM: resolves when the process is gone. */
  drain(): Promise<void>;
};

export function bootServer(world: World, name: string): Server {
  const { time, journal, seams } = world;
  const life = createLife(time);
  const sockets: Sockets = new Map();
  const { store, runs, queue, admission, generations, broadcast, pages, edge } = wireParts(
    world,
    name,
    life,
    carrierOn(sockets),
  );
  const end = (kind: Death["kind"]) => {
    life.end();
    journal.deaths.set(name, { atMs: time.now(), kind });
  };
  const server: Server = {
    name,
    runs,
    queue,
    isReady: false,
    isGoing: false,
    accept(person, wireOf) {
      const topics = new Set<string>();
      const socket = socketOn(world, person, wireOf, topics);
      sockets.set(socket, { wireOf, topics });
      openSocket(edge, socket);
      return {
        received(text) {
          noteStop(world, server, person, text);
          seams.hears(world, text, socket);
          void receive(edge, socket, text);
        },
        closed(code) {
          sockets.delete(socket);
          closeSocket(edge, socket, code);
        },
      };
    },
    page(person, path) {
      const { pathname, searchParams } = new URL(path, "http://localhost");
      const id = pathname.split("/")[2];
      if (id === undefined) return homePage(pages, person);
      return conversationPage(pages, person, id, { edited: null, from: searchParams.get("from") });
    },
    earlier(person, path) {
      const { pathname, searchParams } = new URL(path, "http://localhost");
      const [from = "", before = ""] = ["from", "before"].map((name) => searchParams.get(name) ?? "");
      return earlierMessages(pages, person, pathname.split("/")[2] ?? "", { from, before });
    },
    kill() {
      end("killed");
      for (const { wireOf } of sockets.values()) wireOf().orphan();
    },
    async drain() {
      server.isGoing = true;
      await admission.drain(limits.shutdownMs);
      admission.close();
      generations.close();
      broadcast.close();
      end("drained");
      for (const socket of sockets.keys()) socket.close(closeCodes.serviceRestart, "restarting");
    },
  };
  void recover(store, name, life, seams.recovers).then(() => (server.isReady = true));
  return server;
}

async function recover(store: Store, self: string, life: Life, recovers: boolean): Promise<void> {
  const nowMs = life.now();
  await store.generations.renew(self, nowMs + limits.leaseMs);
  if (recovers) await store.generations.recover({ nowMs, self });
}

type Sockets = Map<Socket, { wireOf: () => Wire; topics: Set<string> }>;

function socketOn(world: World, person: Person, wireOf: () => Wire, topics: Set<string>): Socket {
  const { account, tokenHash, language } = person;
  const tokens = { tokens: limits.opsBurst, refilledMs: world.time.now(), refusals: 0 };
  const socket = {
    data: { account, tokenHash, language, id: world.newId(), topics: [], ...tokens },
    send(text: string) {
      noteFrame(world.journal, account, text, world.time.now());
      for (const other of world.people) {
        if (other !== person && text.includes(other.name))
          world.journal.wrongs.push(`${person.name} is told: ${text}`);
      }
      wireOf().toClient(text);
      return 1;
    },
    subscribe: (topic: string) => void topics.add(topic),
    unsubscribe: (topic: string) => void topics.delete(topic),
    close: (code: number) => wireOf().close("server", code),
  };
  return socket as unknown as Socket;
}

function carrierOn(sockets: Sockets): Carrier {
  const watching = (topic: string) => [...sockets].filter(([, { topics }]) => topics.has(topic));
  return {
    publish(topic: string, frame: Frame) {
      const text = JSON.stringify(frame);
      for (const [socket] of watching(topic)) socket.send(text);
    },
    watchers: (topic) => watching(topic).length,
  };
}

function noteStop({ journal, time }: World, server: Server, person: Person, text: string): void {
  if (!text.includes('"generation.stop"')) return;
  const { message } = JSON.parse(text) as { message: string };
  const owned = journal.calls.filter(({ run }) => run.message === message && run.owner === person.account);
  if (owned.length > 0) journal.stopped.add(message);
  const waiting = server.queue.lines.get(person.account)?.find((each) => each.message === message);
  if (waiting !== undefined) {
    journal.stopped.add(message);
    journal.cancelled.set(waiting.id, time.now());
  }
  for (const call of owned) {
    const isHere = server.runs.get(call.run.id) === call.run;
    if (call.end === null && isHere) journal.stops.push({ call, process: server.name, atMs: time.now() });
  }
}
