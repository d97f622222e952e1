/** A WebSocket of our own on plain TCP: cheap to have by the thousand, and able to stop reading. */
import type { Socket } from "bun";

export type Line = {
  send(message: string | Uint8Array): void;
  /** Nothing more is read, and the system's buffers fill. */
  stall(): void;
  goOn(): void;
  close(): void;
};

export type LineEvents = {
  opened(): void;
  text(message: string): void;
  /** `status`: of an answer that is no socket; `code`: of a close frame. */
  closed(how: { status: number | null; code: number | null }): void;
};

type State = { received: Buffer; unsent: Buffer; isUpgraded: boolean };

/** `url` is the server's; the connection goes to 127.0.0.1. */
export function openLine(url: string, headers: Record<string, string>, events: LineEvents): Line {
  const { host, port } = new URL(url);
  const state: State = { received: Buffer.alloc(0), unsent: Buffer.alloc(0), isUpgraded: false };
  const how = { status: null as number | null, code: null as number | null };
  let socket: Socket<undefined> | null = null;
  let isClosed = false;
  const closed = () => {
    if (isClosed) return;
    isClosed = true;
    events.closed(how);
  };
  const flush = () => {
    if (state.unsent.length === 0) return;
    const written = socket?.write(state.unsent) ?? 0;
    state.unsent = state.unsent.subarray(Math.max(0, written));
  };
  const write = (bytes: Uint8Array) => {
    state.unsent = state.unsent.length === 0 ? Buffer.from(bytes) : Buffer.concat([state.unsent, bytes]);
    flush();
  };
  const take = ({ opcode, payload }: WebSocketFrame) => {
    if (opcode === 1) events.text(payload.toString());
    else if (opcode === 9) write(frameOf(10, payload));
    else if (opcode === 8) {
      how.code = payload.length >= 2 ? payload.readUInt16BE(0) : null;
      socket?.end();
    }
  };
  const data = (_: unknown, bytes: Buffer) => {
    // Copied: what Bun gives is its own to use again.
    state.received = Buffer.concat([state.received, bytes]);
    if (!state.isUpgraded) {
      const status = upgradedBy(state);
      if (status === null) return;
      if (status !== 101) {
        how.status = status;
        return void socket?.end();
      }
      events.opened();
    }
    for (let frame = takeFrame(state); frame !== null; frame = takeFrame(state)) take(frame);
  };
  const lines = Object.entries({ ...upgrade, Host: host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const connecting = Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: {
      open(opened) {
        socket = opened;
        opened.setNoDelay(true);
        write(Buffer.from(`GET /socket HTTP/1.1\r\n${lines.join("")}\r\n`));
      },
      data,
      drain: flush,
      close: closed,
      error: closed,
      connectError: closed,
    },
  });
  connecting.catch(closed);
  return {
    send: (message) => write(frameOf(typeof message === "string" ? 1 : 2, Buffer.from(message))),
    stall: () => socket?.pause(),
    goOn: () => socket?.resume(),
    close: () => socket?.terminate(),
  };
}

const upgrade = {
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

/** The status, once the head of the answer is there. */
function upgradedBy(state: State): number | null {
  const end = state.received.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const status = Number(state.received.toString("latin1", 9, 12));
  state.isUpgraded = status === 101;
  state.received = state.received.subarray(end + 4);
  return status;
}

type WebSocketFrame = { opcode: number; payload: Buffer };

/** Null until a whole one is there; this server sends none in pieces. */
function takeFrame(state: State): WebSocketFrame | null {
  const { received } = state;
  if (received.length < 2) return null;
  const short = received.readUInt8(1) & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (received.length < start) return null;
  const length =
    short === 126 ? received.readUInt16BE(2) : short === 127 ? Number(received.readBigUInt64BE(2)) : short;
  if (received.length < start + length) return null;
  state.received = received.subarray(start + length);
  return { opcode: received.readUInt8(0) & 15, payload: received.subarray(start, start + length) };
}

/** With a mask of zeros, which changes nothing. */
function frameOf(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  head.writeUInt8(128 | opcode, 0);
  if (length < 126) head.writeUInt8(128 | length, 1);
  else if (length < 65_536) {
    head.writeUInt8(128 | 126, 1);
    head.writeUInt16BE(length, 2);
  } else {
    head.writeUInt8(128 | 127, 1);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}
