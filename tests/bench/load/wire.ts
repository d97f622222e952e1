/** WebSockets and GETs by hand over TCP: so cheap that the load costs less than any server under test. */
import type { Socket } from "bun";

export type Wire = { send(text: string): void; close(): void };

export type WireEvents = { frame(text: string): void; closed(): void };

/** No extensions are asked for, so frames come as they are. Rejects where the server does not upgrade. */
export async function openWire(
  url: string,
  headers: Record<string, string>,
  events: WireEvents,
): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let rest: Buffer = empty;
  let isOpen = false;
  const socket = await connect(url, {
    data(_, bytes) {
      let from = 0;
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      if (!isOpen) {
        const end = all.indexOf("\r\n\r\n");
        if (end === -1) return void (rest = all);
        const status = all.toString("latin1", 0, 12);
        if (status !== "HTTP/1.1 101") return reject(new Error(`${url} answers ${status}`));
        isOpen = true;
        from = end + 4;
        resolve();
      }
      rest = takeFrames(all, from, (opcode, payload) => {
        if (opcode === 1) events.frame(payload.toString("utf8"));
        else if (opcode === 9) socket.write(masked(10, payload));
        else if (opcode === 8) socket.end();
      });
    },
    close() {
      reject(new Error(`${url} has closed`));
      events.closed();
    },
  });
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const upgrade = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" };
  socket.write(headOf(url, { ...headers, ...upgrade, "Sec-WebSocket-Key": key }));
  await promise;
  return { send: (text) => void socket.write(masked(1, Buffer.from(text))), close: () => socket.end() };
}

const empty: Buffer = Buffer.alloc(0);

type Handlers = { data(socket: Socket, bytes: Buffer): void; close(): void };

export function connect(url: string, handlers: Handlers): Promise<Socket> {
  const { port } = new URL(url);
  return Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: { ...handlers, open: (socket) => void socket.setNoDelay(true) },
  });
}

export function headOf(url: string, headers: Record<string, string>): string {
  const { host, pathname, search } = new URL(url);
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Frames of servers: whole and unmasked, as all here send them. Returns what is not whole yet. */
export function takeFrames(
  bytes: Buffer,
  from: number,
  take: (opcode: number, payload: Buffer) => void,
): Buffer {
  let at = from;
  while (at + 2 <= bytes.length) {
    const short = (bytes[at + 1] ?? 0) & 127;
    const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + headLength > bytes.length) break;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
    const end = at + headLength + length;
    if (end > bytes.length) break;
    take((bytes[at] ?? 0) & 15, bytes.subarray(at + headLength, end));
    at = end;
  }
  return at === bytes.length ? empty : bytes.subarray(at);
}

/** As a browser has to; of zeros, which leave the payload as it is. */
function masked(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 6 : 8);
  head[0] = 128 | opcode;
  head[1] = 128 | (length < 126 ? length : 126);
  if (length >= 126) head.writeUInt16BE(length, 2);
  return Buffer.concat([head, payload]);
}
