/** Lines between tabs and server: each direction in order, late by chance, and cut where somebody says so. */
import type { Random } from "../../support/random.ts";
import type { Time } from "./time.ts";

export type End = { received(text: string): void; closed(code: number): void };

export type Wire = {
  readonly isOpen: boolean;
  toServer(text: string): void;
  toClient(text: string): void;
  /** The server's goodbye comes after all that it said before; the client's as well. */
  close(by: "server" | "client", code: number): void;
  /** Loses what is under way; each side may hear of it soon, or not before it asks. */
  cut(isSilent: boolean): void;
  /** The process is dead: its side hears nothing more. */
  orphan(): void;
};

/** `attach` gets the wire when the server has taken it, and gives the server's end. */
export type Dialled = { wire: Wire; client: End };

export function createWire(time: Time, random: Random, client: End, server: End): Wire {
  const up = createQueue(time, random);
  const down = createQueue(time, random);
  let isCut = false;
  let hasServer = true;
  const told = { client: false, server: false };
  const tell = (side: "client" | "server", code: number) => {
    if (told[side]) return;
    told[side] = true;
    if (side === "client") client.closed(code);
    else if (hasServer) server.closed(code);
  };
  const lose = () => {
    isCut = true;
    up.lose();
    down.lose();
  };
  return {
    get isOpen() {
      return !isCut && !told.client && !told.server;
    },
    toServer(text) {
      if (!isCut) up.add(() => (hasServer && !told.server ? server.received(text) : undefined));
    },
    toClient(text) {
      if (!isCut) down.add(() => (told.client ? undefined : client.received(text)));
    },
    close(by, code) {
      tell(by === "server" ? "server" : "client", code);
      if (isCut) return;
      (by === "server" ? down : up).add(() => tell(by === "server" ? "client" : "server", code));
    },
    cut(isSilent) {
      if (isCut) return;
      lose();
      const serverMs = isSilent ? 50_000 : random.below(200);
      time.after(serverMs, () => tell("server", 1006));
      if (!isSilent) time.after(random.below(200), () => tell("client", 1006));
    },
    orphan() {
      hasServer = false;
      lose();
      time.after(random.below(200), () => tell("client", 1006));
    },
  };
}

/** Two may be under way at once, but the second never arrives first. */
function createQueue(time: Time, random: Random) {
  let arrivesMs = 0;
  let isLost = false;
  const baseMs = random.below(60);
  return {
    add(arrive: () => void): void {
      arrivesMs = Math.max(arrivesMs, time.now() + baseMs + lateMs(random));
      time.after(arrivesMs - time.now(), () => (isLost ? undefined : arrive()));
    },
    lose: () => void (isLost = true),
  };
}

function lateMs(random: Random): number {
  const kind = random.below(16);
  return kind < 12 ? random.below(5) : kind < 15 ? random.below(60) : random.below(600);
}
