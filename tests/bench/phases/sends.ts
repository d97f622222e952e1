/** The way of one message: from sending it to its acknowledgement and to the first words of the reply. */
import type { Phase } from "../context.ts";
import { spread } from "../figures.ts";
import { openWire, type Wire } from "../load/wire.ts";
import type { Target } from "../peers/peers.ts";
import { positionIn } from "../../support/page.ts";

type Turn = { ackMs: number | null; firstMs: number };
type Person = { take(): Promise<Turn>; leave(): void };

const warmUp = 20;
/** More than one, for each may send only so many a second. */
const people = 10;

/** The model answers at once: what is measured is the server, and the two sockets it is between. */
export const sends: Phase = {
  about: "from a message to its acknowledgement, and to the first words of the reply",
  rounds: 2,
  async run(context) {
    const { report, isShort } = context;
    const count = isShort ? 40 : 200;
    for (const name of context.peers("raw", "library", "node", "fastapi", "banter")) {
      const target = await context.start(name);
      const turns = await takeTurns(target, count);
      const first = spread(turns.map(({ firstMs }) => firstMs));
      report("Send to first text, p50", "ms", name, first.p50Ms);
      report("Send to first text, p99", "ms", name, first.p99Ms);
      const acks = turns.flatMap(({ ackMs }) => ackMs ?? []);
      if (acks.length > 0) {
        const ack = spread(acks);
        report("Send to acknowledgement, stored, p50", "ms", name, ack.p50Ms);
        report("Send to acknowledgement, stored, p99", "ms", name, ack.p99Ms);
      }
      await target.child.end();
    }
  },
};

async function takeTurns(target: Target, count: number): Promise<Turn[]> {
  const persons = await Promise.all(
    Array.from({ length: people }, () =>
      target.speaks === "plain" ? openPlain(target.url) : openPerson(target.url),
    ),
  );
  const turns: Turn[] = [];
  for (let turn = 0; turn < count + warmUp; turn++) {
    const taken = await persons[turn % people]?.take();
    if (turn >= warmUp && taken !== undefined) turns.push(taken);
  }
  for (const person of persons) person.leave();
  return turns;
}

async function openPlain(url: string): Promise<Person> {
  const line = await openLine(`${url}/socket`, {});
  return {
    async take() {
      const first = line.next((frame) => frame !== "");
      const end = line.next((frame) => frame === "");
      const startMs = performance.now();
      line.wire.send("Write 1 sections.");
      const [{ atMs }] = await Promise.all([first, end]);
      return { ackMs: null, firstMs: atMs - startMs };
    },
    leave: () => line.wire.close(),
  };
}

async function openPerson(url: string): Promise<Person> {
  const response = await fetch(url);
  const position = positionIn(await response.text());
  const { conversation } = position;
  const cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const line = await openLine(`${url}/socket`, { Origin: url, Cookie: cookie });
  const joined = line.next((frame) => frame.startsWith('{"type":"joined"'));
  line.wire.send(JSON.stringify({ op: "conversation.join", id: crypto.randomUUID(), position }));
  await joined;
  let parent: string | null = null;
  return {
    async take() {
      const id = crypto.randomUUID();
      const op = JSON.stringify({ op: "message.send", id, conversation, parent, text: "Write 1 sections." });
      const acknowledged = line.next((frame) => frame.startsWith('{"type":"ack"'));
      const patched = line.next((frame) => frame.startsWith('{"type":"reply"') && hasText(frame));
      const ended = line.next((frame) => frame.includes('"foot-') && !frame.includes("data-running"));
      const startMs = performance.now();
      line.wire.send(op);
      const [ack, first, end] = await Promise.all([acknowledged, patched, ended]);
      parent = /"foot-([0-9a-f-]{36})"/.exec(end.frame)?.[1] ?? null;
      return { ackMs: ack.atMs - startMs, firstMs: first.atMs - startMs };
    },
    leave: () => line.wire.close(),
  };
}

/** The first step of a reply's body, not one that only clears it. */
function hasText(frame: string): boolean {
  return frame.includes('["block",') || frame.includes('["text",');
}

type Came = { frame: string; atMs: number };
type Line = { wire: Wire; next(holds: (frame: string) => boolean): Promise<Came> };

async function openLine(url: string, headers: Record<string, string>): Promise<Line> {
  const waits = new Set<(frame: string, atMs: number) => void>();
  const frame = (text: string) => {
    const atMs = performance.now();
    for (const wait of waits) wait(text, atMs);
  };
  const wire = await openWire(url, headers, { frame, closed: () => {} });
  const next: Line["next"] = (holds) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("waited in vain for a frame")), patienceMs);
      const wait = (text: string, atMs: number) => {
        if (!holds(text)) return;
        clearTimeout(timer);
        waits.delete(wait);
        resolve({ frame: text, atMs });
      };
      waits.add(wait);
    });
  return { wire, next };
}

const patienceMs = 8000;
