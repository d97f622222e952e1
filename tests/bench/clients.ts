/** A program: so many people with a chat each, who load a page, send a message and read the reply as it comes. */
import { renderBlocks } from "../../src/render/markdown.ts";
import type { Frame } from "../../src/protocol.ts";
import { BodyModel } from "../support/body.ts";
import { positionIn } from "../support/page.ts";
import { answerParent } from "./children.ts";
import { beginnings, markText, replyTokens } from "./prose.ts";
import { nowMs } from "./usage.ts";

export type Kind = "banter" | "control";

/** What reading came to: `whole` counts the chats that show just what was sent. */
export type Reading = { whole: number; frames: number; bytes: number; markedMs: number[][] };

type Reader = {
  number: number;
  socket: WebSocket;
  frames: string[];
  markedMs: number[];
  /** Resolves at the first frame for which `pattern` holds, of those from now on. */
  until(holds: (frame: string) => boolean): Promise<void>;
};

const atOnce = 16;
const readers: Reader[] = [];
const ends: Promise<void>[] = [];
let kind: Kind = "banter";

answerParent({
  /** Resolves when every chat is acknowledged. */
  open: async (input: { kind: Kind; url: string; chats: number }) => {
    kind = input.kind;
    let next = 0;
    const openSome = async () => {
      while (next < input.chats) await open(input.url, next++);
    };
    await Promise.all(Array.from({ length: atOnce }, openSome));
  },
  /** Resolves when every reply has ended. */
  read: async (tokens: number): Promise<Reading> => {
    await Promise.all(ends);
    const expected = Array.from({ length: beginnings }, (_, beginning) => {
      const text = replyTokens(beginning, tokens).tokens.join("");
      return kind === "control" ? text : renderBlocks(text).join("");
    });
    const frames = readers.flatMap((reader) => reader.frames);
    const markedMs: number[][] = [];
    for (const reader of readers) markedMs[reader.number] = reader.markedMs;
    return {
      whole: readers.filter((reader) => shown(reader) === expected[reader.number % beginnings]).length,
      frames: frames.length,
      bytes: frames.reduce((sum, frame) => sum + frame.length, 0),
      markedMs,
    };
  },
});

async function open(url: string, number: number): Promise<void> {
  const response = await fetch(url);
  const html = await response.text();
  const cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const socketUrl = `${url.replace("http", "ws")}/socket`;
  const socket = new WebSocket(socketUrl, { headers: { Origin: url, Cookie: cookie } } as never);
  const reader = createReader(socket, number);
  readers.push(reader);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error(`chat ${number} has no socket`)));
  });
  const text = `Tell me about tides, as in chat ${number}`;
  if (kind === "control") {
    socket.send(text);
    ends.push(reader.until((frame) => frame === ""));
    return;
  }
  const position = positionIn(html);
  const { conversation } = position;
  const joined = reader.until((frame) => frame.startsWith('{"type":"joined"'));
  socket.send(JSON.stringify({ op: "conversation.join", id: crypto.randomUUID(), position }));
  await joined;
  const acknowledged = reader.until((frame) => frame.startsWith('{"type":"ack"'));
  const id = crypto.randomUUID();
  socket.send(JSON.stringify({ op: "message.send", id, conversation, parent: null, text }));
  await acknowledged;
  ends.push(reader.until(isEnd));
}

/** The frame around a reply that no longer runs. */
function isEnd(frame: string): boolean {
  return frame.startsWith('{"type":"patch"') && frame.includes('"foot-') && !frame.includes("data-running");
}

/** Keeps what comes as it is, and does no more than look for the next mark: what it costs is not measured. */
function createReader(socket: WebSocket, number: number): Reader {
  const frames: string[] = [];
  const markedMs: number[] = [];
  let waits: { holds(frame: string): boolean; resolve(): void }[] = [];
  socket.addEventListener("message", ({ data }) => {
    const frame = String(data);
    frames.push(frame);
    while (frame.includes(markText(markedMs.length))) markedMs.push(nowMs());
    for (const wait of waits) if (wait.holds(frame)) wait.resolve();
  });
  const until: Reader["until"] = (holds) =>
    new Promise((resolve) => {
      const fail = () => {
        console.error(`Chat ${number} was cut off.`);
        process.exit(1);
      };
      const wait = {
        holds,
        resolve() {
          waits = waits.filter((each) => each !== wait);
          socket.removeEventListener("close", fail);
          resolve();
        },
      };
      waits.push(wait);
      socket.addEventListener("close", fail);
    });
  return { number, socket, frames, markedMs, until };
}

/** The reply as the reader has it; where an event is missing or one was given twice, a note of that. */
function shown({ frames }: Reader): string {
  if (kind === "control") return frames.join("");
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
