/** A program: so many people with a chat each, who load a page, send a message and read the reply as it comes. */
import { renderBlocks } from "../../../src/render/markdown.ts";
import type { Frame } from "../../../src/protocol.ts";
import { BodyModel } from "../../support/body.ts";
import { positionIn } from "../../support/page.ts";
import { answerParent } from "../children.ts";
import { beginnings, markText, replyTokens, type Shape } from "../prose.ts";
import { nowMs } from "../usage.ts";
import { openWire, type Wire } from "./wire.ts";

export type Place = { speaks: "banter" | "plain"; url: string };

/** By chat: when the first text was there, and each mark; `whole` counts the chats that show just what was sent. */
export type Reading = {
  whole: number;
  frames: number;
  bytes: number;
  came: { firstMs: number; marksMs: number[] }[];
};

type Reader = {
  number: number;
  frames: string[];
  came: Reading["came"][number];
  wire: Wire;
  until(holds: (frame: string) => boolean): Promise<void>;
};

const atOnce = 16;
const readers: Reader[] = [];
const ends: Promise<void>[] = [];
const idle: Idle[] = [];
const rooms: Room[] = [];
let place: Place & { isShared?: boolean } = { speaks: "plain", url: "" };

answerParent({
  /** Resolves when every chat is acknowledged, or has been asked for. */
  open: async (input: Place & { chats: number; isShared?: boolean }) => {
    place = input;
    await severally(input.chats, open);
    return rooms;
  },
  /** Marks that have come so far, of all chats. */
  marks: () => readers.reduce((sum, { came }) => sum + came.marksMs.length, 0),
  /** Resolves when every reply has ended, or at the limit. */
  read: async ({ tokens, limitMs, shape }: Wanted): Promise<Reading> => {
    await Promise.race([Promise.all(ends), Bun.sleep(limitMs)]);
    return readingOf(tokens, shape);
  },
  /** Opens sockets that ask for nothing yet: how many a second were let in. */
  connect: async (input: Watching) => {
    const page = await pageOf(input.url, input.room?.cookie);
    const startMs = performance.now();
    await severally(input.count, async () => void idle.push(await connectIdle(input, page)));
    return (1000 * input.count) / (performance.now() - startMs);
  },
  /** Those sockets watch, each a new chat of its own or all the same one. */
  watch: async (input: Watching) => {
    const page = await pageOf(input.url, input.room?.cookie);
    await severally(input.count, (number) => watch(input, page, idle[number]));
  },
  frames: () => watched,
});

export type Wanted = { tokens: number; limitMs: number; shape?: Shape };

/** A chat that others may watch, as its owner. */
export type Room = { conversation: string; cookie: string };

export type Watching = Place & { count: number; room?: Room };

type Idle = { wire: Wire; joined: Promise<void> };

let watched = 0;

/** `make` for each number, some at once. */
async function severally(count: number, make: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const some = async () => {
    while (next < count) await make(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, some));
}

type Page = { cookie: string; html: string };

async function pageOf(url: string, cookie?: string): Promise<Page> {
  const response = await fetch(url, cookie === undefined ? {} : { headers: { Cookie: cookie } });
  const given = response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  return { cookie: cookie ?? given, html: await response.text() };
}

async function open(number: number): Promise<void> {
  const { url, speaks } = place;
  const { cookie, html } = await pageOf(url);
  const reader = await createReader(cookie, number);
  readers.push(reader);
  const share = place.isShared === true && speaks === "plain" ? "Share " : "";
  const text = `${share}Tell me about tides, as in chat ${number}`;
  if (speaks === "plain") {
    ends.push(reader.until((frame) => frame === ""));
    return reader.wire.send(text);
  }
  const position = positionIn(html);
  const { conversation } = position;
  rooms.push({ conversation, cookie });
  const joined = reader.until((frame) => frame.startsWith('{"type":"joined"'));
  reader.wire.send(JSON.stringify({ op: "conversation.join", id: crypto.randomUUID(), position }));
  await joined;
  const acknowledged = reader.until((frame) => frame.startsWith('{"type":"ack"'));
  const id = crypto.randomUUID();
  reader.wire.send(JSON.stringify({ op: "message.send", id, conversation, parent: null, text }));
  await acknowledged;
  ends.push(reader.until(isEnd));
}

/** The frame around a reply that no longer runs. */
function isEnd(frame: string): boolean {
  return frame.startsWith('{"type":"patch"') && frame.includes('"foot-') && !frame.includes("data-running");
}

/** Keeps what comes as it is, and does no more than look for the next mark: the rest is done when all is over. */
async function createReader(cookie: string, number: number): Promise<Reader> {
  const frames: string[] = [];
  const came: Reader["came"] = { firstMs: Number.NaN, marksMs: [] };
  let waits: { holds(frame: string): boolean; resolve(): void }[] = [];
  const take = (frame: string) => {
    frames.push(frame);
    if (Number.isNaN(came.firstMs) && hasText(frame)) came.firstMs = nowMs();
    while (frame.includes(markText(came.marksMs.length))) came.marksMs.push(nowMs());
    for (const wait of waits) if (wait.holds(frame)) wait.resolve();
  };
  const closed = () => {
    if (waits.length === 0) return;
    console.error(`Chat ${number} was cut off.`);
    process.exit(1);
  };
  const headers = { Origin: place.url, Cookie: cookie };
  const wire = await openWire(`${place.url}/socket`, headers, { frame: take, closed });
  const until: Reader["until"] = (holds) =>
    new Promise((resolve) => {
      const wait = {
        holds,
        resolve() {
          waits = waits.filter((each) => each !== wait);
          resolve();
        },
      };
      waits.push(wait);
    });
  return { number, frames, came, wire, until };
}

/** The first step of a reply's body, not one that only clears it. */
function hasText(frame: string): boolean {
  if (place.speaks === "plain") return frame !== "";
  return frame.startsWith('{"type":"reply"') && (frame.includes('["block",') || frame.includes('["text",'));
}

function readingOf(tokens: number, shape?: Shape): Reading {
  const expected = Array.from({ length: beginnings }, (_, beginning) => {
    const text = replyTokens(beginning, tokens, shape).tokens.join("");
    return place.speaks === "plain" ? text : renderBlocks(text).join("");
  });
  const came: Reading["came"] = [];
  for (const reader of readers) came[reader.number] = reader.came;
  return {
    whole: readers.filter((reader) => shown(reader) === expected[reader.number % beginnings]).length,
    frames: readers.reduce((sum, { frames }) => sum + frames.length, 0),
    bytes: readers.reduce((sum, { frames }) => sum + bytesOf(frames), 0),
    came,
  };
}

function bytesOf(frames: string[]): number {
  return frames.reduce((sum, frame) => sum + frame.length, 0);
}

/** The reply as the reader has it; where an event is missing or one was given twice, a note of that. */
function shown({ frames }: Reader): string {
  if (place.speaks === "plain") return frames.join("");
  const body = new BodyModel();
  let seq = 0;
  for (const text of frames) {
    const frame = JSON.parse(text) as Frame;
    if (frame.type !== "reply") continue;
    if (frame.from !== seq && frame.from !== 0) return `a gap between ${seq} and ${frame.from}`;
    seq = frame.seq;
    for (const step of frame.steps) if (step[0] !== "reasoning" && step[0] !== "thought") body.apply([step]);
  }
  return body.html().join("");
}

async function connectIdle({ url, room }: Watching, { cookie }: Page): Promise<Idle> {
  const joined = Promise.withResolvers<void>();
  const frame = (text: string) => {
    watched += 1;
    if (text.startsWith('{"type":"joined"')) joined.resolve();
  };
  const own = room === undefined ? `${cookie.split("=", 1)[0]}=${tokenOf()}` : cookie;
  const headers = { Origin: url, Cookie: own };
  return {
    wire: await openWire(`${url}/socket`, headers, { frame, closed: () => {} }),
    joined: joined.promise,
  };
}

async function watch({ speaks, room }: Watching, { html }: Page, own: Idle | undefined): Promise<void> {
  if (speaks === "plain") {
    if (room !== undefined) own?.wire.send("Watch");
    return;
  }
  const position = { ...positionIn(html), conversation: room?.conversation ?? crypto.randomUUID() };
  own?.wire.send(JSON.stringify({ op: "conversation.join", id: crypto.randomUUID(), position }));
  await own?.joined;
}

/** As the server makes them for new browsers. */
function tokenOf(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}
