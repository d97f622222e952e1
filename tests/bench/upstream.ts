/** A program: a fake model behind an OpenAI-compatible endpoint, cheap enough to pace hundreds of chats. */
import type { Socket } from "bun";
import { answerParent } from "./children.ts";
import { beginnings, replyTokens, wholeReply } from "./prose.ts";
import { nowMs } from "./usage.ts";

/** What `go` begins with: each waiting chat gets `tokens` of them, `perSecond` a second. */
export type Pace = { tokens: number; perSecond: number };

type Connection = { received: Buffer; unsent: Buffer | null };
type Chat = {
  number: number;
  socket: Socket<Connection>;
  chunks: Buffer[];
  marks: number[];
  sent: number;
  firstMs: number;
  markedMs: number[];
};

const head =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n" +
  "Transfer-Encoding: chunked\r\n\r\n";
const chats: Chat[] = [];
let sentTokens = 0;
let whenWaiting = { count: 0, resolve: () => {} };

const server = Bun.listen<Connection>({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    open(socket) {
      socket.data = { received: Buffer.alloc(0), unsent: null };
      socket.setNoDelay(true);
    },
    data(socket, bytes) {
      socket.data.received = Buffer.concat([socket.data.received, bytes]);
      for (let body = takeBody(socket.data); body !== null; body = takeBody(socket.data))
        answer(socket, body);
    },
    drain(socket) {
      const { unsent } = socket.data;
      socket.data.unsent = null;
      if (unsent !== null) write(socket, unsent);
    },
  },
});

answerParent({
  url: () => `http://127.0.0.1:${server.port}/v1`,
  /** Resolves when so many chats wait for `go`. */
  waiting: (count: number) =>
    new Promise<null>((resolve) => {
      whenWaiting = { count, resolve: () => resolve(null) };
      tellWaiting();
    }),
  go: (pace: Pace) => go(pace),
  sent: () => sentTokens,
  /** When each mark of each chat went out; forgets the chats. */
  marks: () => {
    const all: number[][] = [];
    for (const chat of chats.splice(0)) all[chat.number] = chat.markedMs;
    return all;
  },
});

/** Null until a whole request is there. */
function takeBody(connection: Connection): string | null {
  const end = connection.received.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const length = /^content-length: *(\d+)/im.exec(connection.received.toString("latin1", 0, end))?.[1];
  const until = end + 4 + Number(length ?? 0);
  if (connection.received.length < until) return null;
  const body = connection.received.toString("utf8", end + 4, until);
  connection.received = connection.received.subarray(until);
  return body;
}

/** The last message says what is wanted: a chat that is paced, or so many sections at once. */
function answer(socket: Socket<Connection>, body: string): void {
  const number = [...body.matchAll(/chat (\d+)\b/g)].at(-1)?.[1];
  if (number === undefined) {
    const tokens = wholeReply(Number([...body.matchAll(/(\d+) sections/g)].at(-1)?.[1] ?? 1));
    return write(socket, Buffer.concat([Buffer.from(head), ...tokens.map(chunkOf), ending(tokens.length)]));
  }
  write(socket, Buffer.from(head));
  const chat = { socket, chunks: [], marks: [], sent: 0, firstMs: 0, markedMs: [] };
  chats.push({ ...chat, number: Number(number) });
  tellWaiting();
}

function tellWaiting(): void {
  if (whenWaiting.count > 0 && chats.length >= whenWaiting.count) whenWaiting.resolve();
}

/** All chats of one beginning share their bytes; their first tokens are spread over one interval. */
function go({ tokens, perSecond }: Pace): void {
  const intervalMs = 1000 / perSecond;
  const startMs = performance.now();
  const replies = Array.from({ length: beginnings }, (_, beginning) => {
    const reply = replyTokens(beginning, tokens);
    return { chunks: reply.tokens.map(chunkOf), marks: reply.marks };
  });
  for (const [index, chat] of chats.entries()) {
    Object.assign(chat, replies[chat.number % beginnings]);
    chat.firstMs = startMs + (intervalMs * index) / chats.length;
  }
  sentTokens = 0;
  const open = new Set(chats);
  const timer = setInterval(() => {
    const atMs = performance.now();
    for (const chat of open) if (!sendDue(chat, atMs, intervalMs)) open.delete(chat);
    if (open.size === 0) clearInterval(timer);
  }, 1);
}

/** False when the chat has got its last token. */
function sendDue(chat: Chat, atMs: number, intervalMs: number): boolean {
  const due = Math.floor((atMs - chat.firstMs) / intervalMs) + 1;
  while (chat.sent < due && chat.sent < chat.chunks.length) {
    const chunk = chat.chunks[chat.sent];
    if (chat.marks[chat.markedMs.length] === chat.sent) chat.markedMs.push(nowMs());
    chat.sent += 1;
    sentTokens += 1;
    if (chunk !== undefined) write(chat.socket, chunk);
  }
  if (chat.sent < chat.chunks.length) return true;
  write(chat.socket, ending(chat.sent));
  return false;
}

function write(socket: Socket<Connection>, bytes: Buffer): void {
  const { unsent } = socket.data;
  if (unsent !== null) {
    socket.data.unsent = Buffer.concat([unsent, bytes]);
    return;
  }
  const written = socket.write(bytes);
  if (written < bytes.length) socket.data.unsent = bytes.subarray(Math.max(0, written));
}

function chunkOf(token: string): Buffer {
  return framed([event({ choices: [{ index: 0, delta: { content: token }, finish_reason: null }] })]);
}

function ending(tokens: number): Buffer {
  const usage = { prompt_tokens: 20, completion_tokens: tokens, total_tokens: tokens + 20 };
  const last = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
  const bytes = framed([event(last), event({ choices: [], usage }), "data: [DONE]\n\n"]);
  return Buffer.concat([bytes, Buffer.from("0\r\n\r\n")]);
}

function event(fields: object): string {
  const usual = {
    id: "chatcmpl-7f3a9c",
    object: "chat.completion.chunk",
    created: 1_795_000_000,
    model: "m",
  };
  return `data: ${JSON.stringify({ ...usual, ...fields })}\n\n`;
}

function framed(events: string[]): Buffer {
  const text = events.join("");
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}
