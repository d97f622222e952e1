/** A WebSocket by hand: any frame, right or wrong, and what the server answers. */
import { connect } from "node:net";
import { createFrameScanner } from "./frames.ts";

export type RawFrame = {
  opcode: number;
  payload?: Uint8Array | string;
  isFinal?: boolean;
  isMasked?: boolean;
  /** The three bits that mean nothing without an extension. */
  reserved?: number;
  /** What its head says of its length, where that is not so. */
  saidLength?: number;
  /** The length in this form, longer than it needs to be. */
  lengthBytes?: 2 | 8;
};

export type RawSocket = {
  send(...frames: RawFrame[]): void;
  /** Any bytes; may be a part of a frame. */
  bytes(bytes: Uint8Array): void;
  /** What comes until the server closes, or says nothing for `quietMs`. */
  rest(quietMs?: number): Promise<Heard>;
};

export type Heard = {
  texts: string[];
  pongs: string[];
  /** Of its close frame. */
  code: number | null;
  isClosed: boolean;
};

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export async function openRawSocket(url: string, cookie: string): Promise<RawSocket> {
  const { host, port } = new URL(url);
  const socket = connect({ port: Number(port), host: "127.0.0.1" });
  const head = [
    "GET /socket HTTP/1.1",
    `Host: ${host}`,
    `Origin: ${url}`,
    `Cookie: ${cookie}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  let received = Buffer.alloc(0);
  const state = { heardMs: 0, isClosed: false };
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    state.heardMs = performance.now();
  });
  socket.on("error", () => (state.isClosed = true));
  socket.on("close", () => (state.isClosed = true));
  while (!received.includes("\r\n\r\n")) await Bun.sleep(1);
  if (!received.toString("latin1").startsWith("HTTP/1.1 101")) throw new Error(received.toString("latin1"));
  return {
    send: (...frames) => void socket.write(Buffer.concat(frames.map(encodeFrame))),
    bytes: (bytes) => void socket.write(bytes),
    async rest(quietMs = 1500) {
      state.heardMs = performance.now();
      while (!state.isClosed && performance.now() - state.heardMs < quietMs) await Bun.sleep(5);
      const { isClosed } = state;
      socket.destroy();
      return { ...read(received), isClosed };
    },
  };
}

export function encodeFrame(frame: RawFrame): Buffer {
  const { opcode, isFinal = true, isMasked = true, reserved = 0 } = frame;
  const payload = Buffer.from(frame.payload ?? "");
  const length = frame.saidLength ?? payload.length;
  const form = frame.lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const head = Buffer.alloc(2 + form);
  head[0] = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (form === 0 ? length : form === 2 ? 126 : 127);
  if (form === 2) head.writeUInt16BE(length, 2);
  if (form === 8) head.writeBigUInt64BE(BigInt.asUintN(64, BigInt(length)), 2);
  if (!isMasked) return Buffer.concat([head, payload]);
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

function read(received: Buffer): Omit<Heard, "isClosed"> {
  const heard: Omit<Heard, "isClosed"> = { texts: [], pongs: [], code: null };
  const [head = 0, ...ends] = createFrameScanner().push(received);
  let from = head;
  for (const end of ends) {
    const frame = received.subarray(from, end);
    const [first = 0, second = 0] = frame;
    const payload = frame.subarray(second < 126 ? 2 : second === 126 ? 4 : 10);
    if ((first & 15) === opcodes.text) heard.texts.push(payload.toString());
    if ((first & 15) === opcodes.pong) heard.pongs.push(payload.toString());
    if ((first & 15) === opcodes.close && payload.length >= 2) heard.code = payload.readUInt16BE(0);
    from = end;
  }
  return heard;
}
