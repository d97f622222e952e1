/** Measures the way of one message: from sending it to its acknowledgement and to the first words of the reply. */
import { positionIn } from "../support/page.ts";
import { quantile } from "./usage.ts";

export type SendFigures = { ack: Spread; firstPatch: Spread; control: Spread };
export type Spread = { p50Ms: number; p99Ms: number };

type Turn = { ackMs: number; firstPatchMs: number };
type Person = { take(): Promise<Turn>; leave(): void };

const warmUp = 20;
/** More than one, for each may send only so many a second. */
const people = 10;

/** The model answers at once: what is measured is the server, and the two sockets it is between. */
export async function measureSends(url: string, controlUrl: string, sends: number): Promise<SendFigures> {
  const persons = await Promise.all(Array.from({ length: people }, () => openPerson(url)));
  const socket = await openSocket(`${controlUrl.replace("http", "ws")}/`, {});
  const turns: Turn[] = [];
  const controls: number[] = [];
  for (let turn = 0; turn < sends + warmUp; turn++) {
    const taken = await persons[turn % people]?.take();
    const controlMs = await takeControl(socket);
    if (turn >= warmUp && taken !== undefined) turns.push(taken);
    if (turn >= warmUp) controls.push(controlMs);
  }
  for (const person of persons) person.leave();
  socket.close();
  return {
    ack: spread(turns.map((turn) => turn.ackMs)),
    firstPatch: spread(turns.map((turn) => turn.firstPatchMs)),
    control: spread(controls),
  };
}

export function spread(valuesMs: number[]): Spread {
  return { p50Ms: quantile(valuesMs, 0.5), p99Ms: quantile(valuesMs, 0.99) };
}

async function openPerson(url: string): Promise<Person> {
  const response = await fetch(url);
  const position = positionIn(await response.text());
  const { conversation } = position;
  const cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const socket = await openSocket(`${url.replace("http", "ws")}/socket`, { Origin: url, Cookie: cookie });
  const joined = next(socket, (frame) => frame.startsWith('{"type":"joined"'));
  socket.send(JSON.stringify({ op: "conversation.join", id: crypto.randomUUID(), position }));
  await joined;
  let parent: string | null = null;
  return {
    async take() {
      const id = crypto.randomUUID();
      const op = JSON.stringify({ op: "message.send", id, conversation, parent, text: "Write 1 sections." });
      const acknowledged = next(socket, (frame) => frame.startsWith('{"type":"ack"'));
      const patched = next(socket, (frame) => frame.startsWith('{"type":"reply"') && hasText(frame));
      const ended = next(socket, (frame) => frame.includes('"foot-') && !frame.includes("data-running"));
      const startMs = performance.now();
      socket.send(op);
      const [ack, firstPatch, end] = await Promise.all([acknowledged, patched, ended]);
      parent = /"foot-([0-9a-f-]{36})"/.exec(end.frame)?.[1] ?? null;
      return { ackMs: ack.atMs - startMs, firstPatchMs: firstPatch.atMs - startMs };
    },
    leave: () => socket.close(),
  };
}

/** The first step of a reply's body, not one that only clears it. */
function hasText(frame: string): boolean {
  return frame.includes('["block",') || frame.includes('["text",');
}

async function takeControl(socket: WebSocket): Promise<number> {
  const first = next(socket, (frame) => frame !== "");
  const end = next(socket, (frame) => frame === "");
  const startMs = performance.now();
  socket.send("Write 1 sections.");
  const [{ atMs }] = await Promise.all([first, end]);
  return atMs - startMs;
}

async function openSocket(url: string, headers: Record<string, string>): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers } as never);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error(`no socket at ${url}`)), { once: true });
  });
  return socket;
}

type Came = { frame: string; atMs: number };

function next(socket: WebSocket, holds: (frame: string) => boolean): Promise<Came> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error("waited in vain for a frame"))), patienceMs);
    const listen = ({ data }: MessageEvent) => {
      const atMs = performance.now();
      const frame = String(data);
      if (holds(frame)) finish(() => resolve({ frame, atMs }));
    };
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      socket.removeEventListener("message", listen);
      settle();
    };
    socket.addEventListener("message", listen);
  });
}

const patienceMs = 8000;
