/** One connection through the proxy: what passes, how late, and where it is cut. */
import { connect, type Socket } from "node:net";
import { createFrameScanner } from "./frames.ts";
import { createWay, type Pace } from "./pace.ts";

/** After so many frames one way, the handshake being one, and so many bytes of the next. */
export type Cut = { way: "up" | "down"; frames: number; bytes: number; how: "end" | "reset" };

export type Line = {
  /** The browser asked for a WebSocket on it; known with its first bytes. */
  isSocket: boolean;
  /** From now on nothing passes either way, and nobody is told. */
  silence(): void;
  cut(how: Cut["how"]): void;
};

export type LineOptions = {
  /** Of the server. */
  port: number;
  /** The address that the server sees it come from. */
  from: string;
  pace(): Pace;
  /** From 0 up to 1. */
  random(): number;
  /** Asked once, for a line that is to be a WebSocket. */
  cutOf(): Cut | null;
  /** With the cut, where it was cut here. */
  ended(line: Line, cut: Cut["way"] | "both" | null): void;
};

export function createLine(client: Socket, options: LineOptions): Line {
  const { port, from: localAddress } = options;
  const server = connect({ port, localAddress, host: "127.0.0.1", allowHalfOpen: true });
  const state = { isSilent: false, isOver: false, cut: null as Cut | null };
  const line: Line = {
    isSocket: false,
    silence() {
      state.isSilent = true;
    },
    cut: (how) => close(how, "both"),
  };

  function close(how: Cut["how"], cut: Cut["way"] | "both" | null): void {
    if (state.isOver) return;
    state.isOver = true;
    for (const socket of [client, server]) {
      if (how === "reset" && !socket.destroyed) socket.resetAndDestroy();
      else socket.destroy();
    }
    options.ended(line, cut);
  }

  function carry(from: Socket, to: Socket, way: Cut["way"]): void {
    const limit = createLimit();
    const send = createWay(options.pace, options.random, (bytes) => {
      if (state.isSilent || state.isOver) return;
      if (bytes === null) return void to.end();
      const { pass, cut } = limit(bytes, state.cut?.way === way ? state.cut : null);
      if (cut !== null) return void to.write(bytes.subarray(0, pass), () => close(cut.how, way));
      if (to.write(bytes)) return;
      from.pause();
      to.once("drain", () => from.resume());
    });
    from.on("data", (bytes: Buffer) => {
      if (way === "up" && !line.isSocket && asksForSocket(bytes)) {
        line.isSocket = true;
        state.cut = options.cutOf();
      }
      send(bytes);
    });
    from.on("end", () => send(null));
    from.on("error", () => state.isSilent || close("reset", null));
    from.on("close", () => state.isSilent || close("end", null));
  }

  for (const socket of [client, server]) socket.setNoDelay(true);
  carry(client, server, "up");
  carry(server, client, "down");
  return line;
}

function asksForSocket(bytes: Buffer): boolean {
  return /^upgrade: *websocket/im.test(bytes.toString("latin1"));
}

/** How many of the next bytes may pass; with the cut, where they are the last. */
function createLimit(): (bytes: Uint8Array, cut: Cut | null) => { pass: number; cut: Cut | null } {
  const scanner = createFrameScanner();
  let frames = 0;
  /** Known once the frames before the cut have passed. */
  let left: number | null = null;
  return (bytes, cut) => {
    const pass = bytes.length;
    if (cut === null) return { pass, cut };
    if (left === null) {
      const end = scanner.push(bytes).find(() => (frames += 1) === cut.frames);
      if (end !== undefined) left = end + cut.bytes;
    }
    if (left !== null && left <= pass) return { pass: left, cut };
    if (left !== null) left -= pass;
    return { pass, cut: null };
  };
}
