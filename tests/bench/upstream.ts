/** A program: a fake model behind an OpenAI-compatible endpoint, cheap enough to pace hundreds of chats. */
import type { Socket } from "bun";
import { answerParent } from "./children.ts";
import { beginnings, replyTokens, wholeReply, type Shape } from "./prose.ts";
import { nowMs, quantile } from "./usage.ts";

/**
 * What `go` begins with: each waiting chat gets `tokens` of them, `perSecond` a second, `clump` in one write. The
 * first ones are spread over `spreadMs`, or over one interval.
 */
export type Pace = { tokens: number; perSecond: number; spreadMs?: number; clump?: number; shape?: Shape };

/** When a chat's first token and its marks were due to go and this program came to it, by the machine's clock. */
export type Stamps = { firstMs: number; marksMs: number[] };

type Connection = { received: Buffer; unsent: Buffer | null };
type Reply = { chunks: Buffer[]; marks: number[] };
type Chat = Reply & {
  number: number;
  socket: Socket<Connection>;
  /** Chunks written, and chunks that were due. */
  sent: number;
  made: number;
  clump: number;
  firstMs: number;
  intervalMs: number;
  stamps: Stamps;
};

const head =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n" +
  "Transfer-Encoding: chunked\r\n\r\n";
const chats: Chat[] = [];
const open = new Set<Chat>();
let timer: ReturnType<typeof setInterval> | null = null;
let latesMs: number[] = [];
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
    for (const chat of chats.splice(0)) all[chat.number] = chat.stamps.marksMs;
    return all;
  },
  /** The same with first tokens. */
  stamps: () => {
    const all: Stamps[] = [];
    for (const chat of chats.splice(0)) all[chat.number] = chat.stamps;
    return all;
  },
  /** How long after their time tokens were made: what this program itself adds to every delay. */
  late: () => quantile(latesMs, 0.99),
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
  if (!body.includes('"stream":true') && !body.includes('"stream": true')) return answerWhole(socket, body);
  const [, number, tokens, perSecond, together = "1"] = [...body.matchAll(wanted)].at(-1) ?? [];
  if (number === undefined) {
    const sections = wholeReply(Number([...body.matchAll(/(\d+) sections/g)].at(-1)?.[1] ?? 1));
    return write(
      socket,
      Buffer.concat([Buffer.from(head), ...sections.map(chunkOf), ending(sections.length)]),
    );
  }
  write(socket, Buffer.from(head));
  const stamps: Stamps = { firstMs: Number.NaN, marksMs: [] };
  const empty = { chunks: [], marks: [], sent: 0, made: 0, clump: 1, firstMs: 0, intervalMs: 0 };
  const chat: Chat = { ...empty, stamps, number: Number(number), socket };
  chats.push(chat);
  if (tokens === undefined) return tellWaiting();
  const reply = replyOf(chat, Number(tokens), Number(together));
  begin(chat, reply, performance.now(), 1000 / Number(perSecond));
}

/** For who asks for the whole: it comes when the last token would have. */
function answerWhole(socket: Socket<Connection>, body: string): void {
  const [, number = "0", tokens = "1", perSecond = "1000"] = [...body.matchAll(wanted)].at(-1) ?? [];
  const content = replyTokens(Number(number) % beginnings, Number(tokens)).tokens.join("");
  const message = { role: "assistant", content };
  const json = JSON.stringify({
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: "stop" }],
  });
  const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
  const bytes = Buffer.from(`${head}${Buffer.byteLength(json)}\r\n\r\n${json}`);
  setTimeout(() => write(socket, bytes), (1000 * Number(tokens)) / Number(perSecond));
}

/** With "40 at a time", as many tokens come as one, without marks, and so many of these a second. */
const wanted = /chat (\d+)(?:: (\d+) tokens, (\d+) a second(?:, (\d+) at a time)?)?\b/g;

function tellWaiting(): void {
  if (whenWaiting.count > 0 && chats.length >= whenWaiting.count) whenWaiting.resolve();
}

function go({ tokens, perSecond, spreadMs, clump = 1, shape = "prose" }: Pace): void {
  const intervalMs = (1000 * clump) / perSecond;
  const startMs = performance.now();
  sentTokens = 0;
  latesMs = [];
  for (const [index, chat] of chats.entries()) {
    chat.clump = clump;
    const firstMs = startMs + ((spreadMs ?? intervalMs) * index) / chats.length;
    begin(chat, replyOf(chat, tokens, 1, clump, shape), firstMs, intervalMs);
  }
}

const replies = new Map<string, Reply>();

/** All chats of one beginning and length share their bytes. */
function replyOf({ number }: Chat, count: number, together = 1, clump = 1, shape: Shape = "prose"): Reply {
  const key = `${number % beginnings} ${count} ${together} ${clump} ${shape}`;
  const known = replies.get(key);
  if (known !== undefined) return known;
  const { tokens, marks } = replyTokens(number % beginnings, count, shape);
  const events = inPieces(tokens, together).map((piece) => chunkOf(piece.join("")));
  const chunks = clump === 1 ? events : inPieces(events, clump).map((piece) => Buffer.concat(piece));
  const reply = { chunks, marks: together === 1 ? marks.map((at) => Math.floor(at / clump)) : [] };
  replies.set(key, reply);
  return reply;
}

function inPieces<Item>(items: Item[], length: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, index) => {
    return items.slice(index * length, (index + 1) * length);
  });
}

/** Chats by the millisecond in which they are to be looked at next, so that a beat costs what is due in it. */
const wheel: Chat[][] = Array.from({ length: 1024 }, () => []);
let turned = 0;

function begin(chat: Chat, reply: Reply, firstMs: number, intervalMs: number): void {
  open.add(Object.assign(chat, reply, { firstMs, intervalMs }));
  if (timer === null) {
    turned = Math.floor(performance.now());
    timer = setInterval(turn, 1);
  }
  lookAgain(chat, firstMs);
}

function lookAgain(chat: Chat, atMs: number): void {
  const slot = Math.min(Math.max(Math.ceil(atMs), turned + 1), turned + wheel.length - 1);
  wheel[slot % wheel.length]?.push(chat);
}

function turn(): void {
  const atMs = performance.now();
  while (turned < Math.floor(atMs)) {
    turned += 1;
    for (const chat of wheel[turned % wheel.length]?.splice(0) ?? []) {
      const nextMs = sendDue(chat, atMs);
      if (nextMs === null) open.delete(chat);
      else lookAgain(chat, nextMs);
    }
  }
  if (open.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

/** When to look again; null when the chat has got its last token, or nobody is there to get more. */
function sendDue(chat: Chat, atMs: number): number | null {
  const { chunks, marks, stamps, firstMs, intervalMs, socket } = chat;
  if (socket.readyState <= 0) return null;
  const due = Math.min(Math.floor((atMs - firstMs) / intervalMs) + 1, chunks.length);
  // Stamped when made: what then waits because the server is slow to read counts as delay.
  for (; chat.made < due; chat.made += 1) {
    if (chat.made === 0) stamps.firstMs = nowMs();
    if (marks[stamps.marksMs.length] === chat.made) latesMs.push(atMs - firstMs - chat.made * intervalMs);
    while (marks[stamps.marksMs.length] === chat.made) stamps.marksMs.push(nowMs());
  }
  for (; chat.sent < due && socket.data.unsent === null; chat.sent += 1) {
    sentTokens += chat.clump;
    write(socket, chunks[chat.sent] ?? Buffer.alloc(0));
  }
  if (chat.sent < chunks.length) return Math.max(firstMs + chat.sent * intervalMs, atMs + 1);
  write(socket, ending(chat.sent * chat.clump));
  return null;
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
