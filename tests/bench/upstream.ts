/** A program: a fake model behind an OpenAI-compatible endpoint, cheap enough to pace hundreds of chats. */
import type { Socket } from "bun";
import { answerParent } from "./children.ts";
import { beginnings, replyTokens, wholeReply } from "./prose.ts";
import { nowMs } from "./usage.ts";

/** What `go` begins with: each waiting chat gets `tokens` of them, `perSecond` a second. */
export type Pace = { tokens: number; perSecond: number };

type Connection = { received: Buffer; unsent: Buffer | null };
type Reply = { chunks: Buffer[]; marks: number[] };
type Chat = Reply & {
  number: number;
  socket: Socket<Connection>;
  sent: number;
  firstMs: number;
  intervalMs: number;
  markedMs: number[];
};

const head =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n" +
  "Transfer-Encoding: chunked\r\n\r\n";
const chats: Chat[] = [];
const open = new Set<Chat>();
let timer: ReturnType<typeof setInterval> | null = null;
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
  /** How many replies are being written. */
  open: () => open.size,
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

/** The last message says what is wanted: a chat at its own pace, one that waits for `go`, or sections at once. */
function answer(socket: Socket<Connection>, body: string): void {
  const [, number, tokens, perSecond, together = "1"] = [...body.matchAll(wanted)].at(-1) ?? [];
  if (number === undefined) {
    const sections = wholeReply(Number([...body.matchAll(/(\d+) sections/g)].at(-1)?.[1] ?? 1));
    return write(
      socket,
      Buffer.concat([Buffer.from(head), ...sections.map(chunkOf), ending(sections.length)]),
    );
  }
  write(socket, Buffer.from(head));
  const empty = { chunks: [], marks: [], sent: 0, firstMs: 0, intervalMs: 0, markedMs: [] };
  const chat = { ...empty, number: Number(number), socket };
  chats.push(chat);
  if (tokens === undefined) return tellWaiting();
  const reply = replyOf(chat, Number(tokens), Number(together));
  begin(chat, reply, performance.now(), 1000 / Number(perSecond));
}

/** With "40 at a time", as many tokens come as one, without marks, and so many of these a second. */
const wanted = /chat (\d+)(?:: (\d+) tokens, (\d+) a second(?:, (\d+) at a time)?)?\b/g;

function tellWaiting(): void {
  if (whenWaiting.count > 0 && chats.length >= whenWaiting.count) whenWaiting.resolve();
}

/** First tokens are spread over one interval. */
function go({ tokens, perSecond }: Pace): void {
  const intervalMs = 1000 / perSecond;
  const startMs = performance.now();
  sentTokens = 0;
  for (const [index, chat] of chats.entries()) {
    begin(chat, replyOf(chat, tokens), startMs + (intervalMs * index) / chats.length, intervalMs);
  }
}

const replies = new Map<string, Reply>();

/** All chats of one beginning and length share their bytes. */
function replyOf({ number }: Chat, count: number, together = 1): Reply {
  const key = `${number % beginnings} ${count} ${together}`;
  const known = replies.get(key);
  if (known !== undefined) return known;
  const { tokens, marks } = replyTokens(number % beginnings, count);
  const clump = (_: unknown, index: number) =>
    tokens.slice(index * together, (index + 1) * together).join("");
  const clumps = Array.from({ length: Math.ceil(count / together) }, clump);
  const reply = { chunks: clumps.map(chunkOf), marks: together === 1 ? marks : [] };
  replies.set(key, reply);
  return reply;
}

function begin(chat: Chat, reply: Reply, firstMs: number, intervalMs: number): void {
  open.add(Object.assign(chat, reply, { firstMs, intervalMs }));
  timer ??= setInterval(() => {
    const atMs = performance.now();
    for (const each of open) if (!sendDue(each, atMs)) open.delete(each);
    if (open.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }, 1);
}

/** False when the chat has got its last token, or nobody is there to get more. */
function sendDue(chat: Chat, atMs: number): boolean {
  if (chat.socket.readyState <= 0) return false;
  const due = Math.floor((atMs - chat.firstMs) / chat.intervalMs) + 1;
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
