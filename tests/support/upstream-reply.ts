/** What a script of the scripted upstream can answer with, from a good stream to a reset. */
import type { Socket } from "node:net";

type Headers = Record<string, string>;
/** Text is sent as it is; anything else is waited for, such as a `gate()`. */
type Piece = string | Uint8Array | PromiseLike<unknown>;

export type Reply = {
  /** An event stream with these pieces, each a write of its own; then the body ends and the connection stays. */
  stream(pieces: Iterable<Piece>, headers?: Headers): Promise<void>;
  /** Only the head of an event stream; `write` and `end` go on. */
  open(headers?: Headers): void;
  /** A piece of the body; resolves when the system has taken it. */
  write(piece: string | Uint8Array): Promise<void>;
  end(): void;
  /** A whole answer. */
  send(status: number, contentType: string, body: string, headers?: Headers): void;
  json(status: number, body: unknown, headers?: Headers): void;
  redirect(location: string, status?: number): void;
  /** Bytes on the connection, outside HTTP. */
  raw(bytes: string | Uint8Array): Promise<void>;
  /** Breaks the connection as a crashed host would. */
  reset(): void;
  /** Closes the connection without ending the body. */
  hangUp(): void;
  /** The client has gone away. */
  isClosed(): boolean;
};

export function createReply(socket: Socket): Reply {
  const raw = (bytes: string | Uint8Array) =>
    new Promise<void>((resolve) => {
      // A client that went away is no fault of the script.
      if (socket.destroyed) return resolve();
      socket.once("close", resolve);
      socket.write(bytes, () => {
        socket.off("close", resolve);
        resolve();
      });
    });

  const reply: Reply = {
    async stream(pieces, headers) {
      reply.open(headers);
      for (const piece of pieces) {
        if (typeof piece === "string" || piece instanceof Uint8Array) await reply.write(piece);
        else await piece;
      }
      reply.end();
    },
    open: (headers) => void raw(headOf(200, { ...STREAM, ...headers })),
    write: (piece) => (piece.length === 0 ? Promise.resolve() : raw(framed(piece))),
    end: () => void raw("0\r\n\r\n"),
    send(status, contentType, body, headers) {
      const length = String(Buffer.byteLength(body));
      void raw(headOf(status, { "content-type": contentType, "content-length": length, ...headers }) + body);
    },
    json: (status, body, headers) => reply.send(status, "application/json", JSON.stringify(body), headers),
    redirect: (location, status = 302) => reply.send(status, "text/plain", "", { location }),
    raw,
    reset: () => void socket.resetAndDestroy(),
    hangUp: () => void socket.destroySoon(),
    isClosed: () => socket.destroyed,
  };
  return reply;
}

const STREAM = { "content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked" };

function headOf(status: number, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join("")}\r\n`;
}

function framed(piece: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(piece);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}
